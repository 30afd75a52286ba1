import type { KubeObject, LabelSelectorSpec } from '@slipway/objects'
import type { Condition, Pod, PodTemplate } from '../shared/types.ts'

/** `batch/v1.Job` after defaulting. */
export interface Job extends KubeObject {
  spec: JobSpec
  status: JobStatus
}

/** What the controller reads of a Job's spec. */
export interface JobSpec {
  parallelism?: number
  completions?: number
  backoffLimit?: number
  backoffLimitPerIndex?: number
  maxFailedIndexes?: number
  activeDeadlineSeconds?: number
  ttlSecondsAfterFinished?: number
  completionMode?: string
  suspend?: boolean
  managedBy?: string
  podReplacementPolicy?: string
  podFailurePolicy?: PodFailurePolicy
  successPolicy?: { rules: { succeededIndexes?: string; succeededCount?: number }[] }
  selector: LabelSelectorSpec
  template: PodTemplate
}

/** What the failures of a Job's pods mean for it: the first rule that fits a pod decides. */
export interface PodFailurePolicy {
  rules: {
    action: string
    onExitCodes?: { containerName?: string; operator: string; values: number[] }
    onPodConditions?: { type: string; status?: string }[]
  }[]
}

/** A Job's status, as the controller writes it. */
export interface JobStatus {
  startTime?: string
  completionTime?: string
  active?: number
  ready?: number
  terminating?: number
  succeeded?: number
  failed?: number
  completedIndexes?: string
  failedIndexes?: string
  uncountedTerminatedPods?: { succeeded?: string[]; failed?: string[] }
  conditions?: Condition[]
  [field: string]: unknown
}

/** Keeps a pod until it has been counted. */
export const TRACKING = 'batch.kubernetes.io/job-tracking'

/** The name that a Job gives to this controller in `managedBy`, if it gives one at all. */
export const CONTROLLER_NAME = 'kubernetes.io/job-controller'

/** True for a Job that another controller looks after: it is left alone. */
export function isManagedElsewhere({ spec }: Job): boolean {
  return spec.managedBy !== undefined && spec.managedBy !== CONTROLLER_NAME
}

/** True when each pod of a Job has a number of its own, and each number must succeed once. */
export function isIndexed({ spec }: Job): boolean {
  return spec.completionMode === 'Indexed'
}

/** True when a Job is over, one way or the other. */
export function isFinished(job: Job): boolean {
  return (
    job.status?.conditions?.some(
      ({ type, status }) => (type === 'Complete' || type === 'Failed') && status === 'True',
    ) === true
  )
}

/** True when a pod is replaced only once it has failed, and not as soon as it is being deleted. */
export function replacesOnlyFailed({ spec }: Job): boolean {
  return spec.podReplacementPolicy === 'Failed' || spec.podFailurePolicy !== undefined
}

/** True for a pod that counts as failed: one that is being deleted does, unless its end is waited for. */
export function hasFailed(job: Job, pod: Pod): boolean {
  if (pod.status?.phase === 'Failed') return true
  return !replacesOnlyFailed(job) && pod.metadata.deletionTimestamp !== undefined && pod.status?.phase !== 'Succeeded'
}

/** True for a pod that is being deleted and has not ended. */
export function isTerminating(pod: Pod): boolean {
  return (
    pod.metadata.deletionTimestamp !== undefined && pod.status?.phase !== 'Succeeded' && pod.status?.phase !== 'Failed'
  )
}
