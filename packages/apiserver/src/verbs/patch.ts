import {
  copyJson,
  applyConfiguration,
  applyMergePatch,
  applyStrategicMergePatch,
  formatTime,
  gvkOf,
  isRecord,
  ObjectsError,
  shapeOfKind,
  typeOfKind,
  type ApiRequest,
  type ApplyConflict,
  type ApiResponse,
  type JsonPatchOperation,
  type KubeObject,
} from '@slipway/objects'
import { decodeStrictly, fieldValidationOf, readBody, reportRepeatedKeys } from '../body.ts'
import { customShape } from '../crd/shape.ts'
import type { ResourceDefinition } from '../registry/definition.ts'
import { isTrue, type ResourceRequest } from '../request.ts'
import type { CallContext } from '../server.ts'
import { badRequest, conflict, failure, invalid, notFound, StatusError, unsupportedMediaType } from '../status.ts'
import { keyOf, named } from '../storage.ts'
import { convert, toStorage } from '../versions.ts'
import { createObject, placeIn } from './create.ts'
import { assertDeclared } from './undeclared.ts'
import { lastAppliedBy, rememberApplied } from './last-applied.ts'
import { untilFirst } from './overtaken.ts'
import { applyLimited } from './patch-limits.ts'
import { undecodable } from './patch-fault.ts'
import { assertName, storeUpdate } from './update.ts'
import { isDryRun, managerOf } from './write-options.ts'

interface PatchCall {
  readonly request: ResourceRequest
  readonly body: ApiRequest
}

/** Patches an object in one of the four formats. While others change the object meanwhile, it is patched again: only a resource version in the patch can lose. */
export async function patch(context: CallContext, resource: ResourceDefinition, call: PatchCall): Promise<ApiResponse> {
  const format = formatOf(call.body.contentType ?? '', resource)
  const value = readBody(call.body)
  if (format === 'apply' && isRecord(value)) reportRepeatedKeys(context, value, fieldValidationOf(call.request.query))
  return untilFirst(context, () =>
    format === 'apply'
      ? apply(context, resource, { ...call, value })
      : patchOnce(context, resource, { ...call, value, format }),
  )
}

type Write = () => Promise<ApiResponse>

type Format = 'json' | 'merge' | 'strategic' | 'apply'

function formatOf(contentType: string, resource: ResourceDefinition): Format {
  const type = contentType.split(';')[0]?.trim()
  if (type === 'application/json-patch+json') return 'json'
  if (type === 'application/merge-patch+json') return 'merge'
  if (type === 'application/apply-patch+yaml') return 'apply'
  if (type === 'application/strategic-merge-patch+json' && resource.custom === undefined) return 'strategic'
  const accepted = [
    'application/json-patch+json',
    'application/merge-patch+json',
    ...(resource.custom === undefined ? ['application/strategic-merge-patch+json'] : []),
    'application/apply-patch+yaml',
  ]
  throw unsupportedMediaType(
    `the body of the request was in an unknown format - accepted media types include: ${accepted.join(', ')}`,
  )
}

function patchOnce(
  context: CallContext,
  resource: ResourceDefinition,
  call: PatchCall & { value: unknown; format: Format },
): Write {
  const { request } = call
  const stored = context.store.get(keyOf(resource, request))
  if (stored === undefined) throw notFound(named(resource), request.name)
  const current = copyJson(convert(stored.value, resource))
  const patched = applied(current, call)
  const object = decodeFor(context, resource, { patched, call })
  assertName(object, request.name)
  assertResourceVersion(resource, object, stored.value)
  const how = {
    resource,
    subresource: request.subresource,
    manager: managerOf(request, context.userAgent),
    dryRun: isDryRun(request),
  }
  return async () => {
    const result = await storeUpdate(context, { object: toStorage(object, resource), stored }, how)
    return { status: 200, object: convert(result, resource) }
  }
}

function applied(current: KubeObject, call: { value: unknown; format: Format }): unknown {
  try {
    if (call.format === 'json') {
      if (!Array.isArray(call.value))
        throw badRequest(`error decoding patch: json: cannot unmarshal object into Go value of type jsonpatch.Patch`)
      return applyLimited(current, call.value as JsonPatchOperation[])
    }
    if (!isRecord(call.value)) throw badRequest('the patch is no object')
    const type = typeOfKind(gvkOf(current))
    if (call.format === 'merge' || type === undefined) return applyMergePatch(current, call.value)
    return applyStrategicMergePatch(current, call.value, type)
  } catch (error) {
    if (!(error instanceof ObjectsError)) throw error
    if (call.format !== 'json') throw badRequest(error.message)
    // apiserver/pkg/endpoints/handlers/patch.go answers every failure of a JSON patch with these words and no details.
    throw failure({
      code: 422,
      reason: 'Invalid',
      message: 'the server rejected our request due to an error in our request',
    })
  }
}

function decodeFor(
  context: CallContext,
  resource: ResourceDefinition,
  { patched, call }: { patched: unknown; call: PatchCall & { value: unknown; format: Format } },
): KubeObject {
  const object = patched as KubeObject
  if (!isRecord(object)) throw badRequest('the patch leaves no object')
  if (!isRecord(object.metadata)) object.metadata = {}
  const validation = fieldValidationOf(call.request.query)
  try {
    return decodeStrictly(context, object, { validation, resource, sorted: call.format === 'strategic' })
  } catch (error) {
    // The words of other kinds show the whole object: a Secret's would be in every log of the client.
    if (!(error instanceof StatusError) || resource.kind === 'Secret') throw error
    throw undecodable(error.message.replace(/^.*? cannot be handled as an? \w+: /, ''), patched, call)
  }
}

function apply(context: CallContext, resource: ResourceDefinition, call: PatchCall & { value: unknown }): Write {
  const { request } = call
  const manager = request.query.get('fieldManager') ?? ''
  if (manager === '') {
    const cause = {
      reason: 'FieldValueRequired',
      message: 'Required value: is required for apply patch',
      field: 'fieldManager',
    }
    throw invalid({ group: 'meta.k8s.io', resource: 'patchoptions', kind: 'PatchOptions' }, '', [cause])
  }
  const config = readConfiguration(context, resource, call)
  const stored = context.store.get(keyOf(resource, request))
  const live = stored === undefined ? undefined : copyJson(stored.value)
  const writer = { manager, time: formatTime(context.clock.now()), subresource: request.subresource }
  const force = isTrue(request.query.get('force'))
  const lastApplied = live === undefined ? undefined : lastAppliedBy(manager, live)
  const outcome = applyConfiguration(live, toStorage(config, resource), {
    writer,
    force,
    shape: shapeOfKind(config, customShape(resource)),
    ...(lastApplied === undefined ? {} : { lastApplied }),
  })
  if (outcome.conflicts !== undefined) throw applyConflict(outcome.conflicts)
  const how = { resource, subresource: request.subresource, manager, dryRun: isDryRun(request), applied: true }
  if (stored === undefined)
    return async () => ({
      status: 201,
      object: convert(await createObject(context, outcome.object, how), resource),
    })
  assertResourceVersion(resource, config, stored.value)
  const object = copyJson(outcome.object)
  if (lastApplied !== undefined) rememberApplied(object, config)
  return async () => ({
    status: 200,
    object: convert(await storeUpdate(context, { object, stored }, how), resource),
  })
}

function readConfiguration(
  context: CallContext,
  resource: ResourceDefinition,
  call: PatchCall & { value: unknown },
): KubeObject {
  const { value, request } = call
  if (!isRecord(value)) throw badRequest('the configuration is no object')
  const apiVersion = resource.group === '' ? resource.version : `${resource.group}/${resource.version}`
  const config = {
    ...value,
    apiVersion: value['apiVersion'] ?? apiVersion,
    kind: value['kind'] ?? resource.kind,
  } as KubeObject
  config.metadata = isRecord(value['metadata']) ? { ...value['metadata'] } : {}
  if (config.metadata.managedFields !== undefined && (config.metadata.managedFields?.length ?? 0) > 0)
    throw badRequest('metadata.managedFields must be nil')
  config.metadata.name ??= request.name
  placeIn(config, resource, request.namespace)
  const decoded = decodeStrictly(context, copyJson(config), { validation: 'Ignore', resource })
  assertDeclared(config, resource)
  return decoded
}

function applyConflict(conflicts: readonly ApplyConflict[]): StatusError {
  const byManager = new Map<string, string[]>()
  for (const { description, field } of conflicts)
    byManager.set(description, [...(byManager.get(description) ?? []), field])
  const lines = [...byManager].map(([who, fields]) =>
    fields.length === 1
      ? `conflict with ${who}: ${fields[0]}`
      : `conflicts with ${who}:\n${fields.map((field) => `- ${field}`).join('\n')}`,
  )
  const text =
    conflicts.length === 1
      ? `Apply failed with 1 conflict: ${lines[0]}`
      : `Apply failed with ${conflicts.length} conflicts: ${lines.join('\n')}`
  const causes = conflicts.map(({ field, description }) => ({
    reason: 'FieldManagerConflict',
    message: `conflict with ${description}`,
    field,
  }))
  return failure({ code: 409, reason: 'Conflict', message: text, details: { causes } })
}

function assertResourceVersion(resource: ResourceDefinition, object: KubeObject, old: KubeObject): void {
  const { resourceVersion = '' } = object.metadata
  if (resourceVersion !== '' && resourceVersion !== old.metadata.resourceVersion)
    throw conflict(named(resource), old.metadata.name ?? '')
}
