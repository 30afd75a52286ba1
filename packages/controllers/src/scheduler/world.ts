import type { Labels } from '@slipway/objects'
import type { Node, Pod } from '../shared/types.ts'

/** The cluster as one scheduling attempt sees it. Nothing in it is written to: an attempt that asks "what if" makes another one. */
export interface World {
  readonly nodes: readonly Node[]
  /** The pods that run somewhere or are about to, each under the name of its node. */
  readonly placed: readonly Placed[]
  readonly labelsOfNamespace: (name: string) => Labels
}

/** A pod and the node that it takes room on. */
export interface Placed {
  readonly pod: Pod
  readonly node: string
}

/** Why a node cannot take a pod, in kube-scheduler's words. */
export interface Misfit {
  readonly reasons: readonly string[]
  /** True when the node could take the pod if other pods left it: `Unschedulable` and not `UnschedulableAndUnresolvable`. */
  readonly curable: boolean
}

/** One rule of kube-scheduler's: undefined when the node can take the pod. */
export type Filter = (pod: Pod, node: Node, world: World) => Misfit | undefined

/** The pods of one node. */
export function podsOn(world: World, node: Node): Pod[] {
  return world.placed.filter((each) => each.node === node.metadata.name).map(({ pod }) => pod)
}

/** A world in which some pods have gone. */
export function without(world: World, gone: ReadonlySet<Pod>): World {
  return { ...world, placed: world.placed.filter(({ pod }) => !gone.has(pod)) }
}

/** A world in which some more pods run. */
export function withPods(world: World, more: readonly Placed[]): World {
  return { ...world, placed: [...world.placed, ...more] }
}

/** How much a pod matters: `spec.priority`. */
export function priorityOf(pod: Pod): number {
  return pod.spec.priority ?? 0
}
