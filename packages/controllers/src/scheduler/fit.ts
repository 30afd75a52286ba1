import type { Node, Pod } from '../shared/types.ts'
import { nodeAffinity } from './filters/node-affinity.ts'
import { nodePorts } from './filters/node-ports.ts'
import { podAffinity } from './filters/pod-affinity.ts'
import { nodeResources } from './filters/resources.ts'
import { nodeUnschedulable, taintToleration } from './filters/taints.ts'
import { topologySpread } from './filters/topology-spread.ts'
import { type Filter, type Misfit, type Placed, priorityOf, withPods, type World } from './world.ts'

// In the order of kube-scheduler's default plugins: the first that says no is the one that is told of.
const FILTERS: readonly Filter[] = [
  nodeUnschedulable,
  taintToleration,
  nodeAffinity,
  nodePorts,
  nodeResources,
  topologySpread,
  podAffinity,
]

/**
 * Why a node cannot take a pod; undefined when it can. Pods that wait for room on the node, and matter at least as much, are counted as if they ran there already,
 * and the pod must fit without them too: framework.go, RunFilterPluginsWithNominatedPods.
 */
export function misfitOf(
  pod: Pod,
  node: Node,
  at: { readonly world: World; readonly nominated: readonly Placed[] },
): Misfit | undefined {
  const ahead = at.nominated.filter(
    (each) =>
      each.node === node.metadata.name &&
      each.pod.metadata.uid !== pod.metadata.uid &&
      priorityOf(each.pod) >= priorityOf(pod),
  )
  const crowded = ahead.length === 0 ? undefined : filter(pod, node, withPods(at.world, ahead))
  return crowded ?? filter(pod, node, at.world)
}

function filter(pod: Pod, node: Node, world: World): Misfit | undefined {
  for (const each of FILTERS) {
    const misfit = each(pod, node, world)
    if (misfit !== undefined) return misfit
  }
  return undefined
}
