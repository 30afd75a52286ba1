import { hasReason, type Controller, type Recorder } from '@slipway/client'
import { messageOf } from '@slipway/diag'
import { controllerOf, controllerRef, deepEqual, formatTime, keyOf, type KubeObject } from '@slipway/objects'
import { isFinished, type Job } from '../job/types.ts'
import { type ControllerContext, source, start } from '../shared/context.ts'
import { KINDS } from '../shared/kinds.ts'
import { isControlledBy } from '../shared/pods.ts'
import { type Due, dueOf } from './due.ts'
import { deleteJob, trimHistory } from './history.ts'
import { parseSchedule, type Schedule } from './schedule.ts'
import type { CronJob, CronJobStatus, JobReference } from './types.ts'
import { isTimeZone, zonedTime } from './zone.ts'

const SCHEDULED = 'batch.kubernetes.io/cronjob-scheduled-timestamp'
// Starts a moment after the minute, so that a clock that is read a little early still sees it.
const SLACK = 100

interface Run {
  readonly context: ControllerContext
  readonly record: Recorder
}

/** Starts Jobs by the clock: k8s.io/kubernetes/pkg/controller/cronjob. */
export function startCronJobController(context: ControllerContext): Promise<Controller> {
  const cronJobs = context.informer<CronJob>(KINDS.cronJob)
  const run = { context, record: context.recorder('cronjob-controller') }
  return start(context, {
    name: 'cronjob',
    sources: [
      source<CronJob>(context, KINDS.cronJob, ({ object }) => [keyOf(object)]),
      source<Job>(context, KINDS.job, ({ object }) => {
        const owner = controllerOf(object)
        return owner?.kind === 'CronJob' ? [`${object.metadata.namespace ?? ''}/${owner.name}`] : []
      }),
    ],
    reconcile: async (key) => {
      const cronJob = cronJobs.get(key)
      return cronJob === undefined ? undefined : reconcile(run, { ...cronJob, ...KINDS.cronJob })
    },
  })
}

async function reconcile(run: Run, cronJob: CronJob): Promise<{ requeueAfter: number } | undefined> {
  const { context } = run
  const jobs = context
    .informer<Job>(KINDS.job)
    .list(cronJob.metadata.namespace)
    .filter((job) => isControlledBy(job, cronJob))
  await trimHistory(run, cronJob, jobs)
  const status = await followJobs(run, cronJob, jobs)
  const schedule = cronJob.metadata.deletionTimestamp === undefined ? scheduleOf(run, cronJob) : undefined
  if (schedule === undefined) {
    await writeStatus(run, cronJob, status)
    return undefined
  }
  const now = context.clock.now()
  const due = dueOf(schedule, {
    since: Date.parse(status.lastScheduleTime ?? cronJob.metadata.creationTimestamp ?? ''),
    now,
    deadlineSeconds: cronJob.spec.startingDeadlineSeconds,
  })
  const moved = due.missed === undefined ? status : await startDue(run, cronJob, { status, due, jobs })
  await writeStatus(run, cronJob, moved)
  return due.next === undefined ? undefined : { requeueAfter: Math.max(0, due.next - now) + SLACK }
}

// Takes what has ended off the list of what runs, and remembers the last success.
async function followJobs(run: Run, cronJob: CronJob, jobs: readonly Job[]): Promise<CronJobStatus> {
  const active: JobReference[] = []
  for (const reference of cronJob.status?.active ?? [])
    if (await isRunning(run, cronJob, { reference, jobs })) active.push(reference)
  const successes = jobs
    .filter((job) => endOf(job) === 'Complete')
    .flatMap((job) => job.status.completionTime ?? [])
    .sort()
  const lastSuccessfulTime = [cronJob.status?.lastSuccessfulTime ?? '', ...successes].sort().at(-1) ?? ''
  const { active: _, ...rest } = cronJob.status ?? {}
  return {
    ...rest,
    ...(active.length === 0 ? {} : { active }),
    ...(lastSuccessfulTime === '' ? {} : { lastSuccessfulTime }),
  }
}

// The cache may not show a Job that was just made: only the API's word counts for one that is missing.
async function isRunning(
  { context, record }: Run,
  cronJob: CronJob,
  { reference, jobs }: { readonly reference: JobReference; readonly jobs: readonly Job[] },
): Promise<boolean> {
  const { namespace, name, uid } = reference
  const job = jobs.find(({ metadata }) => metadata.uid === uid) ?? (await present(context, { namespace, name }))
  if (job?.metadata.uid === uid && !isFinished(job)) return true
  const message =
    job?.metadata.uid === uid
      ? `Saw completed job: ${name}, condition: ${endOf(job)}`
      : `Active job went missing: ${name}`
  const reason = job?.metadata.uid === uid ? 'SawCompletedJob' : 'MissingJob'
  record(cronJob, { type: 'Normal', reason, message })
  return false
}

async function present(
  context: ControllerContext,
  at: { readonly namespace: string; readonly name: string },
): Promise<Job | undefined> {
  try {
    return await context.client.get<Job>({ ...KINDS.job, ...at })
  } catch (error) {
    if (hasReason(error, 'NotFound')) return undefined
    throw error
  }
}

function endOf(job: Job): string {
  const end = job.status?.conditions?.find(
    ({ type, status }) => (type === 'Complete' || type === 'Failed') && status === 'True',
  )
  return end?.type ?? ''
}

function scheduleOf({ record }: Run, cronJob: CronJob): Schedule | undefined {
  const { schedule: text, suspend, timeZone = 'UTC' } = cronJob.spec
  if (!isTimeZone(timeZone)) {
    const message = `invalid timeZone: unknown time zone ${timeZone}`
    record(cronJob, { type: 'Warning', reason: 'UnknownTimeZone', message })
    return undefined
  }
  if (suspend === true) return undefined
  const schedule = parseSchedule(text, timeZone)
  if (typeof schedule !== 'string') return schedule
  const message = `unparseable schedule: ${JSON.stringify(text)} : ${schedule}`
  record(cronJob, { type: 'Warning', reason: 'UnparseableSchedule', message })
  return undefined
}

interface Situation {
  readonly status: CronJobStatus
  readonly due: Due
  readonly jobs: readonly Job[]
}

// Starts the missed run unless it is too late, done already, or the policy says that what runs comes first.
async function startDue(run: Run, cronJob: CronJob, { status, due, jobs }: Situation): Promise<CronJobStatus> {
  const { context, record } = run
  const { concurrencyPolicy, startingDeadlineSeconds } = cronJob.spec
  const at = due.missed ?? 0
  if (due.tooMany) {
    const message = 'too many missed start times. Set or decrease .spec.startingDeadlineSeconds or check clock skew'
    record(cronJob, { type: 'Warning', reason: 'TooManyMissedTimes', message })
  }
  if (startingDeadlineSeconds !== undefined && at + startingDeadlineSeconds * 1000 < context.clock.now()) {
    const message = `Missed scheduled time to start a job: ${new Date(at).toUTCString()}`
    record(cronJob, { type: 'Warning', reason: 'MissSchedule', message })
    return status
  }
  const name = jobName(cronJob, at)
  const isActive = (status.active ?? []).some((reference) => reference.name === name)
  if (isActive || status.lastScheduleTime === formatTime(at)) return status
  if (concurrencyPolicy === 'Forbid' && (status.active ?? []).length > 0) {
    const message = 'Not starting job because prior execution is running and concurrency policy is Forbid'
    record(cronJob, { type: 'Normal', reason: 'JobAlreadyActive', message })
    return status
  }
  const kept = concurrencyPolicy === 'Replace' ? await replaceActive(run, cronJob, { status, due, jobs }) : status
  const job = await createJob(run, cronJob, at)
  return {
    ...kept,
    ...(job === undefined ? {} : { active: [...(kept.active ?? []), referenceTo(job)] }),
    lastScheduleTime: formatTime(at),
  }
}

async function replaceActive(run: Run, cronJob: CronJob, { status, jobs }: Situation): Promise<CronJobStatus> {
  const uids = new Set((status.active ?? []).map(({ uid }) => uid))
  for (const job of jobs.filter(({ metadata }) => uids.has(metadata.uid ?? ''))) await deleteJob(run, cronJob, job)
  const { active: _, ...rest } = status
  return rest
}

function jobName(cronJob: CronJob, at: number): string {
  return `${cronJob.metadata.name ?? ''}-${Math.floor(at / 60_000)}`
}

async function createJob({ context, record }: Run, cronJob: CronJob, at: number): Promise<Job | undefined> {
  const draft = jobFor(cronJob, at)
  try {
    const job = await context.client.create<Job>(draft)
    record(cronJob, { type: 'Normal', reason: 'SuccessfulCreate', message: `Created job ${job.metadata.name ?? ''}` })
    return job
  } catch (error) {
    if (hasReason(error, 'AlreadyExists')) return ownJob(context, cronJob, draft)
    record(cronJob, { type: 'Warning', reason: 'FailedCreate', message: `Error creating job: ${messageOf(error)}` })
    throw error
  }
}

// The Job of a run whose status was not written: it counts as started, unless it has ended or is somebody else's.
async function ownJob(context: ControllerContext, cronJob: CronJob, draft: KubeObject): Promise<Job | undefined> {
  const { namespace, name = '' } = draft.metadata
  const present = await context.client.get<Job>({ ...KINDS.job, namespace, name })
  return isControlledBy(present, cronJob) && !isFinished(present) ? present : undefined
}

function jobFor(cronJob: CronJob, at: number): KubeObject {
  const { metadata, spec } = cronJob.spec.jobTemplate
  const scheduled = zonedTime(at, cronJob.spec.timeZone ?? 'UTC')
  return {
    ...KINDS.job,
    metadata: {
      name: jobName(cronJob, at),
      namespace: cronJob.metadata.namespace ?? '',
      ...(metadata?.labels === undefined ? {} : { labels: { ...metadata.labels } }),
      annotations: { ...metadata?.annotations, [SCHEDULED]: scheduled },
      ownerReferences: [controllerRef(cronJob)],
    },
    spec: structuredClone(spec),
  }
}

function referenceTo({ metadata }: Job): JobReference {
  const { name = '', namespace = '', uid = '', resourceVersion = '' } = metadata
  return { ...KINDS.job, name, namespace, uid, resourceVersion }
}

async function writeStatus({ context }: Run, cronJob: CronJob, status: CronJobStatus): Promise<void> {
  if (deepEqual(status, cronJob.status ?? {})) return
  try {
    await context.client.updateStatus({ ...cronJob, status })
  } catch (error) {
    if (!hasReason(error, 'NotFound', 'Conflict')) throw error
  }
}
