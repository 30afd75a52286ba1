import { isActive, isReady } from '../shared/pods.ts'
import type { Pod } from '../shared/types.ts'
import { finishedAt, nextBackoff, type Backoff } from './backoff.ts'
import { judgeFailure } from './failure-policy.ts'
import { failuresBefore, ignoredFailuresBefore, indexOf, readIndexes, validIndexOf } from './indexes.ts'
import { hasFailed, isIndexed, isTerminating, type Job, replacesOnlyFailed, TRACKING } from './types.ts'

/** A Job and its pods, counted at one moment. */
export interface Tally {
  readonly job: Job
  readonly pods: readonly Pod[]
  readonly active: readonly Pod[]
  readonly ready: number
  readonly terminating: number
  readonly succeeded: number
  readonly failed: number
  readonly backoff: Backoff
  /** For an Indexed Job; `before` are those that its status has already. */
  readonly indexes:
    | {
        readonly before: ReadonlySet<number>
        readonly succeeded: ReadonlySet<number>
        readonly failed: ReadonlySet<number> | undefined
      }
    | undefined
  /** The failed pods that stay until the next pod of their number is made, which takes their count over. */
  readonly held: ReadonlyMap<number, Pod>
  /** True for a pod that keeps its finalizer because it is not counted yet. */
  readonly isTracked: (pod: Pod) => boolean
}

/** Counts, as job_controller.go's syncJob begins. `released` are pods whose finalizer has been taken off, though the cache may not show it. */
export function tallyOf(
  job: Job,
  pods: readonly Pod[],
  { released, backoff }: { readonly released: ReadonlySet<string>; readonly backoff: Backoff },
): Tally {
  const isTracked = (pod: Pod): boolean =>
    pod.metadata.finalizers?.includes(TRACKING) === true && !released.has(pod.metadata.uid ?? '')
  const { succeeded: knownSucceeded = [], failed: knownFailed = [] } = job.status?.uncountedTerminatedPods ?? {}
  const fresh = pods.filter((pod) => isTracked(pod) && isOfJob(job, pod))
  const succeeded = fresh.filter(
    (pod) => pod.status?.phase === 'Succeeded' && !knownSucceeded.includes(pod.metadata.uid ?? ''),
  )
  const failed = fresh.filter((pod) => hasFailed(job, pod) && !knownFailed.includes(pod.metadata.uid ?? ''))
  const counted = failed.filter((pod) => judgeFailure(job.spec.podFailurePolicy, pod).counts)
  const active = pods.filter(isActive)
  const indexes = isIndexed(job) ? indexesOf(job, fresh) : undefined
  return {
    job,
    pods,
    active,
    ready: active.filter(isReady).length,
    terminating: pods.filter(isTerminating).length,
    succeeded: indexes?.succeeded.size ?? (job.status?.succeeded ?? 0) + succeeded.length + knownSucceeded.length,
    failed: (job.status?.failed ?? 0) + counted.length + knownFailed.length,
    backoff: nextBackoff(backoff, { succeeded, failed }),
    indexes,
    held: indexes?.failed === undefined ? new Map() : heldPods(job, { fresh, active, indexes }),
    isTracked,
  }
}

// In an Indexed Job pods without a number of it are nobody's.
function isOfJob(job: Job, pod: Pod): boolean {
  return !isIndexed(job) || validIndexOf(pod, job.spec.completions ?? 0) !== undefined
}

function indexesOf(job: Job, fresh: readonly Pod[]): NonNullable<Tally['indexes']> {
  const { completions = 0, backoffLimitPerIndex } = job.spec
  const before = readIndexes(job.status?.completedIndexes, completions)
  const succeeded = new Set(before)
  const failed = readIndexes(job.status?.failedIndexes, completions)
  for (const pod of fresh) {
    const index = indexOf(pod) ?? 0
    if (pod.status?.phase === 'Succeeded') succeeded.add(index)
    if (backoffLimitPerIndex !== undefined && failsItsIndex(job, pod, backoffLimitPerIndex)) failed.add(index)
  }
  return { before, succeeded, failed: backoffLimitPerIndex === undefined ? undefined : failed }
}

function failsItsIndex(job: Job, pod: Pod, limit: number): boolean {
  if (!hasFailed(job, pod)) return false
  const { action, counts } = judgeFailure(job.spec.podFailurePolicy, pod)
  return action === 'FailIndex' || (counts && failuresBefore(pod) >= limit)
}

function heldPods(
  job: Job,
  {
    fresh,
    active,
    indexes,
  }: {
    readonly fresh: readonly Pod[]
    readonly active: readonly Pod[]
    readonly indexes: NonNullable<Tally['indexes']>
  },
): Map<number, Pod> {
  const running = new Set(active.map(indexOf))
  const held = new Map<number, Pod>()
  for (const pod of fresh.filter((each) => hasFailed(job, each))) {
    const index = indexOf(pod) ?? 0
    if (indexes.succeeded.has(index) || indexes.failed?.has(index) === true || running.has(index)) continue
    const other = held.get(index)
    if (other === undefined || isLater(pod, other)) held.set(index, pod)
  }
  return held
}

function isLater(pod: Pod, than: Pod): boolean {
  return allFailures(pod) >= allFailures(than) && finishedAt(pod) >= finishedAt(than)
}

/** All failures of a number before a pod of it, ignored ones too. */
export function allFailures(pod: Pod): number {
  return failuresBefore(pod) + ignoredFailuresBefore(pod)
}

/** The first numbers that nobody works on and that are not over, at most so many. */
export function pendingIndexes({ job, pods, active, indexes }: Tally, count: number): number[] {
  const ending = replacesOnlyFailed(job) ? pods.filter(isTerminating) : []
  const taken = new Set([...active, ...ending].map(indexOf))
  const pending: number[] = []
  for (let index = 0; index < (job.spec.completions ?? 0) && pending.length < count; index++)
    if (!taken.has(index) && indexes?.succeeded.has(index) !== true && indexes?.failed?.has(index) !== true)
      pending.push(index)
  return pending
}
