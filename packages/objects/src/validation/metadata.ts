import { gvkOf, parseApiVersion, type KubeObject, type OwnerReference } from '../object.ts'
import { typeOfKind } from '../schema.ts'
import { dns1123Label, dns1123Subdomain, ipAddress, type NameRule, pathSegment, qualifiedName } from './names.ts'
import type { Place } from './place.ts'
import { annotations, IMMUTABLE, labels } from './shared.ts'

const RULES: Readonly<Record<string, NameRule>> = {
  Namespace: dns1123Label,
  Service: dns1123Label,
  'apps StatefulSet': dns1123Label,
}

function ruleOf(object: KubeObject): NameRule {
  const { group, kind } = gvkOf(object)
  if (group === 'rbac.authorization.k8s.io') return pathSegment
  if (group === 'networking.k8s.io' && kind === 'IPAddress') return ipAddress
  return RULES[group === '' ? kind : `${group} ${kind}`] ?? dns1123Subdomain
}

/** Checks name, labels, annotations, owners and finalizers: k8s.io/apimachinery/pkg/api/validation/objectmeta.go. */
export function validateMetadata(object: KubeObject, place: Place): void {
  const { name = '' } = object.metadata
  if (name === '') place.at('name').required('name or generateName is required')
  else place.at('name').named(name, ruleOf(object))
  labels(object.metadata.labels, place.at('labels'))
  annotations(object.metadata.annotations, place.at('annotations'))
  validateOwners(object.metadata.ownerReferences ?? [], place.at('ownerReferences'))
  validateFinalizers(object, place.at('finalizers'))
}

function validateOwners(owners: readonly OwnerReference[], place: Place): void {
  let first = ''
  for (const owner of owners) {
    validateOwner(owner, place)
    if (owner.controller !== true) continue
    const name = `${owner.kind}/${owner.name}`
    if (first === '') first = name
    else
      place.invalid(
        owners,
        `Only one reference can have Controller set to true. Found "true" in references for ${first} and ${name}`,
      )
  }
}

function validateOwner(owner: OwnerReference, place: Place): void {
  const { group, version } = parseApiVersion(owner.apiVersion ?? '')
  if (version === '') place.at('apiVersion').invalid(owner.apiVersion ?? '', 'version must not be empty')
  for (const name of ['kind', 'name', 'uid'] as const)
    if ((owner[name] ?? '') === '') place.at(name).invalid(owner[name] ?? '', 'must not be empty')
  if (group === '' && version === 'v1' && owner.kind === 'Event')
    place.invalid(owner, '/v1, Kind=Event is disallowed from being an owner')
}

const STANDARD_FINALIZERS = new Set(['kubernetes', 'orphan', 'foregroundDeletion'])
const WITHOUT_DOMAIN = 'name is neither a standard finalizer name nor is it fully qualified'

function validateFinalizers(object: KubeObject, place: Place): void {
  const finalizers = object.metadata.finalizers ?? []
  for (const finalizer of finalizers) place.named(finalizer, qualifiedName)
  if (finalizers.includes('orphan') && finalizers.includes('foregroundDeletion'))
    place.invalid(finalizers, 'finalizer orphan and foregroundDeletion cannot be both set')
  if (!isBuiltIn(object)) return
  for (const [index, finalizer] of finalizers.entries()) standardFinalizer(finalizer, place.nth(index))
}

/** Finalizers of the core kinds, which have a domain but for three of old. */
export function standardFinalizer(finalizer: string, place: Place): void {
  if (!finalizer.includes('/') && !STANDARD_FINALIZERS.has(finalizer)) place.invalid(finalizer, WITHOUT_DOMAIN)
}

// Definitions and what they define are checked by apimachinery alone.
function isBuiltIn(object: KubeObject): boolean {
  const kind = gvkOf(object)
  return kind.group !== 'apiextensions.k8s.io' && typeOfKind(kind) !== undefined
}

const FIXED = [
  'name',
  'namespace',
  'uid',
  'creationTimestamp',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
] as const

/** Checks that an update keeps what cannot change, and adds no finalizers to an object that is being deleted. */
export function validateMetadataUpdate(object: KubeObject, old: KubeObject, place: Place): void {
  for (const name of FIXED) {
    if ((object.metadata[name] ?? undefined) !== (old.metadata[name] ?? undefined))
      place.at(name).invalid(object.metadata[name], IMMUTABLE)
  }
  if (old.metadata.deletionTimestamp === undefined) return
  const added = (object.metadata.finalizers ?? []).filter(
    (finalizer) => !(old.metadata.finalizers ?? []).includes(finalizer),
  )
  if (added.length > 0) {
    const names = added.map((name) => JSON.stringify(name)).join(', ')
    place
      .at('finalizers')
      .forbidden(
        `no new finalizers can be added if the object is being deleted, found new finalizers []string{${names}}`,
      )
  }
}
