import type { KubeObject, LabelSelectorSpec } from '@slipway/objects'
import type { Condition } from '../shared/types.ts'

/** `autoscaling/v2.HorizontalPodAutoscaler` after defaulting. */
export interface Autoscaler extends KubeObject {
  spec: {
    scaleTargetRef: { apiVersion: string; kind: string; name: string }
    minReplicas?: number
    maxReplicas: number
    metrics?: Metric[]
    behavior?: { scaleUp?: ScalingRules; scaleDown?: ScalingRules }
  }
  status?: AutoscalerStatus
}

/** One metric to scale by. */
export interface Metric {
  readonly type: string
  readonly resource?: ResourceMetric
  readonly containerResource?: ResourceMetric & { readonly container: string }
  readonly pods?: { readonly metric: NamedMetric }
  readonly object?: {
    readonly metric: NamedMetric
    readonly describedObject: { readonly kind: string; readonly name: string }
    readonly target: { readonly type: string }
  }
  readonly external?: { readonly metric: NamedMetric; readonly target: { readonly averageValue?: string } }
}

/** The use of a resource, of whole pods or of one container of each. */
export interface ResourceMetric {
  readonly name: string
  readonly target: { readonly type: string; readonly averageUtilization?: number; readonly averageValue?: string }
}

/** A metric of an API that this cluster does not have. */
export interface NamedMetric {
  readonly name: string
  readonly selector?: LabelSelectorSpec
}

/** How fast one direction may go. */
export interface ScalingRules {
  readonly stabilizationWindowSeconds?: number
  readonly selectPolicy?: string
  /** How far the use may be off before this direction is taken, as a share of the target: `100m` is a tenth. */
  readonly tolerance?: string
  readonly policies?: readonly { readonly type: string; readonly value: number; readonly periodSeconds: number }[]
}

/** An autoscaler's status, as the controller writes it. */
export interface AutoscalerStatus {
  observedGeneration?: number
  lastScaleTime?: string
  currentReplicas?: number
  desiredReplicas: number
  currentMetrics?: object[] | null
  conditions?: Condition[]
}

/** `autoscaling/v1.Scale`. */
export interface Scale extends KubeObject {
  spec: { replicas?: number }
  status: { replicas: number; selector?: string }
}
