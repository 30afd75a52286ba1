import { toLabelSelector, type LabelSelector } from '@slipway/objects'
import { matchesNode, untolerated } from '../../shared/node-selection.ts'
import type { Node, Pod, SpreadConstraint } from '../../shared/types.ts'
import type { Filter, World } from '../world.ts'

const REASON = "node(s) didn't match pod topology spread constraints"

/** Pods are spread over the values of a node label at least as evenly as `DoNotSchedule` constraints say: plugins/podtopologyspread. */
export const topologySpread: Filter = (pod, node, world) => {
  const constraints = (pod.spec.topologySpreadConstraints ?? []).filter(
    ({ whenUnsatisfiable }) => whenUnsatisfiable === 'DoNotSchedule',
  )
  for (const constraint of constraints) {
    const value = node.metadata.labels?.[constraint.topologyKey]
    if (value === undefined) return { reasons: [`${REASON} (missing required label)`], curable: false }
    if (skewOf(pod, value, { constraint, constraints, world }) > constraint.maxSkew)
      return { reasons: [REASON], curable: true }
  }
  return undefined
}

interface Spread {
  readonly constraint: SpreadConstraint
  readonly constraints: readonly SpreadConstraint[]
  readonly world: World
}

// By how many pods a value would be ahead of the one with the fewest.
function skewOf(pod: Pod, value: string, spread: Spread): number {
  const { constraint } = spread
  const selector = toLabelSelector(constraint.labelSelector)
  const counts = countsOf(pod, spread, selector)
  const least = counts.size < (constraint.minDomains ?? 1) ? 0 : Math.min(...counts.values(), Number.MAX_SAFE_INTEGER)
  return (counts.get(value) ?? 0) + (selector.matches(pod.metadata.labels ?? {}) ? 1 : 0) - least
}

// How many pods each value has that the constraint selects; pods that end count no more, and a selector without requirements counts none.
function countsOf(pod: Pod, { constraint, constraints, world }: Spread, selector: LabelSelector): Map<string, number> {
  const counts = new Map<string, number>()
  for (const node of world.nodes) {
    const labels = node.metadata.labels ?? {}
    const value = labels[constraint.topologyKey]
    if (value === undefined || !constraints.every(({ topologyKey }) => topologyKey in labels)) continue
    if (!isIncluded(pod, node, constraint)) continue
    const mine = world.placed.filter(
      (each) =>
        each.node === node.metadata.name &&
        each.pod.metadata.namespace === pod.metadata.namespace &&
        each.pod.metadata.deletionTimestamp === undefined &&
        selector.requirements.length > 0 &&
        selector.matches(each.pod.metadata.labels ?? {}),
    )
    counts.set(value, (counts.get(value) ?? 0) + mine.length)
  }
  return counts
}

function isIncluded(pod: Pod, node: Node, constraint: SpreadConstraint): boolean {
  const { nodeAffinityPolicy = 'Honor', nodeTaintsPolicy = 'Ignore' } = constraint
  if (nodeAffinityPolicy === 'Honor' && !matchesNode(pod.spec, node)) return false
  return nodeTaintsPolicy !== 'Honor' || untolerated(node.spec?.taints, pod.spec.tolerations) === undefined
}
