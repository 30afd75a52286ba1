import { hasReason, type Recorder } from '@slipway/client'
import { formatTime } from '@slipway/objects'
import type { ControllerContext } from '../shared/context.ts'
import { KINDS } from '../shared/kinds.ts'
import type { Condition, Pod } from '../shared/types.ts'

/** Ends a pod so that another gets its room, with the condition that tells a Job's failure policy why. */
export async function evictFor(
  { context, record }: { readonly context: ControllerContext; readonly record: Recorder },
  { pod, victim, node }: { readonly pod: Pod; readonly victim: Pod; readonly node: string },
): Promise<void> {
  if (victim.metadata.deletionTimestamp !== undefined) return
  const { namespace = '', name = '', uid = '' } = victim.metadata
  const condition = conditionOf(context, victim, {
    type: 'DisruptionTarget',
    status: 'True',
    reason: 'PreemptionByScheduler',
    message: `${pod.spec.schedulerName ?? ''}: preempting to accommodate a higher priority pod`,
  })
  await patchStatus(context, victim, { conditions: [condition] })
  try {
    await context.client.delete({ ...KINDS.pod, namespace, name }, { preconditions: { uid } })
  } catch (error) {
    if (!hasReason(error, 'NotFound', 'Conflict')) throw error
    return
  }
  const message = `Preempted by pod ${pod.metadata.uid ?? ''} on node ${node}`
  record(victim, { type: 'Normal', reason: 'Preempted', message })
}

/** Writes why a pod is scheduled nowhere, and the node where it waits for room; nothing when its status says both already. */
export async function markUnschedulable(
  context: ControllerContext,
  pod: Pod,
  { message, nomination }: { readonly message: string; readonly nomination: string },
): Promise<void> {
  const present = pod.status.conditions?.find((condition) => condition.type === 'PodScheduled')
  const told = present?.status === 'False' && present.reason === 'Unschedulable' && present.message === message
  const nominatedNodeName =
    (pod.status.nominatedNodeName ?? '') === nomination
      ? {}
      : { nominatedNodeName: nomination === '' ? null : nomination }
  if (told && Object.keys(nominatedNodeName).length === 0) return
  const condition = conditionOf(context, pod, {
    type: 'PodScheduled',
    status: 'False',
    reason: 'Unschedulable',
    message,
  })
  await patchStatus(context, pod, { conditions: [condition], ...nominatedNodeName })
}

/** Takes the node away that a pod waited for. */
export async function clearNomination(context: ControllerContext, pod: Pod): Promise<void> {
  await patchStatus(context, pod, { nominatedNodeName: null })
}

// The time of a change is when the status changed, not its words.
function conditionOf(context: ControllerContext, pod: Pod, condition: Condition): Condition {
  const present = pod.status.conditions?.find(({ type }) => type === condition.type)
  const kept = present?.status === condition.status ? present.lastTransitionTime : undefined
  return {
    ...condition,
    observedGeneration: pod.metadata.generation ?? 1,
    lastProbeTime: null,
    lastTransitionTime: kept ?? formatTime(context.clock.now()),
  }
}

async function patchStatus(context: ControllerContext, pod: Pod, status: object): Promise<void> {
  const { namespace = '', name = '', uid } = pod.metadata
  try {
    await context.client.patch(
      { ...KINDS.pod, namespace, name, subresource: 'status' },
      { type: 'strategic', body: { metadata: { uid }, status } },
    )
  } catch (error) {
    if (!hasReason(error, 'NotFound', 'Conflict')) throw error
  }
}
