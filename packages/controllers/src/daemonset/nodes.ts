import type { DaemonNode, DaemonSet, Requirement, Taint, Term } from './types.ts'
import { tolerationsOf } from './pod.ts'

/** Whether a set's pod belongs on a node, and whether one that is there may stay: daemon_controller.go, NodeShouldRunDaemonPod. */
export function verdictOn(set: DaemonSet, node: DaemonNode): { readonly run: boolean; readonly keep: boolean } {
  const { spec } = set.spec.template
  const name = spec.nodeName ?? ''
  if (name !== '' && name !== node.metadata.name) return { run: false, keep: false }
  const labels = Object.entries(spec.nodeSelector ?? {})
  if (!labels.every(([key, value]) => node.metadata.labels?.[key] === value)) return { run: false, keep: false }
  if (!matchesAffinity(set, node)) return { run: false, keep: false }
  const hostile = (node.spec?.taints ?? []).filter((taint) => !isTolerated(set, taint))
  if (hostile.some(({ effect }) => effect === 'NoExecute')) return { run: false, keep: false }
  return { run: !hostile.some(({ effect }) => effect === 'NoSchedule'), keep: true }
}

function isTolerated(set: DaemonSet, taint: Taint): boolean {
  return tolerationsOf(set).some(({ key = '', operator, value = '', effect = '' }) => {
    if (effect !== '' && effect !== taint.effect) return false
    if (key === '') return operator === 'Exists'
    return key === taint.key && (operator === 'Exists' || value === (taint.value ?? ''))
  })
}

function matchesAffinity(set: DaemonSet, node: DaemonNode): boolean {
  const affinity = set.spec.template.spec['affinity'] as
    | { nodeAffinity?: { requiredDuringSchedulingIgnoredDuringExecution?: { nodeSelectorTerms?: Term[] } } }
    | undefined
  const terms = affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms
  if (terms === undefined) return true
  return terms.some((term) => {
    const labels = (term.matchExpressions ?? []).every((each) => holds(each, node.metadata.labels?.[each.key]))
    return labels && (term.matchFields ?? []).every((each) => holds(each, node.metadata.name))
  })
}

function holds({ operator, values = [] }: Requirement, value: string | undefined): boolean {
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
      return value !== undefined && Number(value) > Number(values[0])
    case 'Lt':
      return value !== undefined && Number(value) < Number(values[0])
    default:
      return false
  }
}
