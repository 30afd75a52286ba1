import type { Affinity, Node, NodeRequirement, NodeSelectorTerm, Taint, Toleration } from './types.ts'

/** What a pod or a template says about the nodes it may run on. */
export interface NodeDemands {
  readonly nodeSelector?: Readonly<Record<string, string>> | undefined
  readonly affinity?: Affinity | undefined
}

/** True for a node that has the labels of a pod's selector and meets one term of its required affinity: component-helpers/scheduling/corev1/nodeaffinity. */
export function matchesNode({ nodeSelector = {}, affinity }: NodeDemands, node: Node): boolean {
  const labels = node.metadata.labels ?? {}
  if (!Object.entries(nodeSelector).every(([key, value]) => labels[key] === value)) return false
  const required = affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution
  return required === undefined || (required.nodeSelectorTerms ?? []).some((term) => meetsTerm(term, node))
}

/** The first taint with one of the effects that no toleration covers. */
export function untolerated(
  taints: readonly Taint[] | undefined,
  tolerations: readonly Toleration[] | undefined,
  effects: readonly string[] = ['NoSchedule', 'NoExecute'],
): Taint | undefined {
  return taints?.find(
    (taint) => effects.includes(taint.effect) && tolerations?.some((each) => tolerates(each, taint)) !== true,
  )
}

function tolerates({ key = '', operator = '', value = '', effect = '' }: Toleration, taint: Taint): boolean {
  if (effect !== '' && effect !== taint.effect) return false
  if (key !== '' && key !== taint.key) return false
  return operator === 'Exists' || ((operator === '' || operator === 'Equal') && value === (taint.value ?? ''))
}

// A term without requirements matches no node.
function meetsTerm({ matchExpressions = [], matchFields = [] }: NodeSelectorTerm, node: Node): boolean {
  if (matchExpressions.length + matchFields.length === 0) return false
  const labels = node.metadata.labels ?? {}
  return (
    matchExpressions.every((each) => holds(each, labels[each.key])) &&
    matchFields.every((each) => each.key === 'metadata.name' && holds(each, node.metadata.name))
  )
}

function holds({ operator, values = [] }: NodeRequirement, value: string | undefined): boolean {
  switch (operator) {
    case 'In':
      return value !== undefined && values.includes(value)
    case 'NotIn':
      return value === undefined || !values.includes(value)
    case 'Exists':
      return value !== undefined
    case 'DoesNotExist':
      return value === undefined
    case 'Gt':
      return isWhole(value) && isWhole(values[0]) && BigInt(value) > BigInt(values[0])
    case 'Lt':
      return isWhole(value) && isWhole(values[0]) && BigInt(value) < BigInt(values[0])
    default:
      return false
  }
}

function isWhole(text: string | undefined): text is string {
  return text !== undefined && /^-?\d+$/.test(text)
}
