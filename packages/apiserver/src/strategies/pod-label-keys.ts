import { isRecord, type KubeObject, type Labels } from '@slipway/objects'

type Json = Record<string, unknown>

/**
 * A new pod's own values of the labels that its spread constraints and affinity terms name become requirements of their selectors, so that each rollout is spread for itself:
 * k8s.io/kubernetes/pkg/registry/core/pod/strategy.go, mutateTopologySpreadConstraints and mutatePodAffinity.
 */
export function mergeLabelKeys(pod: KubeObject): void {
  const spec = (pod['spec'] ?? {}) as Json
  const labels = pod.metadata.labels ?? {}
  for (const constraint of recordsOf(spec['topologySpreadConstraints'])) merge(constraint, labels)
  const affinity = isRecord(spec['affinity']) ? spec['affinity'] : {}
  for (const name of ['podAffinity', 'podAntiAffinity']) {
    const rules = isRecord(affinity[name]) ? affinity[name] : {}
    for (const term of recordsOf(rules['requiredDuringSchedulingIgnoredDuringExecution'])) merge(term, labels)
    for (const weighted of recordsOf(rules['preferredDuringSchedulingIgnoredDuringExecution']))
      if (isRecord(weighted['podAffinityTerm'])) merge(weighted['podAffinityTerm'], labels)
  }
}

// No selector at all selects nobody, and stays so.
function merge(term: Json, labels: Labels): void {
  const selector = term['labelSelector']
  if (!isRecord(selector)) return
  const added = [
    ...requirements(term['matchLabelKeys'], 'In', labels),
    ...requirements(term['mismatchLabelKeys'], 'NotIn', labels),
  ]
  if (added.length > 0) selector['matchExpressions'] = [...recordsOf(selector['matchExpressions']), ...added]
}

function requirements(keys: unknown, operator: string, labels: Labels): Json[] {
  const names = Array.isArray(keys) ? keys.map(String) : []
  return names.flatMap((key) => (Object.hasOwn(labels, key) ? [{ key, operator, values: [labels[key]] }] : []))
}

function recordsOf(value: unknown): Json[] {
  return Array.isArray(value) ? value.filter(isRecord) : []
}
