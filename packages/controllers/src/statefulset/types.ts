import type { KubeObject, LabelSelectorSpec } from '@slipway/objects'
import type { Condition, PodTemplate } from '../shared/types.ts'

/** `apps/v1.StatefulSet` after defaulting. */
export interface StatefulSet extends KubeObject {
  spec: StatefulSetSpec
  status: StatefulSetStatus
}

/** What the controller reads of a StatefulSet's spec. */
export interface StatefulSetSpec {
  replicas: number
  serviceName?: string
  selector: LabelSelectorSpec
  template: PodTemplate
  podManagementPolicy?: string
  minReadySeconds?: number
  revisionHistoryLimit?: number
  ordinals?: { start?: number }
  updateStrategy?: { type?: string; rollingUpdate?: { partition?: number; maxUnavailable?: number | string } }
  volumeClaimTemplates?: KubeObject[]
  persistentVolumeClaimRetentionPolicy?: { whenDeleted?: string; whenScaled?: string }
  [field: string]: unknown
}

/** A StatefulSet's status, as the controller writes it. */
export interface StatefulSetStatus {
  observedGeneration?: number
  replicas?: number
  readyReplicas?: number
  currentReplicas?: number
  updatedReplicas?: number
  availableReplicas?: number
  currentRevision?: string
  updateRevision?: string
  collisionCount?: number
  conditions?: Condition[]
}
