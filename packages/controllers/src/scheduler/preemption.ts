import { toLabelSelector, type KubeObject, type LabelSelectorSpec } from '@slipway/objects'
import type { Node, Pod } from '../shared/types.ts'
import { misfitOf } from './fit.ts'
import { unfit } from './message.ts'
import { type Misfit, type Placed, podsOn, priorityOf, without, type World } from './world.ts'

/** What preemption reads of a PodDisruptionBudget. */
export interface Budget extends KubeObject {
  spec: { selector?: LabelSelectorSpec }
  status?: { disruptionsAllowed?: number; disruptedPods?: Record<string, string> }
}

/** The pods that make room on a node; or why none do, in kube-scheduler's words, and whether the pod's present nomination still stands. */
export type Preemption =
  | { readonly kind: 'room'; readonly node: string; readonly victims: readonly Pod[] }
  | { readonly kind: 'none'; readonly message: string; readonly keepsNomination: boolean }

/** All that the choice of victims depends on. */
export interface Need {
  readonly pod: Pod
  readonly world: World
  readonly nominated: readonly Placed[]
  readonly budgets: readonly Budget[]
  readonly misfits: readonly { readonly node: Node; readonly misfit: Misfit }[]
  readonly nominatedNode: string
  readonly now: number
}

/** Which pods of lower priority must go so that a pod that fits nowhere has room: plugins/defaultpreemption. */
export function preemptionFor(need: Need): Preemption {
  const ineligible = whyIneligible(need)
  if (ineligible !== undefined) return { kind: 'none', message: ineligible, keepsNomination: true }
  const tried = need.misfits.map(({ node, misfit }) => ({
    node,
    outcome: misfit.curable ? makeRoom(need, node) : HELPLESS,
  }))
  const candidates = tried.flatMap(({ node, outcome }) => ('victims' in outcome ? [{ node, ...outcome }] : []))
  const best = candidates.sort((a, b) => compareCandidates(a, b, need.now))[0]
  if (best !== undefined) return { kind: 'room', node: best.node.metadata.name ?? '', victims: best.victims }
  const reasons = tried.map(({ outcome }) => ('reasons' in outcome ? outcome.reasons : []))
  return { kind: 'none', message: unfit(reasons), keepsNomination: false }
}

const HELPLESS = { reasons: ['Preemption is not helpful for scheduling'] }

interface Room {
  readonly victims: readonly Pod[]
  readonly violations: number
}

// A pod whose victims are still ending on the node that it waits for takes no more.
function whyIneligible({ pod, world, misfits, nominatedNode }: Need): string | undefined {
  if (pod.spec.preemptionPolicy === 'Never') return 'not eligible due to preemptionPolicy=Never.'
  const waitingFor = misfits.find(({ node }) => node.metadata.name === nominatedNode)
  if (waitingFor === undefined || !waitingFor.misfit.curable) return undefined
  const ending = podsOn(world, waitingFor.node).some(
    (other) => priorityOf(other) < priorityOf(pod) && isEndingForAnother(other),
  )
  return ending ? 'not eligible due to a terminating pod on the nominated node.' : undefined
}

function isEndingForAnother({ metadata, status }: Pod): boolean {
  const target = status?.conditions?.find(({ type }) => type === 'DisruptionTarget')
  return (
    metadata.deletionTimestamp !== undefined && target?.status === 'True' && target.reason === 'PreemptionByScheduler'
  )
}

// Takes all that matter less off the node, then lets stay who can: first those whose budget allows no disruption, the most important ones first.
function makeRoom(need: Need, node: Node): Room | Pick<Misfit, 'reasons'> {
  const { pod, now } = need
  const lesser = podsOn(need.world, node).filter((other) => priorityOf(other) < priorityOf(pod))
  if (lesser.length === 0) return { reasons: ['No preemption victims found for incoming pod'] }
  const misfitWithout = (gone: ReadonlySet<Pod>): Misfit | undefined =>
    misfitOf(pod, node, { world: without(need.world, gone), nominated: need.nominated })
  const gone = new Set(lesser)
  const misfit = misfitWithout(gone)
  if (misfit !== undefined) return misfit
  const { violating, others } = byBudget(lesser.sort(byImportance(now)), need.budgets)
  for (const each of [...violating, ...others]) {
    gone.delete(each)
    if (misfitWithout(gone) !== undefined) gone.add(each)
  }
  const victims = [...gone].sort(byImportance(now))
  return { victims, violations: victims.filter((victim) => violating.includes(victim)).length }
}

function byBudget(pods: readonly Pod[], budgets: readonly Budget[]): { violating: Pod[]; others: Pod[] } {
  const left = new Map(budgets.map((budget) => [budget, budget.status?.disruptionsAllowed ?? 0]))
  const groups = { violating: [] as Pod[], others: [] as Pod[] }
  for (const pod of pods) {
    let violates = false
    for (const budget of budgets.filter((each) => covers(each, pod))) {
      const allowed = (left.get(budget) ?? 0) - 1
      left.set(budget, allowed)
      if (allowed < 0) violates = true
    }
    groups[violates ? 'violating' : 'others'].push(pod)
  }
  return groups
}

// A pod that the API server has let go already violates nothing any more.
function covers({ metadata, spec, status }: Budget, pod: Pod): boolean {
  const selector = toLabelSelector(spec.selector)
  return (
    metadata.namespace === pod.metadata.namespace &&
    selector.requirements.length > 0 &&
    selector.matches(pod.metadata.labels ?? {}) &&
    status?.disruptedPods?.[pod.metadata.name ?? ''] === undefined
  )
}

// Higher priority first, then who has run longer.
function byImportance(now: number): (a: Pod, b: Pod) => number {
  return (a, b) => priorityOf(b) - priorityOf(a) || startOf(a, now) - startOf(b, now)
}

function startOf({ status }: Pod, now: number): number {
  return status?.startTime === undefined ? now : Date.parse(status.startTime)
}

const OFFSET = 2 ** 31

// Fewest violated budgets, least important victims, least in sum, fewest, and among those the most important of which started last.
function compareCandidates(a: Room, b: Room, now: number): number {
  const highest = ({ victims }: Room): number => Math.max(...victims.map(priorityOf))
  const sum = ({ victims }: Room): number => victims.reduce((total, pod) => total + priorityOf(pod) + OFFSET, 0)
  const earliest = (room: Room): number =>
    Math.min(...room.victims.filter((pod) => priorityOf(pod) === highest(room)).map((pod) => startOf(pod, now)))
  return (
    a.violations - b.violations ||
    highest(a) - highest(b) ||
    sum(a) - sum(b) ||
    a.victims.length - b.victims.length ||
    earliest(b) - earliest(a)
  )
}
