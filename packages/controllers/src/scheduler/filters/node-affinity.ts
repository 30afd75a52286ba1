import { matchesNode } from '../../shared/node-selection.ts'
import type { Pod } from '../../shared/types.ts'
import type { Filter } from '../world.ts'

/** The node selector and the required node affinity: plugins/nodeaffinity. */
export const nodeAffinity: Filter = (pod, node) => {
  const named = namesOf(pod)
  if (named !== undefined && !named.includes(node.metadata.name ?? ''))
    return { reasons: ["node(s) didn't satisfy plugin(s) [NodeAffinity]"], curable: false }
  return matchesNode(pod.spec, node)
    ? undefined
    : { reasons: ["node(s) didn't match Pod's node affinity/selector"], curable: false }
}

/** True for a pod whose terms all name nodes, and none of them one that it can be: nobody looks at any node then. */
export function namesNoNode(pod: Pod): boolean {
  return namesOf(pod)?.length === 0
}

// The nodes that every term names: no other is looked at, and they are told of in words of their own. Undefined when a term names none.
function namesOf(pod: Pod): string[] | undefined {
  const terms = pod.spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? []
  if (terms.length === 0) return undefined
  const names: string[] = []
  for (const { matchFields = [] } of terms) {
    const lists = matchFields
      .filter(({ key, operator }) => key === 'metadata.name' && operator === 'In')
      .map(({ values = [] }) => values)
    if (lists.length === 0) return undefined
    names.push(...(lists[0] ?? []).filter((name) => lists.every((list) => list.includes(name))))
  }
  return names
}
