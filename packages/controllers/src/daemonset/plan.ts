import { scaledValue } from '@slipway/objects'
import { REVISION_LABEL } from '../shared/history.ts'
import { isAvailable, isReady } from '../shared/pods.ts'
import type { Node, Pod } from '../shared/types.ts'
import { verdictOn } from './nodes.ts'
import { type DaemonSet, type DaemonSetStatus, nodeOf } from './types.ts'

/** What a plan is made from. `hash` is that of the set's present template. */
export interface Seen {
  readonly set: DaemonSet
  readonly pods: readonly Pod[]
  readonly nodes: readonly Node[]
  readonly hash: string
  readonly now: number
}

/** The nodes that get a pod, and the pods that go. */
export interface Plan {
  readonly create: readonly string[]
  readonly remove: readonly Pod[]
}

/** What is missing or too much on any node, whatever the update strategy: daemon_controller.go, podsShouldBeOnNode. */
export function placement(seen: Seen): Plan {
  const create: string[] = []
  const remove: Pod[] = []
  for (const node of seen.nodes) {
    const name = node.metadata.name ?? ''
    const pods = podsOn(seen, name)
    const { run, keep } = verdictOn(seen.set, node)
    if (run && pods.length === 0) create.push(name)
    if (!keep) remove.push(...pods)
    else remove.push(...pods.filter(hasEnded), ...surplus(seen, pods))
  }
  const known = new Set(seen.nodes.map(({ metadata }) => metadata.name))
  const stranded = seen.pods.filter((pod) => !known.has(nodeOf(pod)) && !isTerminating(pod))
  return { create, remove: [...remove, ...stranded] }
}

// One pod a node; while a surge replaces it, an old one beside a new one until that is available.
function surplus(seen: Seen, pods: readonly Pod[]): Pod[] {
  const live = pods.filter((pod) => !hasEnded(pod) && !isTerminating(pod)).sort(byAge)
  if (limitsOf(seen).surge === 0) return live.slice(1)
  const fresh = live.filter((pod) => isFresh(seen, pod))
  const old = live.filter((pod) => !isFresh(seen, pod))
  const replaced = fresh.some((pod) => available(seen, pod))
  return [...fresh.slice(1), ...(replaced ? old : old.slice(1))]
}

/** The next steps of a rolling update: pkg/controller/daemon/update.go, rollingUpdate. */
export function rollingUpdate(seen: Seen): Plan {
  const { surge, unavailable } = limitsOf(seen)
  return surge === 0 ? replaceInPlace(seen, unavailable) : replaceBySurge(seen, surge)
}

interface Replaced {
  readonly node: string
  readonly old: Pod | undefined
  readonly fresh: Pod | undefined
}

// What is broken anyway is replaced at once; of the others as many as may be unavailable.
function replaceInPlace(seen: Seen, limit: number): Plan {
  const replaced = replacementsOf(seen)
  const broken = replaced.filter(({ old, fresh }) => old !== undefined && fresh === undefined && !available(seen, old))
  const healthy = replaced.filter(({ old, fresh }) => old !== undefined && fresh === undefined && available(seen, old))
  const missing = replaced.filter(({ old, fresh }) => {
    const pod = fresh ?? old
    return pod === undefined || !available(seen, pod)
  }).length
  const chosen = [...broken, ...healthy.slice(0, Math.max(0, limit - missing))]
  return { create: [], remove: chosen.flatMap(({ old }) => (old === undefined || isTerminating(old) ? [] : [old])) }
}

function replaceBySurge(seen: Seen, limit: number): Plan {
  const replaced = replacementsOf(seen)
  const pending = replaced.filter(({ old, fresh }) => old !== undefined && fresh !== undefined)
  const done = pending.filter(({ fresh }) => fresh !== undefined && available(seen, fresh))
  const waiting = replaced.filter(({ old, fresh }) => old !== undefined && fresh === undefined && !isTerminating(old))
  const broken = waiting.filter(({ old }) => old !== undefined && !available(seen, old))
  const healthy = waiting.filter((each) => !broken.includes(each))
  const free = Math.max(0, limit - (pending.length - done.length))
  return {
    create: [...broken, ...healthy.slice(0, free)].map(({ node }) => node),
    remove: done.flatMap(({ old }) => (old === undefined || isTerminating(old) ? [] : [old])),
  }
}

function replacementsOf(seen: Seen): Replaced[] {
  return seen.nodes
    .filter((node) => verdictOn(seen.set, node).run)
    .map(({ metadata: { name = '' } }) => {
      const pods = podsOn(seen, name)
      return {
        node: name,
        old: pods.find((pod) => !isFresh(seen, pod)),
        fresh: pods.find((pod) => isFresh(seen, pod) && !isTerminating(pod)),
      }
    })
}

// Surge and unavailability are shares of the wanted number and round up; both nothing means one unavailable.
function limitsOf({ set, nodes }: Seen): { readonly surge: number; readonly unavailable: number } {
  const wanted = nodes.filter((node) => verdictOn(set, node).run).length
  const { maxSurge = 0, maxUnavailable = 1 } = set.spec.updateStrategy?.rollingUpdate ?? {}
  const surge = scaledValue(maxSurge, wanted, 'up') ?? 0
  const unavailable = scaledValue(maxUnavailable, wanted, 'up') ?? 1
  return { surge, unavailable: surge + unavailable === 0 ? 1 : unavailable }
}

/** The set's status. */
export function statusOf(seen: Seen): DaemonSetStatus {
  const { set, nodes } = seen
  const wanted = nodes.filter((node) => verdictOn(set, node).run)
  const oldest = wanted.flatMap(({ metadata: { name = '' } }) => podsOn(seen, name).sort(byAge).slice(0, 1))
  const ready = oldest.filter(isReady).length
  const there = oldest.filter((pod) => available(seen, pod)).length
  const astray = nodes.filter((node) => !verdictOn(set, node).run && podsOn(seen, node.metadata.name ?? '').length > 0)
  const optional = {
    updatedNumberScheduled: oldest.filter((pod) => isFresh(seen, pod)).length,
    numberAvailable: there,
    numberUnavailable: wanted.length - there,
    collisionCount: set.status?.collisionCount ?? 0,
  }
  return {
    currentNumberScheduled: oldest.length,
    numberMisscheduled: astray.length,
    desiredNumberScheduled: wanted.length,
    numberReady: ready,
    observedGeneration: set.metadata.generation ?? 0,
    ...Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== 0)),
  }
}

function podsOn({ pods }: Seen, node: string): Pod[] {
  return pods.filter((pod) => nodeOf(pod) === node)
}

function isFresh({ hash }: Seen, pod: Pod): boolean {
  return pod.metadata.labels?.[REVISION_LABEL] === hash
}

function available({ set, now }: Seen, pod: Pod): boolean {
  return !isTerminating(pod) && isAvailable(pod, { minReadySeconds: set.spec.minReadySeconds ?? 0, now })
}

function hasEnded(pod: Pod): boolean {
  return (pod.status?.phase === 'Failed' || pod.status?.phase === 'Succeeded') && !isTerminating(pod)
}

function isTerminating(pod: Pod): boolean {
  return pod.metadata.deletionTimestamp !== undefined
}

function byAge(a: Pod, b: Pod): number {
  return Date.parse(a.metadata.creationTimestamp ?? '') - Date.parse(b.metadata.creationTimestamp ?? '')
}
