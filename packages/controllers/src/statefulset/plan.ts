import { scaledValue } from '@slipway/objects'
import { isAvailable, isReady } from '../shared/pods.ts'
import type { Pod } from '../shared/types.ts'
import { ordinalOf, revisionOf } from './pod.ts'
import type { StatefulSet, StatefulSetStatus } from './types.ts'

/** What a run does to one pod: makes the pod of an ordinal from the current or the update revision, or deletes a pod. */
export type Step =
  | { readonly type: 'create'; readonly ordinal: number; readonly revision: 'current' | 'update' }
  | { readonly type: 'delete'; readonly pod: Pod; readonly why: 'failed' | 'scale' | 'update' }

/** What a plan is made from. */
export interface Seen {
  readonly set: StatefulSet
  readonly pods: readonly Pod[]
  readonly revisions: { readonly current: string; readonly update: string }
  readonly now: number
}

/**
 * The next steps towards what the set wants: stateful_set_control.go, updateStatefulSet. With OrderedReady each step waits for the pods before it, so there is
 * at most one; with Parallel creations and deletions come at once, and only the rolling update goes pod by pod.
 */
export function planOf(seen: Seen): Step[] {
  const { set } = seen
  const ordered = set.spec.podManagementPolicy !== 'Parallel'
  const slots = slotsOf(seen)
  const fill = fillSteps(seen, slots)
  if (ordered && fill !== 'done') return fill.slice(0, 1)
  const steps = fill === 'done' ? [] : fill
  const shrink = shrinkSteps(seen)
  if (ordered && shrink !== 'done') return shrink.slice(0, 1)
  if (shrink !== 'done') steps.push(...shrink)
  if (set.spec.updateStrategy?.type === 'OnDelete') return steps
  return [...steps, ...updateSteps(seen, slots)]
}

interface Slot {
  readonly ordinal: number
  readonly pod: Pod | undefined
}

function slotsOf({ set, pods }: Seen): Slot[] {
  const first = set.spec.ordinals?.start ?? 0
  return Array.from({ length: set.spec.replicas }, (_, index) => {
    const ordinal = first + index
    return { ordinal, pod: pods.find((pod) => ordinalOf(set, pod) === ordinal) }
  })
}

// Missing pods in order; with OrderedReady a pod that is not ready yet stops the walk with nothing to do.
function fillSteps(seen: Seen, slots: readonly Slot[]): Step[] | 'done' {
  const ordered = seen.set.spec.podManagementPolicy !== 'Parallel'
  const steps: Step[] = []
  for (const { ordinal, pod } of slots) {
    if (pod === undefined)
      steps.push({ type: 'create', ordinal, revision: needsCurrent(seen.set, ordinal) ? 'current' : 'update' })
    else if (hasEnded(pod) && !isTerminating(pod)) steps.push({ type: 'delete', pod, why: 'failed' })
    else if (!ordered || isHealthy(seen, pod)) continue
    if (ordered) return steps
  }
  return steps.length === 0 ? 'done' : steps
}

function needsCurrent(set: StatefulSet, ordinal: number): boolean {
  const { type, rollingUpdate } = set.spec.updateStrategy ?? {}
  if (type === 'OnDelete') return false
  const before = rollingUpdate === undefined ? (set.status?.currentReplicas ?? 0) : (rollingUpdate.partition ?? 0)
  return ordinal < (set.spec.ordinals?.start ?? 0) + before
}

// Pods beyond the wanted number from the highest down. With OrderedReady one that is unwell stops it, unless it is the only unwell one.
function shrinkSteps(seen: Seen): Step[] | 'done' {
  const { set, pods } = seen
  const first = set.spec.ordinals?.start ?? 0
  const ordered = set.spec.podManagementPolicy !== 'Parallel'
  const isIn = (ordinal: number): boolean => ordinal >= first && ordinal < first + set.spec.replicas
  const byOrdinal = (a: Pod, b: Pod): number => (ordinalOf(set, a) ?? 0) - (ordinalOf(set, b) ?? 0)
  const condemned = pods.filter((pod) => !isIn(ordinalOf(set, pod) ?? -1)).sort(byOrdinal)
  const firstUnwell = [...pods].sort(byOrdinal).find((pod) => !isHealthy(seen, pod))
  if (condemned.length === 0) return 'done'
  const last = condemned.at(-1)
  if (!ordered)
    return condemned
      .reverse()
      .flatMap((pod) => (isTerminating(pod) ? [] : [{ type: 'delete', pod, why: 'scale' } as const]))
  if (last === undefined || isTerminating(last)) return []
  if (!isHealthy(seen, last) && last !== firstUnwell) return []
  return [{ type: 'delete', pod: last, why: 'scale' }]
}

// Old pods from the highest ordinal down to the partition, as many at a time as may be unavailable.
function updateSteps(seen: Seen, slots: readonly Slot[]): Step[] {
  const { set, revisions } = seen
  const rolling = set.spec.updateStrategy?.rollingUpdate
  const limit = Math.max(1, scaledValue(rolling?.maxUnavailable ?? 1, set.spec.replicas, 'down') ?? 1)
  const first = (set.spec.ordinals?.start ?? 0) + (rolling?.partition ?? 0)
  const steps: Step[] = []
  let unavailable = 0
  for (const { ordinal, pod } of [...slots].reverse()) {
    if (ordinal < first || unavailable >= limit) break
    const old = pod !== undefined && revisionOf(pod) !== revisions.update && !isTerminating(pod)
    if (old) steps.push({ type: 'delete', pod, why: 'update' })
    if (old || pod === undefined || !isHealthy(seen, pod)) unavailable++
  }
  return steps
}

function hasEnded(pod: Pod): boolean {
  return pod.status?.phase === 'Failed' || pod.status?.phase === 'Succeeded'
}

function isTerminating(pod: Pod): boolean {
  return pod.metadata.deletionTimestamp !== undefined
}

function isHealthy({ set, now }: Seen, pod: Pod): boolean {
  return (
    pod.status?.phase === 'Running' &&
    !isTerminating(pod) &&
    isAvailable(pod, { minReadySeconds: set.spec.minReadySeconds ?? 0, now })
  )
}

/** The set's status: its counts, and which revision its pods are moving from and to. */
export function statusOf(seen: Seen): StatefulSetStatus {
  const { set, pods, revisions, now } = seen
  const minReadySeconds = set.spec.minReadySeconds ?? 0
  const running = pods.filter((pod) => pod.status?.phase === 'Running' && isReady(pod))
  const live = pods.filter((pod) => !isTerminating(pod))
  const of = (revision: string): number => live.filter((pod) => revisionOf(pod) === revision).length
  const status: Required<Omit<StatefulSetStatus, 'conditions'>> = {
    observedGeneration: set.metadata.generation ?? 0,
    replicas: pods.length,
    readyReplicas: running.length,
    availableReplicas: running.filter((pod) => isAvailable(pod, { minReadySeconds, now })).length,
    currentReplicas: of(revisions.current),
    updatedReplicas: of(revisions.update),
    currentRevision: revisions.current,
    updateRevision: revisions.update,
    collisionCount: set.status?.collisionCount ?? 0,
  }
  const wanted = set.spec.replicas
  const complete =
    set.spec.updateStrategy?.type !== 'OnDelete' &&
    [status.updatedReplicas, status.readyReplicas, status.replicas].every((count) => count === wanted)
  const final = complete
    ? { ...status, currentReplicas: status.updatedReplicas, currentRevision: status.updateRevision }
    : status
  const kept = ['replicas', 'availableReplicas', 'collisionCount']
  return Object.fromEntries(Object.entries(final).filter(([name, value]) => value !== 0 || kept.includes(name)))
}
