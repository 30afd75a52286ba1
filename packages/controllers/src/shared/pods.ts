import { controllerOf, type KubeObject } from '@slipway/objects'
import type { Pod } from './types.ts'

/** True for a pod whose Ready condition holds. */
export function isReady(pod: Pod): boolean {
  return readyCondition(pod)?.status === 'True'
}

/** The Ready condition of a pod, if it has one. */
export function readyCondition(pod: Pod): { status: string; lastTransitionTime?: string } | undefined {
  return pod.status?.conditions?.find((condition) => condition.type === 'Ready')
}

/** When a pod that is ready becomes available, in milliseconds since 1970; undefined for one that is not ready. */
export function availableAt(pod: Pod, minReadySeconds: number): number | undefined {
  const ready = readyCondition(pod)
  if (ready?.status !== 'True') return undefined
  return Date.parse(ready.lastTransitionTime ?? '') + minReadySeconds * 1000
}

/** True for a pod that has been ready for `minReadySeconds`. */
export function isAvailable(pod: Pod, how: { minReadySeconds: number; now: number }): boolean {
  const at = availableAt(pod, how.minReadySeconds)
  return at !== undefined && (how.minReadySeconds === 0 || at <= how.now)
}

/** True for a pod that has not ended and is not being deleted: `controller.IsPodActive`. */
export function isActive(pod: Pod): boolean {
  const phase = pod.status?.phase
  return phase !== 'Succeeded' && phase !== 'Failed' && pod.metadata.deletionTimestamp === undefined
}

/** True when `owner` controls the object. */
export function isControlledBy(object: KubeObject, owner: KubeObject): boolean {
  return controllerOf(object)?.uid === owner.metadata.uid
}

/**
 * The order in which pods are deleted when there are too many: k8s.io/kubernetes/pkg/controller/controller_utils.go, ActivePodsWithRanks. Unassigned, pending,
 * not ready, cheap, crowded, recently ready, often restarted and young pods go first. All pods here run on one node, so crowding never decides.
 */
export function compareForDeletion(now: number): (a: Pod, b: Pod) => number {
  return (a, b) => {
    const steps: ((pod: Pod) => number)[] = [
      (pod) => ((pod.spec.nodeName ?? '') === '' ? 0 : 1),
      (pod) => PHASES.indexOf(pod.status?.phase ?? ''),
      (pod) => (isReady(pod) ? 1 : 0),
      deletionCost,
      (pod) => -logarithmicAge(readyCondition(pod)?.lastTransitionTime, now, isReady(pod)),
      (pod) => -restartsOf(pod),
    ]
    for (const step of steps.slice(0, 4)) if (step(a) !== step(b)) return step(a) - step(b)
    const readyFor =
      logarithmicAge(readyCondition(a)?.lastTransitionTime, now, isReady(a)) -
      logarithmicAge(readyCondition(b)?.lastTransitionTime, now, isReady(b))
    if (readyFor !== 0) return readyFor
    if (restartsOf(a) !== restartsOf(b)) return restartsOf(b) - restartsOf(a)
    const age =
      logarithmicAge(a.metadata.creationTimestamp ?? undefined, now, true) -
      logarithmicAge(b.metadata.creationTimestamp ?? undefined, now, true)
    return age !== 0 ? age : (a.metadata.uid ?? '') < (b.metadata.uid ?? '') ? -1 : 1
  }
}

const PHASES = ['Pending', 'Unknown', 'Running']

function deletionCost(pod: Pod): number {
  return Number(pod.metadata.annotations?.['controller.kubernetes.io/pod-deletion-cost'] ?? 0)
}

function restartsOf(pod: Pod): number {
  return Math.max(0, ...(pod.status?.containerStatuses ?? []).map((status) => status.restartCount))
}

// Ages are compared by powers of two, so that pods of about one age are chosen among without preference for the very youngest.
function logarithmicAge(timestamp: string | undefined, now: number, counts: boolean): number {
  if (!counts || timestamp === undefined) return 0
  const age = (now - Date.parse(timestamp)) * 1e6
  return age <= 0 ? -1 : Math.floor(Math.log2(age))
}
