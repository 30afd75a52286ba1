import { hasReason, type Recorder } from '@slipway/client'
import type { Job } from '../job/types.ts'
import type { ControllerContext } from '../shared/context.ts'
import { KINDS } from '../shared/kinds.ts'
import type { CronJob } from './types.ts'

interface Run {
  readonly context: ControllerContext
  readonly record: Recorder
}

/** Deletes the oldest ended Jobs beyond the limits: three that succeeded and one that failed by default. */
export async function trimHistory(run: Run, cronJob: CronJob, jobs: readonly Job[]): Promise<void> {
  const { successfulJobsHistoryLimit, failedJobsHistoryLimit } = cronJob.spec
  await trim(run, cronJob, { jobs: endedBy(jobs, 'Complete'), limit: successfulJobsHistoryLimit })
  await trim(run, cronJob, { jobs: endedBy(jobs, 'Failed'), limit: failedJobsHistoryLimit })
}

function endedBy(jobs: readonly Job[], type: string): Job[] {
  return jobs.filter((job) => job.status?.conditions?.some((each) => each.type === type && each.status === 'True'))
}

async function trim(
  run: Run,
  cronJob: CronJob,
  of: { readonly jobs: readonly Job[]; readonly limit: number | undefined },
): Promise<void> {
  if (of.limit === undefined) return
  const started = (job: Job): string => job.status.startTime ?? job.metadata.creationTimestamp ?? ''
  const oldest = [...of.jobs].sort((a, b) => (started(a) < started(b) ? -1 : started(a) > started(b) ? 1 : 0))
  for (const job of oldest.slice(0, Math.max(0, oldest.length - of.limit))) await deleteJob(run, cronJob, job)
}

/** Deletes a Job with its pods. */
export async function deleteJob({ context, record }: Run, cronJob: CronJob, job: Job): Promise<void> {
  const { namespace, name = '', uid = '' } = job.metadata
  if (job.metadata.deletionTimestamp !== undefined) return
  try {
    const options = { propagationPolicy: 'Background', preconditions: { uid } } as const
    await context.client.delete({ ...KINDS.job, namespace, name }, options)
    record(cronJob, { type: 'Normal', reason: 'SuccessfulDelete', message: `Deleted job ${name}` })
  } catch (error) {
    if (!hasReason(error, 'NotFound', 'Conflict')) throw error
  }
}
