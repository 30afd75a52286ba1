import { isRecord } from '../equal.ts'
import { gvkOf, type KubeObject } from '../object.ts'
import type { Causes } from './causes.ts'
import {
  dns1035Label,
  dns1123Label,
  dns1123Subdomain,
  ipAddress,
  labelValue,
  type NameRule,
  pathSegment,
  qualifiedName,
} from './names.ts'

const ANNOTATIONS_LIMIT = 256 * 1024

const RULES: Readonly<Record<string, NameRule>> = { Namespace: dns1123Label, Service: dns1035Label }

function ruleOf(object: KubeObject): NameRule {
  const { group, kind } = gvkOf(object)
  if (group === 'rbac.authorization.k8s.io') return pathSegment
  if (group === 'networking.k8s.io' && kind === 'IPAddress') return ipAddress
  return (group === '' ? RULES[kind] : undefined) ?? dns1123Subdomain
}

/** Checks name, labels, annotations, owners and finalizers: k8s.io/apimachinery/pkg/api/validation/objectmeta.go. */
export function validateMetadata(object: KubeObject, causes: Causes): void {
  const { name = '', labels, annotations } = object.metadata
  if (name === '') causes.required('metadata.name', 'name or generateName is required')
  else for (const fault of ruleOf(object)(name)) causes.invalid('metadata.name', name, fault)
  validateLabels(labels, { field: 'metadata.labels', causes })
  validateAnnotations(annotations, causes)
  for (const finalizer of object.metadata.finalizers ?? []) {
    for (const fault of qualifiedName(finalizer)) causes.invalid('metadata.finalizers', finalizer, fault)
  }
  validateOwners(object, causes)
}

/** Checks a map of labels. */
export function validateLabels(labels: unknown, at: { field: string; causes: Causes }): void {
  if (!isRecord(labels)) return
  for (const [key, value] of Object.entries(labels)) {
    for (const fault of qualifiedName(key)) at.causes.invalid(at.field, key, fault)
    for (const fault of labelValue(String(value))) at.causes.invalid(at.field, value, fault)
  }
}

function validateAnnotations(annotations: Record<string, string> | undefined, causes: Causes): void {
  let size = 0
  for (const [key, value] of Object.entries(annotations ?? {})) {
    for (const fault of qualifiedName(key.toLowerCase())) causes.invalid('metadata.annotations', key, fault)
    size += key.length + Buffer.byteLength(value)
  }
  if (size > ANNOTATIONS_LIMIT) causes.tooLong('metadata.annotations', ANNOTATIONS_LIMIT)
}

function validateOwners(object: KubeObject, causes: Causes): void {
  let controllers = 0
  for (const [index, owner] of (object.metadata.ownerReferences ?? []).entries()) {
    const field = `metadata.ownerReferences[${index}]`
    for (const name of ['apiVersion', 'kind', 'name', 'uid'] as const)
      if ((owner[name] ?? '') === '') causes.invalid(`${field}.${name}`, owner[name] ?? '', 'must not be empty')
    if (owner.controller === true && ++controllers > 1)
      causes.invalid('metadata.ownerReferences', owner, 'Only one reference can have Controller set to true')
  }
}

const IMMUTABLE = [
  'name',
  'namespace',
  'uid',
  'creationTimestamp',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
] as const

/** Checks that an update keeps what cannot change, and adds no finalizers to an object that is being deleted. */
export function validateMetadataUpdate(object: KubeObject, old: KubeObject, causes: Causes): void {
  for (const name of IMMUTABLE) {
    if ((object.metadata[name] ?? undefined) !== (old.metadata[name] ?? undefined))
      causes.invalid(`metadata.${name}`, object.metadata[name], 'field is immutable')
  }
  if (old.metadata.deletionTimestamp === undefined) return
  const added = (object.metadata.finalizers ?? []).filter(
    (finalizer) => !(old.metadata.finalizers ?? []).includes(finalizer),
  )
  if (added.length > 0) {
    causes.forbidden(
      'metadata.finalizers',
      `no new finalizers can be added if the object is being deleted, found new finalizers []string{${added.map((name) => JSON.stringify(name)).join(', ')}}`,
    )
  }
}
