import { hasReason } from '@slipway/client'
import { messageOf } from '@slipway/diag'
import { keyOf } from '@slipway/objects'
import { slowStart } from '../shared/batches.ts'
import { KINDS } from '../shared/kinds.ts'
import { compareForDeletion, isReady } from '../shared/pods.ts'
import type { Pod } from '../shared/types.ts'
import { backoffLeft, finishedAt } from './backoff.ts'
import { indexOf, validIndexOf } from './indexes.ts'
import { podFor } from './pod.ts'
import type { Run } from './run.ts'
import { allFailures, pendingIndexes, type Tally } from './tally.ts'
import { untrack } from './tracking.ts'
import { isIndexed, type Job, replacesOnlyFailed } from './types.ts'

/** What was made and removed, how long a back-off still lasts, and what went wrong: the status is written all the same. */
export interface Managed {
  readonly created: number
  readonly removed: readonly Pod[]
  readonly wait: number
  readonly error?: unknown
}

const MOST_AT_ONCE = 500
const NOTHING: Managed = { created: 0, removed: [], wait: 0 }

/** Brings the pods at work to the wanted number: job_controller.go, manageJob. In one run pods are either removed or made. */
export async function manage(run: Run, tally: Tally): Promise<Managed> {
  const { job, active } = tally
  if (job.spec.suspend === true) return remove(run, job, surplus(run, tally, active.length))
  const wanted = wantedActive(tally)
  const extra = surplus(run, tally, Math.max(0, active.length - wanted)).slice(0, MOST_AT_ONCE)
  if (extra.length > 0) return remove(run, job, extra)
  const ending = replacesOnlyFailed(job) ? tally.terminating : 0
  const missing = Math.min(wanted - ending - active.length, MOST_AT_ONCE)
  return missing > 0 ? create(run, tally, missing) : NOTHING
}

/** How many pods should run at the same time. */
export function wantedActive({ job, active, succeeded }: Pick<Tally, 'job' | 'active' | 'succeeded'>): number {
  const { parallelism = 1, completions } = job.spec
  if (completions === undefined) return succeeded > 0 ? active.length : parallelism
  return Math.max(0, Math.min(completions - succeeded, parallelism))
}

/** Deletes pods that are still to be counted, as failed ones; their finalizers stay until then. Returns those that are going. */
export async function end(run: Run, job: Job, pods: readonly Pod[]): Promise<Managed> {
  return removing(run, job, { pods, release: false })
}

async function remove(run: Run, job: Job, pods: readonly Pod[]): Promise<Managed> {
  return removing(run, job, { pods, release: true })
}

async function removing(
  { context, record, expectations, released }: Run,
  job: Job,
  { pods, release }: { readonly pods: readonly Pod[]; readonly release: boolean },
): Promise<Managed> {
  const removed: Pod[] = []
  for (const pod of pods) {
    const { namespace = '', name = '', uid = '' } = pod.metadata
    try {
      if (release) {
        await untrack(context, pod)
        released.add(uid)
      }
      await context.client.delete({ ...KINDS.pod, namespace, name }, { preconditions: { uid } })
      expectations.deleted(keyOf(job), pod)
      record(job, { type: 'Normal', reason: 'SuccessfulDelete', message: `Deleted pod: ${name}` })
    } catch (error) {
      if (!hasReason(error, 'NotFound', 'Conflict')) return { ...NOTHING, removed, error }
    }
    removed.push(pod)
  }
  return { ...NOTHING, removed }
}

// What an Indexed Job has twice or cannot have at all goes in any case, then the least useful ones.
function surplus({ context }: Run, { job, active }: Tally, least: number): Pod[] {
  const order = compareForDeletion(context.clock.now())
  const sorted = [...active].sort(order)
  if (!isIndexed(job)) return sorted.slice(0, least)
  const best = new Map(sorted.map((pod) => [validIndexOf(pod, job.spec.completions ?? 0), pod]))
  const left = sorted.filter((pod) => indexOf(pod) !== undefined && best.get(indexOf(pod)) === pod)
  const wrong = sorted.filter((pod) => !left.includes(pod))
  return [...wrong, ...left.slice(0, Math.max(0, least - wrong.length))]
}

async function create(run: Run, tally: Tally, missing: number): Promise<Managed> {
  const { job, held } = tally
  const now = run.context.clock.now()
  const perIndex = job.spec.backoffLimitPerIndex !== undefined
  const wait = perIndex ? 0 : backoffLeft(tally.backoff, now)
  if (wait > 0) return { ...NOTHING, wait }
  const { ready, soonest } = due(isIndexed(job) ? pendingIndexes(tally, missing) : undefined, held, now)
  if (ready?.length === 0) return { ...NOTHING, wait: soonest }
  let created = 0
  try {
    await slowStart(ready?.length ?? missing, async (turn) => {
      const index = ready?.[turn]
      await createPod(run, job, { index, follows: index === undefined ? undefined : held.get(index) })
      created++
    })
  } catch (error) {
    return { ...NOTHING, created, error }
  }
  return { ...NOTHING, created }
}

// Where each number has its own limit it has its own back-off too.
function due(
  indexes: readonly number[] | undefined,
  held: ReadonlyMap<number, Pod>,
  now: number,
): { readonly ready: readonly number[] | undefined; readonly soonest: number } {
  if (indexes === undefined) return { ready: undefined, soonest: 0 }
  const waits = indexes.map((index) => {
    const pod = held.get(index)
    return pod === undefined ? 0 : backoffLeft({ failures: allFailures(pod) + 1, last: finishedAt(pod) }, now)
  })
  const ready = indexes.filter((_, at) => waits[at] === 0)
  return { ready, soonest: waits.length === 0 ? 0 : Math.min(...waits) }
}

async function createPod(
  { context, record, expectations }: Run,
  job: Job,
  { index, follows }: { readonly index: number | undefined; readonly follows: Pod | undefined },
): Promise<void> {
  try {
    const pod = await context.client.create(podFor(job, index, follows))
    expectations.created(keyOf(job), pod)
    record(job, { type: 'Normal', reason: 'SuccessfulCreate', message: `Created pod: ${pod.metadata.name ?? ''}` })
  } catch (error) {
    record(job, { type: 'Warning', reason: 'FailedCreate', message: `Error creating: ${messageOf(error)}` })
    throw error
  }
}

/** How many of some pods are ready. */
export function readyOf(pods: readonly Pod[]): number {
  return pods.filter(isReady).length
}
