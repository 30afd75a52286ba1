import { toLabelSelector, type KubeObject, type LabelSelectorSpec } from '@slipway/objects'
import type { Admission } from '../admit.ts'
import type { MatchResources, ResourceRule } from './types.ts'

/** Whether a request is one of those that a policy or a binding is about: k8s.io/apiserver/pkg/admission/plugin/policy/matching. No rules at all match everything. */
export function matchesRequest(admission: Admission, criteria: MatchResources = {}): boolean {
  const { resourceRules = [], excludeResourceRules = [] } = criteria
  return (
    matchesNamespace(admission, criteria.namespaceSelector) &&
    matchesObject(admission, criteria.objectSelector) &&
    !excludeResourceRules.some((rule) => matchesRule(admission, rule)) &&
    (resourceRules.length === 0 || resourceRules.some((rule) => matchesRule(admission, rule)))
  )
}

// What belongs to the cluster has no namespace whose labels could speak against it.
function matchesNamespace({ strategy, resource, object }: Admission, selector: LabelSelectorSpec = {}): boolean {
  const isNamespace = resource.group === '' && resource.kind === 'Namespace'
  if (!resource.namespaced && !isNamespace) return true
  const name = object.metadata.namespace ?? ''
  const namespace = isNamespace ? object : strategy.get('', 'namespaces', { namespace: '', name })
  return toLabelSelector(selector).matches(namespace?.metadata.labels ?? {})
}

function matchesObject({ object, old }: Admission, selector: LabelSelectorSpec = {}): boolean {
  const { matches } = toLabelSelector(selector)
  return [object, old].some((each: KubeObject | undefined) => each !== undefined && matches(each.metadata.labels ?? {}))
}

function matchesRule({ resource, object, operation, subresource }: Admission, rule: ResourceRule): boolean {
  const { scope = '*', resourceNames = [] } = rule
  return (
    (scope === '*' || (scope === 'Namespaced') === resource.namespaced) &&
    includes(rule.operations, operation.toUpperCase()) &&
    includes(rule.apiGroups, resource.group) &&
    includes(rule.apiVersions, resource.version) &&
    (rule.resources ?? []).some((pattern) => matchesResource(pattern, resource.plural, subresource)) &&
    (resourceNames.length === 0 || resourceNames.includes(object.metadata.name ?? ''))
  )
}

function includes(list: readonly string[] = [], value: string): boolean {
  return list.includes('*') || list.includes(value)
}

// `pods`, `pods/status`, `pods/*`, `*/scale`, `*` and `*/*`.
function matchesResource(pattern: string, plural: string, subresource: string): boolean {
  const [wanted, sub = ''] = pattern.split('/')
  return (wanted === '*' || wanted === plural) && (sub === '*' || sub === subresource)
}
