import type { KubeObject, LabelSelectorSpec } from '@slipway/objects'
import type { Condition, Pod, PodTemplate } from '../shared/types.ts'

/** `apps/v1.DaemonSet` after defaulting. */
export interface DaemonSet extends KubeObject {
  spec: {
    selector: LabelSelectorSpec
    template: PodTemplate
    minReadySeconds?: number
    revisionHistoryLimit?: number
    updateStrategy?: {
      type?: string
      rollingUpdate?: { maxUnavailable?: number | string; maxSurge?: number | string }
    }
    [field: string]: unknown
  }
  status: DaemonSetStatus
}

/** A DaemonSet's status, as the controller writes it. */
export interface DaemonSetStatus {
  currentNumberScheduled?: number
  numberMisscheduled?: number
  desiredNumberScheduled?: number
  numberReady?: number
  observedGeneration?: number
  updatedNumberScheduled?: number
  numberAvailable?: number
  numberUnavailable?: number
  collisionCount?: number
  conditions?: Condition[]
}

/** The node that a daemon pod runs on, or is meant for while no scheduler has bound it. */
export function nodeOf(pod: Pod): string {
  if ((pod.spec.nodeName ?? '') !== '') return pod.spec.nodeName ?? ''
  const required = pod.spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution
  const terms = required?.nodeSelectorTerms ?? []
  const field = terms.flatMap((term) => term.matchFields ?? []).find(({ key }) => key === 'metadata.name')
  return field?.values?.[0] ?? ''
}
