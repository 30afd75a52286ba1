import type { KubeObject, UserInfo } from '@slipway/objects'

/** What somebody wants to do, as RBAC judges it. */
export type Attributes = ResourceAttributes | PathAttributes

/** An action on a resource. `resource` and `subresource` are apart; rules name them as `pods/log`. */
export interface ResourceAttributes {
  readonly kind: 'resource'
  readonly verb: string
  readonly group: string
  readonly resource: string
  readonly subresource: string
  readonly namespace: string
  readonly name: string
}

/** A request for a path that is no resource, such as `/healthz`. */
export interface PathAttributes {
  readonly kind: 'path'
  readonly verb: string
  readonly path: string
}

/** `rbac/v1.PolicyRule`. */
export interface PolicyRule {
  readonly verbs: readonly string[]
  readonly apiGroups?: readonly string[]
  readonly resources?: readonly string[]
  readonly resourceNames?: readonly string[]
  readonly nonResourceURLs?: readonly string[]
}

/** Reads the RBAC objects of the cluster. */
export interface RbacReader {
  readonly list: (plural: 'clusterrolebindings' | 'rolebindings', namespace?: string) => readonly KubeObject[]
  readonly role: (kind: string, name: string, namespace: string) => KubeObject | undefined
}

interface RoleBinding extends KubeObject {
  roleRef: { kind: string; name: string }
  subjects?: { kind: string; name: string; namespace?: string }[]
}

/** True when a role of the user's allows the action; members of `system:masters` may do everything, as in Kubernetes. */
export function allows(reader: RbacReader, user: UserInfo, action: Attributes): boolean {
  if (user.groups.includes('system:masters')) return true
  const namespace = action.kind === 'resource' ? action.namespace : ''
  return rulesFor(reader, user, namespace).some((rule) => ruleAllows(rule, action))
}

/** All rules that apply to a user in a namespace: those bound for the cluster, then those bound in the namespace. */
export function rulesFor(reader: RbacReader, user: UserInfo, namespace: string): readonly PolicyRule[] {
  const bound = [
    ...reader.list('clusterrolebindings'),
    ...(namespace === '' ? [] : reader.list('rolebindings', namespace)),
  ]
  return bound
    .filter((binding) => bindsUser(binding as RoleBinding, user))
    .flatMap((binding) => rulesOf(reader, binding as RoleBinding))
}

function rulesOf(reader: RbacReader, binding: RoleBinding): readonly PolicyRule[] {
  const role = reader.role(binding.roleRef.kind, binding.roleRef.name, binding.metadata.namespace ?? '')
  return (role?.['rules'] as readonly PolicyRule[] | undefined) ?? []
}

function bindsUser(binding: RoleBinding, user: UserInfo): boolean {
  return (binding.subjects ?? []).some((subject) => {
    if (subject.kind === 'User') return subject.name === user.username
    if (subject.kind === 'Group') return user.groups.includes(subject.name)
    const namespace = subject.namespace ?? binding.metadata.namespace ?? ''
    return subject.kind === 'ServiceAccount' && user.username === `system:serviceaccount:${namespace}:${subject.name}`
  })
}

function ruleAllows(rule: PolicyRule, action: Attributes): boolean {
  if (!has(rule.verbs, action.verb)) return false
  if (action.kind === 'path') return (rule.nonResourceURLs ?? []).some((pattern) => matchesPath(pattern, action.path))
  return (
    has(rule.apiGroups, action.group) && hasResource(rule.resources, action) && hasName(rule.resourceNames, action.name)
  )
}

function has(list: readonly string[] | undefined, value: string): boolean {
  return list !== undefined && (list.includes('*') || list.includes(value))
}

function hasResource(resources: readonly string[] | undefined, action: ResourceAttributes): boolean {
  const full = action.subresource === '' ? action.resource : `${action.resource}/${action.subresource}`
  if (has(resources, full)) return true
  return action.subresource !== '' && resources?.includes(`*/${action.subresource}`) === true
}

function hasName(names: readonly string[] | undefined, name: string): boolean {
  return names === undefined || names.length === 0 || names.includes(name)
}

function matchesPath(pattern: string, path: string): boolean {
  return pattern === '*' || pattern === path || (pattern.endsWith('*') && path.startsWith(pattern.slice(0, -1)))
}

/** Why a request is refused, in the words of the API server. */
export function denial(user: UserInfo, action: Attributes): string {
  if (action.kind === 'path') return `User "${user.username}" cannot ${action.verb} path "${action.path}"`
  const resource = action.subresource === '' ? action.resource : `${action.resource}/${action.subresource}`
  const scope = action.namespace === '' ? 'at the cluster scope' : `in the namespace "${action.namespace}"`
  return `User "${user.username}" cannot ${action.verb} resource "${resource}" in API group "${action.group}" ${scope}`
}
