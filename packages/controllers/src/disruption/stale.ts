import { hasReason, type Controller } from '@slipway/client'
import { formatTime, keyOf } from '@slipway/objects'
import { type ControllerContext, source, start } from '../shared/context.ts'
import { KINDS } from '../shared/kinds.ts'
import type { Condition, Pod } from '../shared/types.ts'

const STALE = 120_000

/** Takes the condition of a pod back that says it will be disrupted, when after two minutes nobody has deleted it: disruption.go, syncStalePodDisruption. */
export function startStaleDisruptionController(context: ControllerContext): Promise<Controller> {
  const pods = context.informer<Pod>(KINDS.pod)
  return start(context, {
    name: 'stale-disruption',
    sources: [source<Pod>(context, KINDS.pod, ({ object }) => (targetOf(object) === undefined ? [] : [keyOf(object)]))],
    reconcile: async (key) => {
      const pod = pods.get(key)
      const condition = pod === undefined ? undefined : targetOf(pod)
      if (pod === undefined || condition === undefined) return undefined
      const now = context.clock.now()
      const left = Date.parse(condition.lastTransitionTime ?? '') + STALE - now
      if (left > 0) return { requeueAfter: left }
      await takeBack(context, pod, now)
      return undefined
    },
  })
}

function targetOf({ metadata, status }: Pod): Condition | undefined {
  if (metadata.deletionTimestamp !== undefined || status?.phase === 'Succeeded' || status?.phase === 'Failed')
    return undefined
  return status?.conditions?.find(({ type, status: value }) => type === 'DisruptionTarget' && value === 'True')
}

async function takeBack(context: ControllerContext, pod: Pod, now: number): Promise<void> {
  const { namespace = '', name = '', uid, generation } = pod.metadata
  const condition = {
    type: 'DisruptionTarget',
    status: 'False',
    reason: null,
    message: null,
    observedGeneration: generation ?? 1,
    lastTransitionTime: formatTime(now),
  }
  try {
    await context.client.patch(
      { ...KINDS.pod, namespace, name, subresource: 'status' },
      { type: 'strategic', body: { metadata: { uid }, status: { conditions: [condition] } } },
    )
  } catch (error) {
    if (!hasReason(error, 'NotFound', 'Conflict')) throw error
  }
}
