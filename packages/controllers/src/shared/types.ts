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
  affinity?: Affinity
  tolerations?: Toleration[]
  topologySpreadConstraints?: SpreadConstraint[]
  schedulerName?: string
  schedulingGates?: unknown[]
  priority?: number
  preemptionPolicy?: string
  overhead?: Record<string, string>
  resources?: { requests?: Record<string, string>; limits?: Record<string, string> }
  containers: Container[]
  initContainers?: Container[]
  [field: string]: unknown
}

/** Rules of a pod on which nodes it may run, by their labels or by the pods that run there. */
export interface Affinity {
  nodeAffinity?: { requiredDuringSchedulingIgnoredDuringExecution?: { nodeSelectorTerms?: NodeSelectorTerm[] } }
  podAffinity?: { requiredDuringSchedulingIgnoredDuringExecution?: PodAffinityTerm[] }
  podAntiAffinity?: { requiredDuringSchedulingIgnoredDuringExecution?: PodAffinityTerm[] }
}

/** A term of a required node affinity; its requirements all hold. */
export interface NodeSelectorTerm {
  matchExpressions?: NodeRequirement[]
  matchFields?: NodeRequirement[]
}

/** One requirement of a node affinity term. */
export interface NodeRequirement {
  key: string
  operator: string
  values?: string[]
}

/** Which pods a pod wants near, or far: near is the same value of a node label. */
export interface PodAffinityTerm {
  topologyKey: string
  labelSelector?: LabelSelectorSpec
  namespaces?: string[]
  namespaceSelector?: LabelSelectorSpec
  matchLabelKeys?: string[]
  mismatchLabelKeys?: string[]
}

/** How evenly pods are spread over the values of a node label. */
export interface SpreadConstraint {
  maxSkew: number
  topologyKey: string
  whenUnsatisfiable: string
  labelSelector?: LabelSelectorSpec
  matchLabelKeys?: string[]
  minDomains?: number
  nodeAffinityPolicy?: string
  nodeTaintsPolicy?: string
}

/** What keeps pods off a node, or drives them away. */
export interface Taint {
  readonly key: string
  readonly value?: string
  readonly effect: string
}

/** Which taints a pod puts up with. */
export interface Toleration {
  readonly key?: string
  readonly operator?: string
  readonly value?: string
  readonly effect?: string
}

/** What controllers read of a node. */
export interface Node extends KubeObject {
  spec: { unschedulable?: boolean; taints?: Taint[] }
  status?: { allocatable?: Record<string, string>; [field: string]: unknown }
}

/** What controllers read of a container. */
export interface Container {
  name: string
  image?: string
  ports?: { name?: string; containerPort: number; protocol?: string; hostPort?: number; hostIP?: string }[]
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
  startTime?: string
  nominatedNodeName?: string
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
