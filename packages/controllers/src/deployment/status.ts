import { formatTime } from '@slipway/objects'
import { conditionOf, withCondition, withoutCondition } from '../shared/conditions.ts'
import type { Condition, Deployment, DeploymentStatus, ReplicaSet } from '../shared/types.ts'
import { boundsOf, wantedOf } from './rolling.ts'

/** What the status is made from. */
export interface Seen {
  readonly deployment: Deployment
  readonly fresh: ReplicaSet | undefined
  readonly all: readonly ReplicaSet[]
  readonly terminating: number
  readonly now: number
}

/** A Deployment's status: pkg/controller/deployment/sync.go, calculateStatus, and progress.go, syncRolloutStatus. */
export function statusOf(seen: Seen): DeploymentStatus {
  const { deployment, all, fresh } = seen
  const sum = (of: (set: ReplicaSet) => number | undefined): number =>
    all.reduce((total, set) => total + (of(set) ?? 0), 0)
  const available = sum((set) => set.status?.availableReplicas)
  const base: DeploymentStatus = omitZeros({
    observedGeneration: deployment.metadata.generation ?? 0,
    replicas: sum((set) => set.status?.replicas),
    updatedReplicas: fresh?.status?.replicas ?? 0,
    readyReplicas: sum((set) => set.status?.readyReplicas),
    availableReplicas: available,
    unavailableReplicas: Math.max(0, wantedOf(all) - available),
    terminatingReplicas: seen.terminating,
    collisionCount: deployment.status?.collisionCount ?? 0,
  })
  base.terminatingReplicas ??= 0
  const conditions = progress(seen, base, availability(seen, available))
  return { ...base, conditions: failureOf(seen, conditions) }
}

function omitZeros(status: DeploymentStatus): DeploymentStatus {
  return Object.fromEntries(Object.entries(status).filter(([, value]) => value !== 0)) as DeploymentStatus
}

function availability({ deployment, now }: Seen, available: number): Condition[] {
  const enough = available >= deployment.spec.replicas - boundsOf(deployment.spec).unavailable
  return set(deployment.status?.conditions, now, {
    type: 'Available',
    status: enough ? 'True' : 'False',
    reason: enough ? 'MinimumReplicasAvailable' : 'MinimumReplicasUnavailable',
    message: enough ? 'Deployment has minimum availability.' : 'Deployment does not have minimum availability.',
  })
}

function progress(seen: Seen, status: DeploymentStatus, conditions: Condition[]): Condition[] {
  const { deployment, fresh, now } = seen
  if (deployment.spec.progressDeadlineSeconds === undefined) return withoutCondition(conditions, 'Progressing')
  const current = conditionOf(deployment.status?.conditions, 'Progressing')
  const finished = status.replicas === status.updatedReplicas && current?.reason === 'NewReplicaSetAvailable'
  if (finished || deployment.spec.paused === true) return conditions
  const subject =
    fresh === undefined ? `Deployment "${deployment.metadata.name ?? ''}"` : `ReplicaSet "${fresh.metadata.name ?? ''}"`
  if (isComplete(deployment, status)) {
    return set(conditions, now, {
      type: 'Progressing',
      status: 'True',
      reason: 'NewReplicaSetAvailable',
      message: `${subject} has successfully progressed.`,
    })
  }
  if (isProgressing(deployment.status, status)) {
    const next: Condition = {
      type: 'Progressing',
      status: 'True',
      reason: 'ReplicaSetUpdated',
      message: `${subject} is progressing.`,
    }
    // Every step forward moves the deadline, so the condition is written anew even when status and reason stay.
    return set(withoutCondition(conditions, 'Progressing'), now, {
      ...next,
      ...(current?.status === 'True' && current.lastTransitionTime !== undefined
        ? { lastTransitionTime: current.lastTransitionTime }
        : {}),
    })
  }
  if (hasTimedOut(deployment, current, now)) {
    return set(conditions, now, {
      type: 'Progressing',
      status: 'False',
      reason: 'ProgressDeadlineExceeded',
      message: `${subject} has timed out progressing.`,
    })
  }
  return conditions
}

function failureOf({ all, now }: Seen, conditions: Condition[]): Condition[] {
  const failed = all.flatMap((each) => conditionOf(each.status?.conditions, 'ReplicaFailure') ?? [])[0]
  if (failed === undefined) return withoutCondition(conditions, 'ReplicaFailure')
  return set(conditions, now, {
    type: 'ReplicaFailure',
    status: failed.status,
    reason: failed.reason ?? '',
    message: failed.message ?? '',
  })
}

/** All pods are new, all are available, and none of the old ones is left. */
export function isComplete(deployment: Deployment, status: DeploymentStatus): boolean {
  const wanted = deployment.spec.replicas
  return (
    (status.updatedReplicas ?? 0) === wanted &&
    (status.replicas ?? 0) === wanted &&
    (status.availableReplicas ?? 0) === wanted &&
    (status.observedGeneration ?? 0) >= (deployment.metadata.generation ?? 0)
  )
}

function isProgressing(before: DeploymentStatus | undefined, after: DeploymentStatus): boolean {
  const old = (status: DeploymentStatus | undefined): number => (status?.replicas ?? 0) - (status?.updatedReplicas ?? 0)
  return (
    (after.updatedReplicas ?? 0) > (before?.updatedReplicas ?? 0) ||
    old(after) < old(before) ||
    (after.readyReplicas ?? 0) > (before?.readyReplicas ?? 0) ||
    (after.availableReplicas ?? 0) > (before?.availableReplicas ?? 0)
  )
}

function hasTimedOut(deployment: Deployment, current: Condition | undefined, now: number): boolean {
  if (current === undefined || current.reason === 'NewReplicaSetAvailable') return false
  if (current.reason === 'ProgressDeadlineExceeded') return true
  return now > deadlineOf(deployment, current)
}

/** When a rollout that makes no progress times out, in milliseconds since 1970. */
export function deadlineOf(deployment: Deployment, current: Condition): number {
  return Date.parse(current.lastUpdateTime ?? '') + (deployment.spec.progressDeadlineSeconds ?? 600) * 1000
}

/** Sets a condition with its times. */
export function set(conditions: readonly Condition[] | undefined, now: number, next: Condition): Condition[] {
  const time = formatTime(now)
  return withCondition(conditions, { lastTransitionTime: time, lastUpdateTime: time, ...next })
}
