import { hasReason, type Change, type Controller } from '@slipway/client'
import { controllerOf, formatTime, keyOf, parseKey } from '@slipway/objects'
import { claim, selectsPod } from '../shared/claim.ts'
import { type ControllerContext, source, start } from '../shared/context.ts'
import { Expectations } from '../shared/expectations.ts'
import { KINDS } from '../shared/kinds.ts'
import { isControlledBy } from '../shared/pods.ts'
import type { Pod } from '../shared/types.ts'
import { NO_BACKOFF } from './backoff.ts'
import { end, manage, type Managed } from './manage.ts'
import type { Run } from './run.ts'
import { setCondition, track } from './status.ts'
import { type Tally, tallyOf } from './tally.ts'
import { untrack } from './tracking.ts'
import { isFinished, isManagedElsewhere, TRACKING, type Job, type JobStatus } from './types.ts'
import { COMPLETIONS_REACHED, deadlineLeft, isComplete, verdictOf, type Verdict } from './verdict.ts'

type Later = { readonly requeueAfter: number } | undefined

/** Runs the pods of Jobs to completion: k8s.io/kubernetes/pkg/controller/job. Pods are counted once, by a finalizer that keeps them until they are. */
export function startJobController(context: ControllerContext): Promise<Controller> {
  const jobs = context.informer<Job>(KINDS.job)
  const run: Run = {
    context,
    record: context.recorder('job-controller'),
    expectations: new Expectations(context.informer(KINDS.pod), context.clock),
    released: new Set(),
    backoffs: new Map(),
    written: new Map(),
  }
  return start(context, {
    name: 'job',
    sources: [
      source<Job>(context, KINDS.job, ({ type, object }) => {
        if (type === 'deleted') forget(run, object)
        return [keyOf(object)]
      }),
      source<Pod>(context, KINDS.pod, (change) => {
        if (change.type === 'deleted') run.released.delete(change.object.metadata.uid ?? '')
        return [...jobsOf(context, change), ...orphanKey(change)]
      }),
    ],
    reconcile: async (key) => {
      if (key.startsWith(ORPHAN)) return freeOrphan(context, key.slice(ORPHAN.length))
      const job = jobs.get(key)
      if (job === undefined) return letGo(context, podsNaming(context, key))
      if (isFinished(job)) return finishUp(run, job)
      return isManagedElsewhere(job) || isOvertaken(run, job) ? undefined : sync(run, job)
    },
  })
}

const ORPHAN = 'orphan '

function orphanKey({ type, object }: Change<Pod>): string[] {
  const tracked = object.metadata.finalizers?.includes(TRACKING) === true
  return type !== 'deleted' && tracked && controllerOf(object) === undefined ? [`${ORPHAN}${keyOf(object)}`] : []
}

// A pod that its Job has left behind is kept by nobody, unless another Job adopts it.
async function freeOrphan(context: ControllerContext, key: string): Promise<undefined> {
  const pod = context.informer<Pod>(KINDS.pod).get(key)
  if (pod === undefined || controllerOf(pod) !== undefined) return undefined
  const adopts = (job: Job): boolean =>
    selectsPod(job, pod) && !isFinished(job) && !isManagedElsewhere(job) && job.metadata.deletionTimestamp === undefined
  if (!context.informer<Job>(KINDS.job).list(pod.metadata.namespace).some(adopts)) await untrack(context, pod)
  return undefined
}

function forget({ backoffs, written }: Run, { metadata }: Job): void {
  backoffs.delete(metadata.uid ?? '')
  written.delete(metadata.uid ?? '')
}

// The Jobs that own a pod or did, and those that may adopt one that nobody owns.
function jobsOf(context: ControllerContext, { object, previous }: Change<Pod>): string[] {
  const owners = [object, previous].flatMap((pod) => {
    const owner = pod === undefined ? undefined : controllerOf(pod)
    return owner?.kind === 'Job' ? [`${object.metadata.namespace ?? ''}/${owner.name}`] : []
  })
  if (controllerOf(object) !== undefined) return [...new Set(owners)]
  const adopters = context.informer<Job>(KINDS.job).list(object.metadata.namespace)
  return [...new Set([...owners, ...adopters.filter((job) => selectsPod(job, object)).map(keyOf)])]
}

// What was written last is not in the cache yet; it will be an event when it is.
function isOvertaken({ written }: Run, { metadata }: Job): boolean {
  const last = written.get(metadata.uid ?? '')
  return last !== undefined && BigInt(metadata.resourceVersion ?? 0) < BigInt(last)
}

async function sync(run: Run, job: Job): Promise<Later> {
  const { context } = run
  const now = context.clock.now()
  const settled = run.expectations.met(keyOf(job))
  const adoptable = (pod: Pod): boolean => pod.metadata.deletionTimestamp === undefined
  const pods = await claim<Pod>(context, job, { kind: KINDS.pod, adoptable, finalizer: TRACKING })
  const backoff = run.backoffs.get(job.metadata.uid ?? '') ?? NO_BACKOFF
  const tally = tallyOf(started(job, now), pods, { released: run.released, backoff })
  const { verdict, managed, status } = await act(run, tally, { settled, now })
  try {
    await track(run, tally, { verdict, managed, status })
  } catch (error) {
    if (!hasReason(error, 'NotFound', 'Conflict')) throw error
  }
  if (managed.error !== undefined) throw managed.error
  return soonest([managed.wait, deadlineLeft(tally.job, now) ?? 0])
}

function started(job: Job, now: number): Job {
  if (job.spec.suspend === true || job.status?.startTime !== undefined) return job
  return { ...job, status: { ...job.status, startTime: formatTime(now) } }
}

interface Acted {
  readonly verdict: Verdict | undefined
  readonly managed: Managed
  readonly status: JobStatus
}

// Ends what is still at work when the Job is over, and brings its pods to the wanted number when it is not.
async function act(
  run: Run,
  tally: Tally,
  { settled, now }: { readonly settled: boolean; readonly now: number },
): Promise<Acted> {
  const { job, active } = tally
  const verdict = verdictOf(tally, now)
  if (verdict !== undefined) {
    const managed = await end(run, job, active)
    // Not before everybody is on the way out, those too that the cache does not show yet.
    const all = settled && managed.removed.length === active.length
    return { verdict: all ? verdict : undefined, managed, status: job.status }
  }
  const manages = settled && job.metadata.deletionTimestamp === undefined
  const managed = manages ? await manage(run, tally) : { created: 0, removed: [], wait: 0 }
  if (isComplete(tally, active.length + managed.created - managed.removed.length))
    return { verdict: COMPLETIONS_REACHED, managed, status: job.status }
  return { verdict, managed, status: manages ? suspension(run, job, now) : job.status }
}

// The time of a Job counts only while it runs: it has no start while it is suspended, and a new one when it goes on.
function suspension({ record }: Run, job: Job, now: number): JobStatus {
  const time = formatTime(now)
  const on = job.spec.suspend === true
  const words = on
    ? { status: 'True', reason: 'JobSuspended', message: 'Job suspended' }
    : { status: 'False', reason: 'JobResumed', message: 'Job resumed' }
  const before = job.status.conditions?.find(({ type }) => type === 'Suspended')
  const conditions = setCondition(job.status.conditions, { type: 'Suspended', ...words }, time)
  const after = conditions.find(({ type }) => type === 'Suspended')
  if (after === undefined || after === before) return job.status
  record(job, { type: 'Normal', reason: on ? 'Suspended' : 'Resumed', message: words.message })
  const { startTime: _, ...rest } = job.status
  return { ...rest, ...(on ? {} : { startTime: time }), conditions }
}

// Pods that name a Job as theirs that is gone.
function podsNaming(context: ControllerContext, key: string): readonly Pod[] {
  const { namespace, name } = parseKey(key)
  const ours = (pod: Pod): boolean => {
    const owner = controllerOf(pod)
    return owner?.kind === 'Job' && owner.name === name
  }
  return context.informer<Pod>(KINDS.pod).list(namespace).filter(ours)
}

async function letGo(context: ControllerContext, pods: readonly Pod[]): Promise<undefined> {
  for (const pod of pods) await untrack(context, pod)
  return undefined
}

// A finished Job lets its pods go, and goes itself when its time to live is over.
async function finishUp(run: Run, job: Job): Promise<Later> {
  const { context } = run
  forget(run, job)
  const pods = context.informer<Pod>(KINDS.pod).list(job.metadata.namespace)
  if (!isManagedElsewhere(job))
    await letGo(
      context,
      pods.filter((pod) => isControlledBy(pod, job)),
    )
  const ttl = job.spec.ttlSecondsAfterFinished
  if (ttl === undefined || job.metadata.deletionTimestamp !== undefined) return undefined
  const ended =
    job.status.conditions?.find(({ type, status }) => (type === 'Complete' || type === 'Failed') && status === 'True')
      ?.lastTransitionTime ?? ''
  const left = Date.parse(ended) + ttl * 1000 - context.clock.now()
  if (left > 0) return { requeueAfter: left }
  const { namespace = '', name = '', uid = '' } = job.metadata
  await context.client.delete(
    { ...KINDS.job, namespace, name },
    { propagationPolicy: 'Foreground', preconditions: { uid } },
  )
  return undefined
}

function soonest(waits: readonly number[]): Later {
  const positive = waits.filter((wait) => wait > 0)
  return positive.length === 0 ? undefined : { requeueAfter: Math.min(...positive) }
}
