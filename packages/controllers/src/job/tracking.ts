import { hasReason } from '@slipway/client'
import type { ControllerContext } from '../shared/context.ts'
import { KINDS } from '../shared/kinds.ts'
import type { Pod } from '../shared/types.ts'
import { judgeFailure } from './failure-policy.ts'
import { indexOf, validIndexOf } from './indexes.ts'
import type { Tally } from './tally.ts'
import { hasFailed, isIndexed, TRACKING, type JobStatus } from './types.ts'
import type { Verdict } from './verdict.ts'

/** What is to be counted: the uids that go into the status before the finalizers of these pods go, and the numbers that have succeeded by then. */
export interface Uncounted {
  readonly succeeded: readonly string[]
  readonly failed: readonly string[]
  readonly indexes: ReadonlySet<number>
  readonly letGo: readonly Pod[]
  /** False when there are more for another run. */
  readonly all: boolean
}

const MOST_UNCOUNTED = 500

/**
 * Chooses the pods that are counted now: job_controller.go, trackJobStatusAndRemoveFinalizers. Each pod is counted once even if the controller stops in between, because its
 * uid, or its number in an Indexed Job, is in the status before its finalizer goes.
 */
export function uncountedOf(tally: Tally, verdict: Verdict | undefined): Uncounted {
  const { job, pods, indexes, isTracked } = tally
  const known = job.status?.uncountedTerminatedPods ?? {}
  const succeeded = [...(known.succeeded ?? [])]
  const failed = [...(known.failed ?? [])]
  const numbers = new Set(indexes?.before ?? [])
  const letGo: Pod[] = []
  let fresh = 0
  const ordered = isIndexed(job) ? [...pods].sort((a, b) => (indexOf(a) ?? -1) - (indexOf(b) ?? -1)) : pods
  for (const pod of ordered.filter(isTracked)) {
    const uid = pod.metadata.uid ?? ''
    if (!mayLetGo(tally, pod, verdict)) continue
    letGo.push(pod)
    const index = validIndexOf(pod, job.spec.completions ?? 0)
    if (pod.status?.phase === 'Succeeded' && !failed.includes(uid)) {
      if (isIndexed(job)) {
        if (index !== undefined && !numbers.has(index)) {
          numbers.add(index)
          fresh++
        }
      } else if (!succeeded.includes(uid)) succeeded.push(uid)
    } else if (hasFailed(job, pod) || verdict?.type === 'FailureTarget') {
      const counts = judgeFailure(job.spec.podFailurePolicy, pod).counts
      if (counts && !failed.includes(uid) && (!isIndexed(job) || index !== undefined)) failed.push(uid)
    }
    if (fresh + succeeded.length + failed.length >= MOST_UNCOUNTED)
      return { succeeded, failed, indexes: numbers, letGo, all: false }
  }
  return { succeeded, failed, indexes: numbers, letGo, all: true }
}

// A failed pod stays while the next one of its number is still to take over its count of failures.
function mayLetGo({ job, held }: Tally, pod: Pod, verdict: Verdict | undefined): boolean {
  if (job.metadata.deletionTimestamp !== undefined || verdict !== undefined || pod.status?.phase === 'Succeeded')
    return true
  return hasFailed(job, pod) && held.get(indexOf(pod) ?? -1)?.metadata.uid !== pod.metadata.uid
}

/** A status in which the pods whose finalizers are gone have moved from the uncounted to the counted. */
export function counted(status: JobStatus, stillTracked: ReadonlySet<string>): JobStatus {
  const { succeeded = [], failed = [] } = status.uncountedTerminatedPods ?? {}
  const left = {
    succeeded: succeeded.filter((uid) => stillTracked.has(uid)),
    failed: failed.filter((uid) => stillTracked.has(uid)),
  }
  return {
    ...status,
    succeeded: (status.succeeded ?? 0) + succeeded.length - left.succeeded.length,
    failed: (status.failed ?? 0) + failed.length - left.failed.length,
    uncountedTerminatedPods: Object.fromEntries(Object.entries(left).filter(([, uids]) => uids.length > 0)),
  }
}

/** Takes the tracking finalizer off a pod. */
export async function untrack(context: ControllerContext, pod: Pod): Promise<void> {
  if (pod.metadata.finalizers?.includes(TRACKING) !== true) return
  const { namespace = '', name = '', uid } = pod.metadata
  const body = { metadata: { uid, '$deleteFromPrimitiveList/finalizers': [TRACKING] } }
  try {
    await context.client.patch({ ...KINDS.pod, namespace, name }, { type: 'strategic', body })
  } catch (error) {
    if (!hasReason(error, 'NotFound', 'Conflict')) throw error
  }
}
