import { deepEqual, type KubeObject } from '@slipway/objects'
import { describeRules, missingRules, quoted } from '../authorization/covers.ts'
import { allows, type PolicyRule, type RbacReader, rulesFor } from '../authorization/rbac.ts'
import { rbacReader } from '../authorization/reader.ts'
import { forbidden, notFound } from '../status.ts'
import { named } from '../storage.ts'
import type { Admission } from './admit.ts'

const GROUP = 'rbac.authorization.k8s.io'
const EVERYTHING: readonly PolicyRule[] = [
  { apiGroups: ['*'], resources: ['*'], verbs: ['*'] },
  { nonResourceURLs: ['*'], verbs: ['*'] },
]

interface Role extends KubeObject {
  readonly rules?: readonly PolicyRule[]
  readonly aggregationRule?: { readonly clusterRoleSelectors?: readonly unknown[] }
}

interface Binding extends KubeObject {
  readonly roleRef?: { readonly kind?: string; readonly name?: string }
}

/**
 * Nobody grants more than they may do themselves, unless they may `escalate` roles or `bind` this one: k8s.io/kubernetes/pkg/registry/rbac, policybased.
 *
 * @throws StatusError Forbidden, NotFound
 */
export function assertNoEscalation(admission: Admission): void {
  const { resource, object, old, context } = admission
  if (resource.group !== GROUP || context.user.groups.includes('system:masters')) return
  if (old !== undefined && isHousekeeping(object, old)) return
  const reader = rbacReader(context)
  if (resource.kind === 'Role' || resource.kind === 'ClusterRole') assertRole(admission, reader)
  else assertBinding(admission, reader)
}

// The garbage collector may let go of what it could not have made.
function isHousekeeping(object: KubeObject, old: KubeObject): boolean {
  const plain = ({ metadata, ...rest }: KubeObject): object => {
    const { ownerReferences: _, finalizers: __, managedFields: ___, ...kept } = metadata
    return { ...rest, metadata: kept }
  }
  return deepEqual(plain(object), plain(old))
}

function assertRole(admission: Admission, reader: RbacReader): void {
  const { resource, object, old, context } = admission
  const at = { group: GROUP, resource: resource.plural, subresource: '', namespace: object.metadata.namespace ?? '' }
  // A create names nothing yet.
  const name = old === undefined ? '' : (object.metadata.name ?? '')
  if (allows(reader, context.user, { kind: 'resource', verb: 'escalate', ...at, name })) return
  assertHeld(admission, reader, (object as Role).rules ?? [])
  if (!isAggregated(object) && (old === undefined || !isAggregated(old))) return
  if (missing(admission, reader, EVERYTHING).length > 0)
    throw refusal(admission, 'must have cluster-admin privileges to use the aggregationRule')
}

function isAggregated(role: Role): boolean {
  return (role.aggregationRule?.clusterRoleSelectors ?? []).length > 0
}

function assertBinding(admission: Admission, reader: RbacReader): void {
  const { resource, object, context } = admission
  const { kind = '', name = '' } = (object as Binding).roleRef ?? {}
  // What refers to no role is not valid, and will be told so.
  if ((kind !== 'Role' && kind !== 'ClusterRole') || name === '') return
  const namespace = object.metadata.namespace ?? ''
  const roles = kind === 'Role' ? 'roles' : 'clusterroles'
  const at = { group: GROUP, resource: roles, subresource: '', namespace }
  if (allows(reader, context.user, { kind: 'resource', verb: 'bind', ...at, name })) return
  const role = reader.role(kind, name, namespace) as Role | undefined
  // The real server names the role by the resource that is written.
  if (role === undefined) throw notFound(named(resource), name)
  assertHeld(admission, reader, role.rules ?? [])
}

function missing(
  { context, object }: Admission,
  reader: RbacReader,
  rules: readonly PolicyRule[],
): readonly PolicyRule[] {
  return missingRules(rulesFor(reader, context.user, object.metadata.namespace ?? ''), rules)
}

function assertHeld(admission: Admission, reader: RbacReader, rules: readonly PolicyRule[]): void {
  const lacking = missing(admission, reader, rules)
  if (lacking.length === 0) return
  const { username, groups } = admission.context.user
  const who = `user ${JSON.stringify(username)} (groups=${quoted(groups)})`
  throw refusal(
    admission,
    `${who} is attempting to grant RBAC permissions not currently held:\n${describeRules(lacking).join('\n')}`,
  )
}

function refusal({ resource, object }: Admission, why: string): Error {
  return forbidden(named(resource), object.metadata.name ?? '', why)
}
