import { existing, items, type Json } from '../defaults/fields.ts'
import type { Place } from './place.ts'
import { selector, textsOf } from './shared.ts'

/** k8s.io/kubernetes/pkg/apis/rbac/validation/validation.go. */
export function validateRole(object: Json, _old: Json | undefined, root: Place): void {
  for (const [index, rule] of items(object, 'rules').entries()) validateRule(rule, root.at('rules').nth(index), true)
}

/** A role of the cluster: its rules may be about paths, and it may be made of others. */
export function validateClusterRole(object: Json, _old: Json | undefined, root: Place): void {
  for (const [index, rule] of items(object, 'rules').entries()) validateRule(rule, root.at('rules').nth(index), false)
  const aggregation = existing(object, 'aggregationRule')
  if (aggregation === undefined) return
  const place = root.at('aggregationRule', 'clusterRoleSelectors')
  const selectors = items(aggregation, 'clusterRoleSelectors')
  if (selectors.length === 0) place.required('at least one clusterRoleSelector required if aggregationRule is non-nil')
  for (const [index, of] of selectors.entries())
    if (!selector(of, place.nth(index))) place.nth(index).invalid(null, 'invalid label selector.')
}

function validateRule(rule: Json, place: Place, isNamespaced: boolean): void {
  const has = (name: string): boolean => textsOf(rule, name).length > 0
  if (!has('verbs')) place.at('verbs').required('verbs must contain at least one value')
  const urls = textsOf(rule, 'nonResourceURLs')
  const at = place.at('nonResourceURLs')
  if (urls.length > 0) {
    if (isNamespaced) at.invalid(urls, 'namespaced rules cannot apply to non-resource URLs')
    if (has('apiGroups') || has('resources') || has('resourceNames'))
      at.invalid(urls, 'rules cannot apply to both regular resources and non-resource URLs')
    return
  }
  if (!has('apiGroups')) place.at('apiGroups').required('resource rules must supply at least one api group')
  if (!has('resources')) place.at('resources').required('resource rules must supply at least one resource')
}
