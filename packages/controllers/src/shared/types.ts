import type { KubeObject, LabelSelectorSpec } from '@slipway/objects'

/** A condition of a status, as most kinds have them. */
export interface Condition {
  type: string
  status: string
  reason?: string
  message?: string
  lastTransitionTime?: string
  lastUpdateTime?: string
  lastProbeTime?: string | null
  observedGeneration?: number
}

/** A pod template. */
export interface PodTemplate {
  metadata?: { labels?: Record<string, string>; annotations?: Record<string, string>; [field: string]: unknown }
  spec: PodSpec
}

/** What controllers read of a pod's spec. */
export interface PodSpec {
  nodeName?: string
  nodeSelector?: Record<string, string>
  schedulingGates?: unknown[]
  containers: Container[]
  initContainers?: Container[]
  [field: string]: unknown
}

/** What controllers read of a container. */
export interface Container {
  name: string
  image?: string
  ports?: { name?: string; containerPort: number; protocol?: string }[]
  resources?: { requests?: Record<string, string>; limits?: Record<string, string> }
  [field: string]: unknown
}

/** A pod, as controllers read it. */
export interface Pod extends KubeObject {
  spec: PodSpec
  status: PodStatus
}

/** What controllers read of a pod's status. */
export interface PodStatus {
  phase?: string
  reason?: string
  podIP?: string
  conditions?: Condition[]
  containerStatuses?: { name: string; restartCount: number; ready: boolean }[]
  [field: string]: unknown
}

/** A ReplicaSet. */
export interface ReplicaSet extends KubeObject {
  spec: { replicas: number; minReadySeconds?: number; selector: LabelSelectorSpec; template: PodTemplate }
  status: {
    replicas?: number
    fullyLabeledReplicas?: number
    readyReplicas?: number
    availableReplicas?: number
    observedGeneration?: number
    conditions?: Condition[]
  }
}

/** A Deployment. */
export interface Deployment extends KubeObject {
  spec: DeploymentSpec
  status: DeploymentStatus
}

/** A Deployment's spec after defaulting. */
export interface DeploymentSpec {
  replicas: number
  selector: LabelSelectorSpec
  template: PodTemplate
  strategy: {
    type: 'RollingUpdate' | 'Recreate'
    rollingUpdate?: { maxSurge?: number | string; maxUnavailable?: number | string }
  }
  minReadySeconds?: number
  revisionHistoryLimit?: number
  progressDeadlineSeconds?: number
  paused?: boolean
}

/** A Deployment's status. */
export interface DeploymentStatus {
  observedGeneration?: number
  replicas?: number
  updatedReplicas?: number
  readyReplicas?: number
  availableReplicas?: number
  unavailableReplicas?: number
  terminatingReplicas?: number
  collisionCount?: number
  conditions?: Condition[]
}
