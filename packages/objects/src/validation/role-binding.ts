import { existing, items, type Json } from '../defaults/fields.ts'
import { deepEqual } from '../equal.ts'
import { dns1123Subdomain, pathSegment } from './names.ts'
import type { Place } from './place.ts'
import { textOf } from './shared.ts'

const GROUP = 'rbac.authorization.k8s.io'

/** k8s.io/kubernetes/pkg/apis/rbac/validation/validation.go. */
export function validateRoleBinding(object: Json, old: Json | undefined, root: Place): void {
  validateBinding(object, old, { root, kinds: ['Role', 'ClusterRole'] })
}

/** A binding for the whole cluster, which only a role of the cluster can have. */
export function validateClusterRoleBinding(object: Json, old: Json | undefined, root: Place): void {
  validateBinding(object, old, { root, kinds: ['ClusterRole'] })
}

interface How {
  readonly root: Place
  readonly kinds: readonly string[]
}

function validateBinding(object: Json, old: Json | undefined, { root, kinds }: How): void {
  const role = existing(object, 'roleRef') ?? {}
  const place = root.at('roleRef')
  const group = role['apiGroup'] ?? GROUP
  if (group !== GROUP) place.at('apiGroup').unsupported(group, [GROUP])
  if (!kinds.includes(textOf(role, 'kind'))) place.at('kind').unsupported(textOf(role, 'kind'), kinds)
  const name = textOf(role, 'name')
  if (name === '') place.at('name').required()
  else place.at('name').named(name, pathSegment)
  for (const [index, subject] of items(object, 'subjects').entries())
    validateSubject(subject, root.at('subjects').nth(index), kinds.includes('Role'))
  if (old !== undefined && !deepEqual(role, existing(old, 'roleRef') ?? {}))
    place.invalid({ APIGroup: group, Kind: textOf(role, 'kind'), Name: name }, 'cannot change roleRef')
}

const KINDS = ['ServiceAccount', 'User', 'Group']

function validateSubject(subject: Json, place: Place, isNamespaced: boolean): void {
  const name = textOf(subject, 'name')
  const kind = textOf(subject, 'kind')
  const group = textOf(subject, 'apiGroup')
  if (name === '') place.at('name').required()
  if (kind === 'ServiceAccount') {
    if (name !== '') place.at('name').named(name, dns1123Subdomain)
    if (group !== '') place.at('apiGroup').unsupported(group, [''])
    if (!isNamespaced && textOf(subject, 'namespace') === '') place.at('namespace').required()
  } else if (!KINDS.includes(kind)) place.at('kind').unsupported(kind, KINDS)
  else if (group !== GROUP) place.at('apiGroup').unsupported(group, [GROUP])
}
