/** What kube-scheduler says of a cluster without nodes. */
export const NO_NODES = 'no nodes available to schedule pods'

// Its plugin for resource claims tries to help before preemption does, and says that it could not.
const NO_CLAIMS = 'no new claims to deallocate'

/** What kube-scheduler says when no node fits: framework/types.go, FitError. How many nodes say what, in the order of the words, and what preemption made of it. */
export function unfit(reasonsOfNodes: readonly (readonly string[])[], preemption?: string): string {
  const counts = new Map<string, number>()
  for (const reason of reasonsOfNodes.flat()) counts.set(reason, (counts.get(reason) ?? 0) + 1)
  const reasons = [...counts].map(([reason, count]) => `${count} ${reason}`).sort()
  const sentence = reasons.length === 0 ? '' : ` ${reasons.join(', ')}.`
  const after = preemption === undefined ? '' : ` ${NO_CLAIMS}, preemption: ${preemption}`
  return `0/${reasonsOfNodes.length} nodes are available:${sentence}${after}`
}

/** What it says when no node was looked at: the plugin for resource claims then does not find what it would have prepared, and says just that. */
export function blocked(nodes: number, why: string): string {
  return `0/${nodes} nodes are available: ${why}. not found`
}
