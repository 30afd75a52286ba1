import { hasReason } from '@slipway/client'
import type { ControllerContext } from '../shared/context.ts'
import { KINDS } from '../shared/kinds.ts'
import type { Pod } from '../shared/types.ts'
import { TRACKING, type Job, type JobStatus } from './types.ts'

/**
 * Counts the pods that have ended since the last run: first their uids go into `uncountedTerminatedPods`, then their finalizers are taken off, then the numbers grow. Each
 * pod is counted once even if the controller stops in between. Undefined when the status has moved and another run will follow.
 */
export async function countFinished(
  context: ControllerContext,
  job: Job,
  pods: readonly Pod[],
): Promise<JobStatus | undefined> {
  const pending = pods.filter((pod) => isTracked(pod) && ended(pod))
  const known = job.status?.uncountedTerminatedPods ?? {}
  const listed = new Set([...(known.succeeded ?? []), ...(known.failed ?? [])])
  const fresh = pending.filter((pod) => !listed.has(pod.metadata.uid ?? ''))
  if (fresh.length > 0) {
    await writeUncounted(context, job, fresh)
    return undefined
  }
  for (const pod of pending) await untrack(context, pod)
  return {
    ...job.status,
    succeeded: (job.status?.succeeded ?? 0) + (known.succeeded?.length ?? 0),
    failed: (job.status?.failed ?? 0) + (known.failed?.length ?? 0),
    uncountedTerminatedPods: {},
  }
}

async function writeUncounted(context: ControllerContext, job: Job, fresh: readonly Pod[]): Promise<void> {
  const known = job.status?.uncountedTerminatedPods ?? {}
  const uids = (phase: string): string[] =>
    fresh.filter((pod) => pod.status.phase === phase).map((pod) => pod.metadata.uid ?? '')
  const merged = {
    succeeded: [...(known.succeeded ?? []), ...uids('Succeeded')],
    failed: [...(known.failed ?? []), ...uids('Failed')],
  }
  const uncountedTerminatedPods = Object.fromEntries(Object.entries(merged).filter(([, list]) => list.length > 0))
  try {
    await context.client.updateStatus({ ...job, ...KINDS.job, status: { ...job.status, uncountedTerminatedPods } })
  } catch (error) {
    if (!hasReason(error, 'NotFound', 'Conflict')) throw error
  }
}

/** Takes the tracking finalizer off a pod. */
export async function untrack(context: ControllerContext, pod: Pod): Promise<void> {
  if (!isTracked(pod)) return
  const { namespace = '', name = '', uid } = pod.metadata
  const finalizers = (pod.metadata.finalizers ?? []).filter((finalizer) => finalizer !== TRACKING)
  try {
    await context.client.patch(
      { ...KINDS.pod, namespace, name },
      { type: 'merge', body: { metadata: { uid, finalizers } } },
    )
  } catch (error) {
    if (!hasReason(error, 'NotFound', 'Conflict')) throw error
  }
}

function isTracked(pod: Pod): boolean {
  return pod.metadata.finalizers?.includes(TRACKING) === true
}

function ended(pod: Pod): boolean {
  return pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed'
}
