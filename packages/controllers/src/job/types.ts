import type { KubeObject, LabelSelectorSpec } from '@slipway/objects'
import type { Condition, PodTemplate } from '../shared/types.ts'

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
  activeDeadlineSeconds?: number
  ttlSecondsAfterFinished?: number
  completionMode?: string
  suspend?: boolean
  selector: LabelSelectorSpec
  template: PodTemplate
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
  uncountedTerminatedPods?: { succeeded?: string[]; failed?: string[] }
  conditions?: Condition[]
  [field: string]: unknown
}

/** Keeps a finished pod until it has been counted. */
export const TRACKING = 'batch.kubernetes.io/job-tracking'

/** True when a Job is over, one way or the other. */
export function isFinished(job: Job): boolean {
  return (
    job.status?.conditions?.some(
      ({ type, status }) => (type === 'Complete' || type === 'Failed') && status === 'True',
    ) === true
  )
}
