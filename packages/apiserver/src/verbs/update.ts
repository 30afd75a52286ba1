import type { ApiRequest, ApiResponse, KubeObject } from '@slipway/objects'
import type { Stored } from '@slipway/store'
import { fieldValidationOf, readBody, readObject } from '../body.ts'
import { prepareUpdate } from '../mutation.ts'
import type { ResourceDefinition } from '../registry/definition.ts'
import type { ResourceRequest } from '../request.ts'
import type { CallContext } from '../server.ts'
import { badRequest, conflict, failure, notFound } from '../status.ts'
import { keyOf, named, remove, replace } from '../storage.ts'
import { convert, toStorage } from '../versions.ts'
import { createObject, placeIn } from './create.ts'
import { isDryRun, managerOf } from './write-options.ts'

/** Replaces an object, or its status. A resource version in the body must be the stored one. */
export async function update(
  context: CallContext,
  resource: ResourceDefinition,
  call: { request: ResourceRequest; body: ApiRequest },
): Promise<ApiResponse> {
  const { request } = call
  const object = toStorage(
    readObject(context, resource, { value: readBody(call.body), validation: fieldValidationOf(request.query) }),
    resource,
  )
  placeIn(object, resource, request.namespace)
  assertName(object, request.name)
  const stored = context.store.get(keyOf(resource, request))
  const write = {
    resource,
    subresource: request.subresource,
    manager: managerOf(request, context.userAgent),
    dryRun: isDryRun(request),
  }
  if (stored === undefined) {
    if (resource.strategy.createOnUpdate !== true || (object.metadata.resourceVersion ?? '') !== '')
      throw notFound(named(resource), request.name)
    return { status: 201, object: convert(await createObject(context, object, write), resource) }
  }
  assertCurrent(resource, object, stored.value)
  const updated = await storeUpdate(context, { object, stored }, write)
  return { status: 200, object: convert(updated, resource) }
}

/** Prepares and stores a changed object. One whose last finalizer is gone after its deletion was asked for disappears. */
export async function storeUpdate(
  context: CallContext,
  change: { object: KubeObject; stored: Stored<KubeObject> },
  how: { resource: ResourceDefinition; subresource: string; manager: string; dryRun: boolean; applied?: boolean },
): Promise<KubeObject> {
  const { stored } = change
  const prepared = prepareUpdate(context, { object: change.object, old: stored.value }, how)
  if (prepared === stored.value || how.dryRun) return prepared
  const target = { object: prepared, revision: stored.revision }
  return isFinished(prepared)
    ? remove(context.store, how.resource, target)
    : replace(context.store, how.resource, target)
}

function isFinished(object: KubeObject): boolean {
  const { deletionTimestamp, deletionGracePeriodSeconds = 0, finalizers = [] } = object.metadata
  if (deletionTimestamp === undefined || finalizers.length > 0) return false
  const specFinalizers = (object['spec'] as { finalizers?: readonly string[] } | undefined)?.finalizers ?? []
  return object.kind === 'Namespace' ? specFinalizers.length === 0 : deletionGracePeriodSeconds === 0
}

/** What is written carries the name that the request names. @throws StatusError BadRequest */
export function assertName(object: KubeObject, name: string): void {
  if ((object.metadata.name ?? '') === '') throw badRequest('the name of the object is required')
  if (object.metadata.name !== name)
    throw badRequest(`the name of the object (${object.metadata.name}) does not match the name on the URL (${name})`)
}

function assertCurrent(resource: ResourceDefinition, object: KubeObject, old: KubeObject): void {
  const { resourceVersion = '', uid } = object.metadata
  const name = old.metadata.name ?? ''
  if (resourceVersion !== '' && resourceVersion !== old.metadata.resourceVersion) throw conflict(named(resource), name)
  if (uid !== undefined && uid !== '' && uid !== old.metadata.uid) {
    throw conflict(
      named(resource),
      name,
      `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${old.metadata.uid ?? ''}`,
    )
  }
  if (resourceVersion === '' && resource.custom !== undefined) {
    const causes = [
      {
        reason: 'FieldValueInvalid',
        message: 'Invalid value: 0x0: must be specified for an update',
        field: 'metadata.resourceVersion',
      },
    ]
    const { group, kind } = resource
    const message = `${kind}.${group} "${name}" is invalid: metadata.resourceVersion: Invalid value: 0x0: must be specified for an update`
    throw failure({ code: 422, reason: 'Invalid', message, details: { name, group, kind, causes } })
  }
}
