import { hasReason, type Controller, type Recorder } from '@slipway/client'
import { messageOf } from '@slipway/diag'
import { controllerOf, controllerRef, deepEqual, formatTime, keyOf, type KubeObject, parseKey } from '@slipway/objects'
import { slowStart } from '../shared/batches.ts'
import { withCondition } from '../shared/conditions.ts'
import { type ControllerContext, source, start } from '../shared/context.ts'
import { Expectations } from '../shared/expectations.ts'
import { KINDS } from '../shared/kinds.ts'
import { isActive, isControlledBy, isReady } from '../shared/pods.ts'
import type { Condition, Pod } from '../shared/types.ts'
import { countFinished, untrack } from './tracking.ts'
import { isFinished, TRACKING, type Job, type JobStatus } from './types.ts'
import { backoffLeft, type JobCounts, type Verdict, verdictOf, wantedActive } from './verdict.ts'

const INDEX = 'batch.kubernetes.io/job-completion-index'

interface Run {
  readonly context: ControllerContext
  readonly record: Recorder
  readonly expectations: Expectations
}

/** Runs the pods of Jobs to completion: k8s.io/kubernetes/pkg/controller/job. Pods are counted once, by a finalizer that keeps them until they are. */
export function startJobController(context: ControllerContext): Promise<Controller> {
  const jobs = context.informer<Job>(KINDS.job)
  const run = {
    context,
    record: context.recorder('job-controller'),
    expectations: new Expectations(context.informer(KINDS.pod), context.clock),
  }
  return start(context, {
    name: 'job',
    sources: [
      source<Job>(context, KINDS.job, ({ object }) => [keyOf(object)]),
      source<Pod>(context, KINDS.pod, ({ object }) => {
        const owner = controllerOf(object)
        return owner?.kind === 'Job' ? [`${object.metadata.namespace ?? ''}/${owner.name}`] : []
      }),
    ],
    reconcile: async (key) => {
      const job = jobs.get(key)
      return job === undefined ? letGo(context, orphansOf(context, key)) : reconcile(run, job)
    },
  })
}

async function reconcile(run: Run, job: Job): Promise<{ requeueAfter: number } | undefined> {
  const { context } = run
  const pods = context
    .informer<Pod>(KINDS.pod)
    .list(job.metadata.namespace)
    .filter((pod) => isControlledBy(pod, job))
  if (isFinished(job)) return finishUp(run, job, pods)
  // The pods of a Job that is going need nobody to count them any more.
  if (job.metadata.deletionTimestamp !== undefined) return letGo(context, pods)
  if (!run.expectations.met(keyOf(job))) return undefined
  const counted = await countFinished(context, job, pods)
  if (counted === undefined) return undefined
  const counts = countsOf(pods, counted)
  const now = context.clock.now()
  const verdict = job.spec.suspend === true ? undefined : verdictOf(job, counts, now)
  const wait =
    verdict === undefined ? await manage(run, job, { pods, counts }) : await removeActive(run, job, counts.active)
  await writeStatus(run, job, { counted, counts, verdict })
  return soonest([wait, deadlineLeft(job, now)])
}

function countsOf(pods: readonly Pod[], status: JobStatus): JobCounts {
  const active = pods.filter(isActive)
  const restarts = active
    .flatMap((pod) => pod.status?.containerStatuses ?? [])
    .reduce((sum, { restartCount }) => sum + restartCount, 0)
  const terminating = pods.filter(
    (pod) =>
      pod.metadata.deletionTimestamp !== undefined &&
      pod.status?.phase !== 'Succeeded' &&
      pod.status?.phase !== 'Failed',
  ).length
  return { active, restarts, terminating, succeeded: status.succeeded ?? 0, failed: status.failed ?? 0 }
}

// Creates or deletes pods until the wanted number runs; returns how long a back-off still lasts.
async function manage(
  run: Run,
  job: Job,
  seen: { readonly pods: readonly Pod[]; readonly counts: JobCounts },
): Promise<number> {
  const { counts, pods } = seen
  if (job.spec.suspend === true) return removeActive(run, job, counts.active)
  const missing = wantedActive(job, counts) - counts.active.length
  if (missing < 0) return removeActive(run, job, counts.active.slice(0, -missing))
  if (missing === 0) return 0
  const ends = pods.filter((pod) => pod.status?.phase === 'Failed').map(finishedAt)
  const wait = backoffLeft(counts.failed, ends.length === 0 ? undefined : Math.max(...ends), run.context.clock.now())
  if (wait > 0) return wait
  const free = freeIndexes(job, pods)
  await slowStart(missing, (turn) => createPod(run, job, free[turn]))
  return 0
}

function finishedAt(pod: Pod): number {
  const statuses = (pod.status?.containerStatuses ?? []) as { state?: { terminated?: { finishedAt?: string } } }[]
  return Math.max(
    0,
    ...statuses
      .map(({ state }) => Date.parse(state?.terminated?.finishedAt ?? ''))
      .filter((time) => !Number.isNaN(time)),
  )
}

// The completion indexes that no running or succeeded pod has, for an Indexed Job.
function freeIndexes(job: Job, pods: readonly Pod[]): number[] {
  if (job.spec.completionMode !== 'Indexed') return []
  const taken = new Set(
    pods.filter((pod) => pod.status?.phase !== 'Failed').map((pod) => Number(pod.metadata.annotations?.[INDEX])),
  )
  return Array.from({ length: job.spec.completions ?? 0 }, (_, index) => index).filter((index) => !taken.has(index))
}

async function createPod({ context, record, expectations }: Run, job: Job, index: number | undefined): Promise<void> {
  try {
    const pod = await context.client.create(podFor(job, index))
    expectations.created(keyOf(job), pod)
    record(job, { type: 'Normal', reason: 'SuccessfulCreate', message: `Created pod: ${pod.metadata.name ?? ''}` })
  } catch (error) {
    record(job, { type: 'Warning', reason: 'FailedCreate', message: `Error creating: ${messageOf(error)}` })
    throw error
  }
}

function podFor(job: Job, index: number | undefined): KubeObject {
  const { metadata, spec } = job.spec.template
  const name = job.metadata.name ?? ''
  const indexed = index === undefined ? {} : { [INDEX]: String(index) }
  const podSpec = structuredClone(spec)
  if (index !== undefined) {
    podSpec['hostname'] = `${name}-${index}`
    for (const container of podSpec.containers) {
      const env = (container['env'] as object[] | undefined) ?? []
      container['env'] = [
        ...env,
        { name: 'JOB_COMPLETION_INDEX', valueFrom: { fieldRef: { fieldPath: `metadata.annotations['${INDEX}']` } } },
      ]
    }
  }
  return {
    ...KINDS.pod,
    metadata: {
      generateName: index === undefined ? `${name}-` : `${name}-${index}-`,
      namespace: job.metadata.namespace ?? '',
      labels: { ...metadata?.labels, ...indexed },
      ...(metadata?.annotations === undefined && index === undefined
        ? {}
        : { annotations: { ...metadata?.annotations, ...indexed } }),
      ownerReferences: [controllerRef({ ...job, ...KINDS.job })],
      finalizers: [TRACKING],
    },
    spec: podSpec,
  }
}

async function removeActive({ context, record, expectations }: Run, job: Job, pods: readonly Pod[]): Promise<number> {
  for (const pod of pods) {
    const { namespace = '', name = '', uid = '' } = pod.metadata
    try {
      await untrack(context, pod)
      await context.client.delete({ ...KINDS.pod, namespace, name }, { preconditions: { uid } })
      expectations.deleted(keyOf(job), pod)
      record(job, { type: 'Normal', reason: 'SuccessfulDelete', message: `Deleted pod: ${name}` })
    } catch (error) {
      if (!hasReason(error, 'NotFound', 'Conflict')) throw error
    }
  }
  return 0
}

async function writeStatus(
  run: Run,
  job: Job,
  seen: { readonly counted: JobStatus; readonly counts: JobCounts; readonly verdict: Verdict | undefined },
): Promise<void> {
  const { context, record } = run
  const { counted, counts, verdict } = seen
  const now = formatTime(context.clock.now())
  const ending = verdict !== undefined
  const active = ending || job.spec.suspend === true ? 0 : counts.active.length
  const status: JobStatus = {
    ...counted,
    ...(job.spec.suspend === true ? {} : { startTime: counted.startTime ?? now }),
    active,
    ready: active === 0 ? 0 : counts.active.filter(isReady).length,
    terminating: counts.terminating + (ending ? counts.active.length : 0),
    conditions: conditionsOf(job, verdict, now),
    ...(verdict?.type === 'Complete' ? { completionTime: now } : {}),
  }
  if (deepEqual(cleaned(status), job.status)) return
  try {
    await context.client.updateStatus({ ...job, ...KINDS.job, status: cleaned(status) })
  } catch (error) {
    if (hasReason(error, 'NotFound', 'Conflict')) return
    throw error
  }
  if (verdict?.type === 'Complete') record(job, { type: 'Normal', reason: 'Completed', message: 'Job completed' })
  if (verdict?.type === 'Failed') record(job, { type: 'Warning', reason: verdict.reason, message: verdict.message })
}

function conditionsOf(job: Job, verdict: Verdict | undefined, now: string): Condition[] {
  const times = { lastProbeTime: now, lastTransitionTime: now }
  let conditions = [...(job.status?.conditions ?? [])]
  if (job.spec.suspend === true)
    return withCondition(conditions, {
      type: 'Suspended',
      status: 'True',
      ...times,
      reason: 'JobSuspended',
      message: 'Job suspended',
    })
  if (conditions.some(({ type, status }) => type === 'Suspended' && status === 'True')) {
    conditions = withCondition(conditions, {
      type: 'Suspended',
      status: 'False',
      ...times,
      reason: 'JobResumed',
      message: 'Job resumed',
    })
  }
  if (verdict === undefined) return conditions
  const { type, reason, message } = verdict
  const before = type === 'Complete' ? 'SuccessCriteriaMet' : 'FailureTarget'
  return [before, type].reduce(
    (list, each) => withCondition(list, { type: each, status: 'True', ...times, reason, message }),
    conditions,
  )
}

// Fields that the API leaves out when they are nothing.
function cleaned(status: JobStatus): JobStatus {
  return Object.fromEntries(
    Object.entries(status).filter(([name, value]) => {
      if (['active', 'succeeded', 'failed'].includes(name)) return value !== 0
      return name === 'conditions' ? (value as unknown[]).length > 0 : value !== undefined
    }),
  )
}

// Pods whose Job is gone.
function orphansOf(context: ControllerContext, key: string): readonly Pod[] {
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
async function finishUp(
  { context }: Run,
  job: Job,
  pods: readonly Pod[],
): Promise<{ requeueAfter: number } | undefined> {
  await letGo(context, pods)
  const ttl = job.spec.ttlSecondsAfterFinished
  if (ttl === undefined || job.metadata.deletionTimestamp !== undefined) return undefined
  const ended =
    job.status.conditions?.find(({ type }) => type === 'Complete' || type === 'Failed')?.lastTransitionTime ?? ''
  const left = Date.parse(ended) + ttl * 1000 - context.clock.now()
  if (left > 0) return { requeueAfter: left }
  const { namespace = '', name = '', uid = '' } = job.metadata
  await context.client.delete(
    { ...KINDS.job, namespace, name },
    { propagationPolicy: 'Foreground', preconditions: { uid } },
  )
  return undefined
}

function deadlineLeft(job: Job, now: number): number {
  const { activeDeadlineSeconds } = job.spec
  if (activeDeadlineSeconds === undefined) return 0
  return Date.parse(job.status?.startTime ?? formatTime(now)) + activeDeadlineSeconds * 1000 - now
}

function soonest(waits: readonly number[]): { requeueAfter: number } | undefined {
  const positive = waits.filter((wait) => wait > 0)
  return positive.length === 0 ? undefined : { requeueAfter: Math.min(...positive) }
}
