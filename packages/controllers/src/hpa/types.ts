import type { KubeObject } from '@slipway/objects'
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
  readonly resource?: {
    readonly name: string
    readonly target: { readonly type: string; readonly averageUtilization?: number; readonly averageValue?: string }
  }
}

/** How fast one direction may go. */
export interface ScalingRules {
  readonly stabilizationWindowSeconds?: number
  readonly selectPolicy?: string
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
