import { toLabelSelector } from '@slipway/objects'
import type { Node, Pod, PodAffinityTerm } from '../../shared/types.ts'
import type { Filter, Placed, World } from '../world.ts'

/** Pods that must be near others or away from them, and pods that are there already and want to be away from this one: plugins/interpodaffinity. */
export const podAffinity: Filter = (pod, node, world) => {
  if (!hasItsNear(pod, node, world)) return { reasons: ["node(s) didn't match pod affinity rules"], curable: false }
  if (meets(termsOf(pod, 'podAntiAffinity'), { pod, node, world }))
    return { reasons: ["node(s) didn't match pod anti-affinity rules"], curable: true }
  return isUnwelcome(pod, node, world)
    ? { reasons: ["node(s) didn't satisfy existing pods anti-affinity rules"], curable: true }
    : undefined
}

function termsOf({ spec }: Pod, which: 'podAffinity' | 'podAntiAffinity'): readonly PodAffinityTerm[] {
  return spec.affinity?.[which]?.requiredDuringSchedulingIgnoredDuringExecution ?? []
}

// Every term needs a pod near the node that all terms select. The first of a group that wants to be together may start anywhere.
function hasItsNear(pod: Pod, node: Node, world: World): boolean {
  const terms = termsOf(pod, 'podAffinity')
  if (terms.length === 0) return true
  const labels = node.metadata.labels ?? {}
  if (!terms.every(({ topologyKey }) => topologyKey in labels)) return false
  const selectsAll = (other: Pod): boolean => terms.every((term) => selects(term, { owner: pod, other, world }))
  const fitting = world.placed.filter((each) => selectsAll(each.pod))
  if (terms.every(({ topologyKey }) => fitting.some((each) => isNear(each, { topologyKey, node, world })))) return true
  const nowhere = !fitting.some((each) =>
    terms.some(({ topologyKey }) => labelAt(each.node, topologyKey, world) !== undefined),
  )
  return nowhere && selectsAll(pod)
}

interface Place {
  readonly pod: Pod
  readonly node: Node
  readonly world: World
}

function meets(terms: readonly PodAffinityTerm[], { pod, node, world }: Place): boolean {
  return terms.some((term) =>
    world.placed.some(
      (each) =>
        selects(term, { owner: pod, other: each.pod, world }) &&
        isNear(each, { topologyKey: term.topologyKey, node, world }),
    ),
  )
}

function isUnwelcome(pod: Pod, node: Node, world: World): boolean {
  return world.placed.some((each) =>
    termsOf(each.pod, 'podAntiAffinity').some(
      (term) =>
        selects(term, { owner: each.pod, other: pod, world }) &&
        isNear(each, { topologyKey: term.topologyKey, node, world }),
    ),
  )
}

function isNear(
  placed: Placed,
  { topologyKey, node, world }: { readonly topologyKey: string; readonly node: Node; readonly world: World },
): boolean {
  const here = node.metadata.labels?.[topologyKey]
  return here !== undefined && labelAt(placed.node, topologyKey, world) === here
}

function labelAt(name: string, key: string, world: World): string | undefined {
  return world.nodes.find(({ metadata }) => metadata.name === name)?.metadata.labels?.[key]
}

// Whether a term of one pod means another: by its labels, in the namespaces that the term names or, when it names none, in its own.
function selects(
  term: PodAffinityTerm,
  { owner, other, world }: { readonly owner: Pod; readonly other: Pod; readonly world: World },
): boolean {
  const { namespaces = [], namespaceSelector, labelSelector } = term
  const space = other.metadata.namespace ?? ''
  const own = namespaces.length === 0 && namespaceSelector === undefined
  const listed = own ? space === owner.metadata.namespace : namespaces.includes(space)
  if (!listed && !toLabelSelector(namespaceSelector).matches(world.labelsOfNamespace(space))) return false
  return toLabelSelector(labelSelector).matches(other.metadata.labels ?? {})
}
