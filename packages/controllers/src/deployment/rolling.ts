import { scaledValue } from '@slipway/objects'
import type { DeploymentSpec, ReplicaSet } from '../shared/types.ts'
import { annotationNumber, DESIRED, MAX } from './annotations.ts'

/** How far a rolling update may go above and below the wanted number of pods. */
export interface Bounds {
  readonly surge: number
  readonly unavailable: number
}

/** The bounds of a Deployment: surge rounds up, unavailable rounds down, and both 0 would never move, so one pod may then be missing. */
export function boundsOf(spec: DeploymentSpec): Bounds {
  if (spec.strategy.type !== 'RollingUpdate') return { surge: 0, unavailable: 0 }
  const { maxSurge = '25%', maxUnavailable = '25%' } = spec.strategy.rollingUpdate ?? {}
  const surge = scaledValue(maxSurge, spec.replicas, 'up') ?? 0
  const unavailable = scaledValue(maxUnavailable, spec.replicas, 'down') ?? 0
  return { surge, unavailable: Math.min(surge === 0 && unavailable === 0 ? 1 : unavailable, spec.replicas) }
}

/** How many pods the new ReplicaSet may have now: `deploymentutil.NewRSNewReplicas`. Counts what is wanted of all sets, not what runs. */
export function newSetReplicas(spec: DeploymentSpec, sets: { fresh: ReplicaSet; all: readonly ReplicaSet[] }): number {
  if (spec.strategy.type === 'Recreate') return spec.replicas
  const most = spec.replicas + boundsOf(spec).surge
  const total = wantedOf(sets.all)
  if (total >= most) return sets.fresh.spec.replicas
  const up = Math.min(most - total, spec.replicas - sets.fresh.spec.replicas)
  return sets.fresh.spec.replicas + up
}

/** A ReplicaSet that is to be scaled. */
export interface Scaling {
  readonly set: ReplicaSet
  readonly replicas: number
}

/** How far old ReplicaSets may go down now: pkg/controller/deployment/rolling.go, reconcileOldReplicaSets. Unhealthy pods go first, oldest set first. */
export function scaleDownOld(
  spec: DeploymentSpec,
  sets: { fresh: ReplicaSet | undefined; old: readonly ReplicaSet[] },
): Scaling[] {
  const all = [...sets.old, ...(sets.fresh === undefined ? [] : [sets.fresh])]
  if (wantedOf(sets.old) === 0) return []
  const minAvailable = spec.replicas - boundsOf(spec).unavailable
  const freshUnavailable = (sets.fresh?.spec.replicas ?? 0) - (sets.fresh?.status?.availableReplicas ?? 0)
  const maxDown = wantedOf(all) - minAvailable - freshUnavailable
  if (maxDown <= 0) return []
  const oldest = [...sets.old].sort(byAge)
  const targets = new Map(oldest.map((set) => [set, set.spec.replicas]))
  cleanUpUnhealthy(targets, maxDown)
  takeAvailable(targets, all.reduce((sum, set) => sum + (set.status?.availableReplicas ?? 0), 0) - minAvailable)
  return [...targets]
    .filter(([set, replicas]) => replicas !== set.spec.replicas)
    .map(([set, replicas]) => ({ set, replicas }))
}

function cleanUpUnhealthy(targets: Map<ReplicaSet, number>, maxDown: number): void {
  let down = 0
  for (const [set, replicas] of targets) {
    if (down >= maxDown) return
    const unhealthy = replicas - (set.status?.availableReplicas ?? 0)
    const taken = Math.min(maxDown - down, Math.max(0, unhealthy))
    targets.set(set, replicas - taken)
    down += taken
  }
}

function takeAvailable(targets: Map<ReplicaSet, number>, surplus: number): void {
  let rest = surplus
  for (const [set, replicas] of targets) {
    if (rest <= 0) return
    const taken = Math.min(rest, replicas)
    targets.set(set, replicas - taken)
    rest -= taken
  }
}

/**
 * Spreads a change of the wanted number over all active sets in proportion to their size, when the Deployment is scaled in the middle of a rollout (or while paused): pkg/controller/deployment/sync.go,
 * scale. What rounding leaves over goes to the first set, larger sets first, newer ones first among equals when growing.
 */
export function proportional(spec: DeploymentSpec, sets: { all: readonly ReplicaSet[] }): Scaling[] {
  const allowed = spec.replicas > 0 ? spec.replicas + boundsOf(spec).surge : 0
  const total = wantedOf(sets.all)
  const add = allowed - total
  const active = sets.all.filter((set) => set.spec.replicas > 0)
  const sorted = [...active].sort((a, b) => b.spec.replicas - a.spec.replicas || (add > 0 ? byAge(b, a) : byAge(a, b)))
  let added = 0
  const targets = sorted.map((set) => {
    const share = add === 0 ? 0 : fractionFor(set, { spec, add, added })
    added += share
    return { set, replicas: set.spec.replicas + share }
  })
  return targets.map(({ set, replicas }, index) => ({
    set,
    replicas: index === 0 && add !== 0 ? Math.max(0, replicas + add - added) : replicas,
  }))
}

function fractionFor(set: ReplicaSet, how: { spec: DeploymentSpec; add: number; added: number }): number {
  const { spec, add, added } = how
  const allowed = add - added
  if (spec.replicas === 0) return -set.spec.replicas
  const before = annotationNumber(set, MAX) ?? spec.replicas + boundsOf(spec).surge
  const size = (set.spec.replicas * (spec.replicas + boundsOf(spec).surge)) / before
  const share = Math.round(size) - set.spec.replicas
  return add > 0 ? Math.min(share, allowed) : Math.max(share, allowed)
}

/** True when a set's annotation says that the Deployment had another size when it was last scaled. */
export function isScaling(spec: DeploymentSpec, sets: readonly ReplicaSet[]): boolean {
  return sets.some(
    (set) => set.spec.replicas > 0 && (annotationNumber(set, DESIRED) ?? spec.replicas) !== spec.replicas,
  )
}

/** What all sets want together. */
export function wantedOf(sets: readonly ReplicaSet[]): number {
  return sets.reduce((sum, set) => sum + set.spec.replicas, 0)
}

/** Older sets first; those of one second by name. */
export function byAge(a: ReplicaSet, b: ReplicaSet): number {
  const left = a.metadata.creationTimestamp ?? ''
  const right = b.metadata.creationTimestamp ?? ''
  if (left !== right) return left < right ? -1 : 1
  return (a.metadata.name ?? '') < (b.metadata.name ?? '') ? -1 : 1
}
