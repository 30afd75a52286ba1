import { copyJson } from '@slipway/objects'
import type { KubeObject } from '@slipway/objects'
import { StoreError, type Store } from '@slipway/store'
import type { ResourceDefinition } from './registry/definition.ts'
import {
  alreadyExists,
  conflict,
  expired,
  internalError,
  notFound,
  type StatusError,
  tooLargeResourceVersion,
} from './status.ts'

/** Where an object is kept. */
export interface At {
  readonly namespace: string
  readonly name: string
}

/** The prefix of a resource's keys, in all namespaces or in one. */
export function prefixOf(resource: ResourceDefinition, namespace = ''): string {
  const { group, plural } = resource.storage
  const base = `/${group === '' ? 'core' : group}/${plural}/`
  return namespace === '' ? base : `${base}${namespace}/`
}

/** The key of an object; cluster-scoped ones lie directly under their resource. */
export function keyOf(resource: ResourceDefinition, at: At): string {
  return `${prefixOf(resource, resource.namespaced ? at.namespace : '')}${at.name}`
}

/** Gives an object the resource version of its write and freezes it, so that readers can share it. */
export function stamp(object: KubeObject, revision: number): KubeObject {
  object.metadata.resourceVersion = String(revision)
  return deepFreeze(object)
}

function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value
  for (const member of Object.values(value)) deepFreeze(member)
  return Object.freeze(value)
}

/** Stores a new object. @throws StatusError AlreadyExists */
export async function insert(
  store: Store<KubeObject>,
  resource: ResourceDefinition,
  object: KubeObject,
): Promise<KubeObject> {
  const at = placeOf(object)
  try {
    const stored = await store.put({
      key: keyOf(resource, at),
      expect: 'absent',
      build: (revision) => stamp(object, revision),
    })
    return stored.value
  } catch (error) {
    throw toStatus(error, resource, at)
  }
}

/** Replaces an object that nobody has changed since `revision`. @throws StatusError Conflict, NotFound */
export async function replace(
  store: Store<KubeObject>,
  resource: ResourceDefinition,
  change: { object: KubeObject; revision: number },
): Promise<KubeObject> {
  const at = placeOf(change.object)
  try {
    const build = (revision: number) => stamp(change.object, revision)
    return (await store.put({ key: keyOf(resource, at), expect: change.revision, build })).value
  } catch (error) {
    throw toStatus(error, resource, at)
  }
}

/** Removes an object that nobody has changed since `revision`; what is returned carries the deletion's resource version. */
export async function remove(
  store: Store<KubeObject>,
  resource: ResourceDefinition,
  change: { object: KubeObject; revision: number },
): Promise<KubeObject> {
  const at = placeOf(change.object)
  try {
    const build = (revision: number) => stamp(copyJson(change.object), revision)
    return (await store.delete({ key: keyOf(resource, at), expect: change.revision, build })).value
  } catch (error) {
    throw toStatus(error, resource, at)
  }
}

/** The namespace and name of an object. */
export function placeOf(object: KubeObject): At {
  return { namespace: object.metadata.namespace ?? '', name: object.metadata.name ?? '' }
}

/** A resource, as messages name it. */
export function named(resource: ResourceDefinition): { group: string; resource: string; kind: string } {
  return { group: resource.group, resource: resource.plural, kind: resource.kind }
}

/** What a failure of the store means for a client. */
export function toStatus(error: unknown, resource: ResourceDefinition, at: At): StatusError {
  if (!(error instanceof StoreError)) throw error
  switch (error.code) {
    case 'STORE_KEY_EXISTS':
      return alreadyExists(named(resource), at.name)
    case 'STORE_KEY_MISSING':
      return notFound(named(resource), at.name)
    case 'STORE_CONFLICT':
      return conflict(named(resource), at.name)
    default:
      return internalError(error.message)
  }
}

/** What a list or watch at a revision that the store does not have means for a client. */
export function revisionStatus(error: unknown, asked: { revision: number; current: number }): StatusError {
  if (!(error instanceof StoreError)) throw error
  if (error.code === 'STORE_FUTURE_REVISION') return tooLargeResourceVersion(asked.revision, asked.current)
  if (error.code === 'STORE_COMPACTED') return expired(`too old resource version: ${asked.revision} (${asked.current})`)
  return internalError(error.message)
}
