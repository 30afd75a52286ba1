import { deepEqual, formatTime } from '@slipway/objects'
import { KINDS } from '../shared/kinds.ts'
import type { Condition } from '../shared/types.ts'
import { formatIndexes } from './indexes.ts'
import { type Managed, readyOf } from './manage.ts'
import type { Run } from './run.ts'
import type { Tally } from './tally.ts'
import { counted, type Uncounted, uncountedOf, untrack } from './tracking.ts'
import { isIndexed, type Job, type JobStatus } from './types.ts'
import type { Verdict } from './verdict.ts'

/** What a run has decided and done. */
export interface Done {
  readonly status: JobStatus
  readonly managed: Managed
  readonly verdict: Verdict | undefined
}

/**
 * Writes what is to be counted, lets the pods go that are, and writes the counts and, when nobody is left, how the Job ended: job_controller.go,
 * trackJobStatusAndRemoveFinalizers.
 */
export async function track(run: Run, tally: Tally, done: Done): Promise<void> {
  const { verdict, managed } = done
  const now = formatTime(run.context.clock.now())
  const stillTracked = new Set(tally.pods.filter(tally.isTracked).map(({ metadata }) => metadata.uid ?? ''))
  for (const pod of managed.removed)
    if (run.released.has(pod.metadata.uid ?? '')) stillTracked.delete(pod.metadata.uid ?? '')
  const before = counted({ ...done.status, ...workOf(tally, managed) }, stillTracked)
  const uncounted = uncountedOf({ ...tally, job: { ...tally.job, status: before } }, verdict)
  const pending = announced(withUncounted(tally, before, uncounted), verdict, now)
  const job = await write(run, tally.job, pending)
  run.backoffs.set(job.metadata.uid ?? '', tally.backoff)
  for (const pod of uncounted.letGo) {
    await untrack(run.context, pod)
    run.released.add(pod.metadata.uid ?? '')
    stillTracked.delete(pod.metadata.uid ?? '')
  }
  const after = counted(pending, stillTracked)
  const over = verdict !== undefined && uncounted.all && isQuiet(after)
  await write(run, job, over ? ended(after, verdict, now) : after)
  if (over) tell(run, job, { verdict, status: after })
}

function workOf({ active, ready, terminating }: Tally, { created, removed }: Managed): JobStatus {
  return {
    active: active.length + created - removed.length,
    ready: ready - readyOf(removed),
    terminating: terminating + removed.length,
  }
}

function withUncounted({ job, indexes }: Tally, status: JobStatus, uncounted: Uncounted): JobStatus {
  const lists = { succeeded: uncounted.succeeded, failed: uncounted.failed }
  const uncountedTerminatedPods = Object.fromEntries(Object.entries(lists).filter(([, uids]) => uids.length > 0))
  const next = { ...status, uncountedTerminatedPods }
  if (!isIndexed(job)) return next
  const failedIndexes = indexes?.failed === undefined ? {} : { failedIndexes: formatIndexes(indexes.failed) }
  return {
    ...next,
    succeeded: uncounted.indexes.size,
    completedIndexes: formatIndexes(uncounted.indexes),
    ...failedIndexes,
  }
}

function announced(status: JobStatus, verdict: Verdict | undefined, now: string): JobStatus {
  return verdict === undefined ? status : { ...status, conditions: setCondition(status.conditions, verdict, now) }
}

// Somebody who reads that a Job is over may count on none of its pods running any more.
function isQuiet({ uncountedTerminatedPods = {}, terminating = 0 }: JobStatus): boolean {
  return Object.keys(uncountedTerminatedPods).length === 0 && terminating === 0
}

function ended(status: JobStatus, { type, reason, message }: Verdict, now: string): JobStatus {
  const final = type === 'SuccessCriteriaMet' ? 'Complete' : 'Failed'
  const conditions = setCondition(status.conditions, { type: final, reason, message }, now)
  return { ...status, conditions, ...(final === 'Complete' ? { completionTime: now } : {}) }
}

function tell({ record }: Run, job: Job, { verdict, status }: { verdict: Verdict; status: JobStatus }): void {
  if (verdict.type === 'FailureTarget') {
    record(job, { type: 'Warning', reason: verdict.reason, message: verdict.message })
    return
  }
  const { completions } = job.spec
  if (completions !== undefined && (status.succeeded ?? 0) > completions) {
    const message = 'Too many succeeded pods running after completion count reached'
    record(job, { type: 'Warning', reason: 'TooManySucceededPods', message })
  }
  record(job, { type: 'Normal', reason: 'Completed', message: 'Job completed' })
}

/** A list of conditions in which one holds; nothing changes when it says the same already. One that is not there is not set to False. */
export function setCondition(
  conditions: readonly Condition[] = [],
  { type, reason, message, status = 'True' }: { type: string; reason: string; message: string; status?: string },
  now: string,
): Condition[] {
  const present = conditions.find((condition) => condition.type === type)
  const next = { type, status, lastProbeTime: now, lastTransitionTime: now, reason, message }
  if (present === undefined) return status === 'False' ? [...conditions] : [...conditions, next]
  if (present.status === status && present.reason === reason && present.message === message) return [...conditions]
  return conditions.map((condition) => (condition.type === type ? next : condition))
}

async function write(run: Run, job: Job, status: JobStatus): Promise<Job> {
  const next = cleaned(status)
  if (deepEqual(next, job.status)) return job
  const written = await run.context.client.updateStatus<Job>({ ...job, ...KINDS.job, status: next })
  run.written.set(job.metadata.uid ?? '', written.metadata.resourceVersion ?? '')
  return written
}

// Fields that the API leaves out when they are nothing.
function cleaned(status: JobStatus): JobStatus {
  return Object.fromEntries(
    Object.entries(status).filter(([name, value]) => {
      if (['active', 'succeeded', 'failed'].includes(name)) return value !== 0
      if (name === 'completedIndexes') return value !== ''
      return name === 'conditions' ? (value as unknown[]).length > 0 : value !== undefined
    }),
  )
}
