import type { Pod } from '../shared/types.ts'
import { judgeFailure } from './failure-policy.ts'
import { readIndexes } from './indexes.ts'
import type { Tally } from './tally.ts'
import { hasFailed, type Job } from './types.ts'

/** That a Job will be over, and why: what its `SuccessCriteriaMet` or `FailureTarget` condition says first, and then its `Complete` or `Failed`. */
export interface Verdict {
  readonly type: 'SuccessCriteriaMet' | 'FailureTarget'
  readonly reason: string
  readonly message: string
}

/** Whether a Job is over before all its pods have ended: what was decided before, then its failures, then its success policy. job_controller.go, syncJob. */
export function verdictOf(tally: Tally, now: number): Verdict | undefined {
  const { job, pods, indexes } = tally
  const decided =
    decidedBefore(job) ??
    failedPolicy(job, pods) ??
    (tally.failed > (job.spec.backoffLimit ?? 6) || restartsTooOften(job, pods)
      ? failure('BackoffLimitExceeded', 'Job has reached the specified backoff limit')
      : undefined) ??
    (deadlineLeft(job, now) === 0
      ? failure('DeadlineExceeded', 'Job was active longer than specified deadline')
      : undefined)
  if (decided !== undefined || indexes === undefined) return decided
  return failedIndexes(tally) ?? successPolicy(job, indexes.succeeded)
}

/** How a Job that has nothing left to do ends. */
export const COMPLETIONS_REACHED: Verdict = {
  type: 'SuccessCriteriaMet',
  reason: 'CompletionsReached',
  message: 'Reached expected number of succeeded pods',
}

/** Whether a Job has nothing left to do: as many successes as completions, or, as a work queue, one, and nobody at work. */
export function isComplete({ job, succeeded }: Tally, active: number): boolean {
  const { completions } = job.spec
  return active === 0 && (completions === undefined ? succeeded > 0 : succeeded >= completions)
}

/** Milliseconds until the deadline of a Job that has one and runs. */
export function deadlineLeft({ spec, status }: Job, now: number): number | undefined {
  if (spec.activeDeadlineSeconds === undefined || spec.suspend === true || status?.startTime === undefined)
    return undefined
  return Math.max(0, Date.parse(status.startTime) + spec.activeDeadlineSeconds * 1000 - now)
}

function failure(reason: string, message: string): Verdict {
  return { type: 'FailureTarget', reason, message }
}

function decidedBefore({ status }: Job): Verdict | undefined {
  for (const type of ['SuccessCriteriaMet', 'FailureTarget'] as const) {
    const found = status?.conditions?.find((condition) => condition.type === type && condition.status === 'True')
    if (found !== undefined) return { type, reason: found.reason ?? '', message: found.message ?? '' }
  }
  return undefined
}

function failedPolicy(job: Job, pods: readonly Pod[]): Verdict | undefined {
  if (job.spec.podFailurePolicy === undefined) return undefined
  for (const pod of pods.filter((each) => hasFailed(job, each))) {
    const { message } = judgeFailure(job.spec.podFailurePolicy, pod)
    if (message !== undefined) return failure('PodFailurePolicy', message)
  }
  return undefined
}

// Where pods restart their containers themselves, restarts are the failures.
function restartsTooOften({ spec }: Job, pods: readonly Pod[]): boolean {
  if (spec.template.spec['restartPolicy'] !== 'OnFailure') return false
  const restarts = pods
    .filter(({ status }) => status?.phase === 'Running' || status?.phase === 'Pending')
    .flatMap(({ status }) => [
      ...((status['initContainerStatuses'] ?? []) as readonly { restartCount: number }[]),
      ...(status.containerStatuses ?? []),
    ])
    .reduce((sum, { restartCount }) => sum + restartCount, 0)
  const limit = spec.backoffLimit ?? 6
  return limit === 0 ? restarts > 0 : restarts >= limit
}

function failedIndexes({ job, indexes }: Tally): Verdict | undefined {
  const failed = indexes?.failed?.size ?? 0
  const { completions = 0, maxFailedIndexes } = job.spec
  if (maxFailedIndexes !== undefined && failed > maxFailedIndexes)
    return failure('MaxFailedIndexesExceeded', 'Job has exceeded the specified maximal number of failed indexes')
  return failed > 0 && failed + (indexes?.succeeded.size ?? 0) >= completions
    ? failure('FailedIndexes', 'Job has failed indexes')
    : undefined
}

function successPolicy({ spec }: Job, succeeded: ReadonlySet<number>): Verdict | undefined {
  const rules = succeeded.size === 0 ? [] : (spec.successPolicy?.rules ?? [])
  const met = rules.findIndex(({ succeededIndexes, succeededCount }) => {
    if (succeededIndexes === undefined) return succeededCount !== undefined && succeeded.size >= succeededCount
    const wanted = readIndexes(succeededIndexes, spec.completions ?? 0)
    const there = [...wanted].filter((index) => succeeded.has(index)).length
    return wanted.size > 0 && (there === wanted.size || (succeededCount !== undefined && there >= succeededCount))
  })
  if (met < 0) return undefined
  return { type: 'SuccessCriteriaMet', reason: 'SuccessPolicy', message: `Matched rules at index ${met}` }
}
