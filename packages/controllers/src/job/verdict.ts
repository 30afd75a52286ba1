import type { Pod } from '../shared/types.ts'
import type { Job } from './types.ts'

/** The pods of a Job, as counted. */
export interface JobCounts {
  readonly active: readonly Pod[]
  readonly terminating: number
  readonly succeeded: number
  readonly failed: number
  /** Restarts of running pods' containers, which count as failures where the pod restarts them itself. */
  readonly restarts: number
}

/** How a Job ends: complete, or failed with the reason and message of its condition. */
export type Verdict = { readonly type: 'Complete' | 'Failed'; readonly reason: string; readonly message: string }

const FIRST_DELAY = 10_000
const LAST_DELAY = 600_000

/** Whether a Job is over now, and why: job_controller.go syncJob. */
export function verdictOf(job: Job, counts: JobCounts, now: number): Verdict | undefined {
  const { backoffLimit = 6, activeDeadlineSeconds, completions } = job.spec
  const onFailure = job.spec.template.spec['restartPolicy'] === 'OnFailure'
  if (
    counts.failed > backoffLimit ||
    (onFailure && counts.restarts > 0 && counts.restarts >= Math.max(1, backoffLimit))
  ) {
    return { type: 'Failed', reason: 'BackoffLimitExceeded', message: 'Job has reached the specified backoff limit' }
  }
  const started = job.status?.startTime
  if (
    activeDeadlineSeconds !== undefined &&
    started !== undefined &&
    now - Date.parse(started) >= activeDeadlineSeconds * 1000
  ) {
    return { type: 'Failed', reason: 'DeadlineExceeded', message: 'Job was active longer than specified deadline' }
  }
  const enough =
    completions === undefined ? counts.succeeded > 0 && counts.active.length === 0 : counts.succeeded >= completions
  return enough
    ? { type: 'Complete', reason: 'CompletionsReached', message: 'Reached expected number of succeeded pods' }
    : undefined
}

/** How many pods should run at the same time. */
export function wantedActive(job: Job, counts: JobCounts): number {
  const { parallelism = 1, completions } = job.spec
  if (completions === undefined) return counts.succeeded > 0 ? counts.active.length : parallelism
  return Math.max(0, Math.min(completions - counts.succeeded, parallelism))
}

/** How long to wait before the next pod after the last failures: 10 s doubling to 10 min, from the end of the newest one. */
export function backoffLeft(failures: number, lastFailure: number | undefined, now: number): number {
  if (failures === 0 || lastFailure === undefined) return 0
  return Math.max(0, lastFailure + Math.min(FIRST_DELAY * 2 ** (failures - 1), LAST_DELAY) - now)
}
