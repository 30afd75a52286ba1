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

/** What the controller reads of a node. */
export interface DaemonNode extends KubeObject {
  spec: { taints?: Taint[]; unschedulable?: boolean }
}

/** What keeps pods off a node, or drives them away. */
export interface Taint {
  readonly key: string
  readonly value?: string
  readonly effect: string
}

/** The node that a daemon pod runs on, or is meant for while no scheduler has bound it. */
export function nodeOf(pod: Pod): string {
  if ((pod.spec.nodeName ?? '') !== '') return pod.spec.nodeName ?? ''
  const affinity = pod.spec['affinity'] as
    | { nodeAffinity?: { requiredDuringSchedulingIgnoredDuringExecution?: { nodeSelectorTerms?: Term[] } } }
    | undefined
  const terms = affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? []
  const field = terms.flatMap((term) => term.matchFields ?? []).find(({ key }) => key === 'metadata.name')
  return field?.values?.[0] ?? ''
}

/** A term of a required node affinity; its requirements all hold. */
export interface Term {
  matchExpressions?: Requirement[]
  matchFields?: Requirement[]
}

/** One requirement of a node affinity term. */
export interface Requirement {
  key: string
  operator: string
  values?: string[]
}
