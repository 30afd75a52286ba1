import { copyJson } from '@slipway/objects'
import type { ApiRequest, ApiResponse, KubeObject } from '@slipway/objects'
import { inQuotaTurn } from '../admission/quota-turn.ts'
import { fieldValidationOf, readBody, readObject } from '../body.ts'
import { prepareCreate } from '../mutation.ts'
import { generatedName } from '../names.ts'
import type { ResourceDefinition } from '../registry/definition.ts'
import type { ResourceRequest } from '../request.ts'
import type { CallContext } from '../server.ts'
import { alreadyExists, badRequest, StatusError } from '../status.ts'
import { insert, keyOf, named, placeOf, prefixOf } from '../storage.ts'
import { convert, toStorage } from '../versions.ts'
import { isDryRun, managerOf } from './write-options.ts'

const NAME_TRIES = 8

/** Creates an object. With `generateName` a random suffix of five letters is tried up to eight times. */
export async function create(
  context: CallContext,
  resource: ResourceDefinition,
  call: { request: ResourceRequest; body: ApiRequest },
): Promise<ApiResponse> {
  const { request } = call
  const object = readObject(context, resource, {
    value: readBody(call.body),
    validation: fieldValidationOf(request.query),
  })
  placeIn(object, resource, request.namespace)
  const write = { resource, subresource: '', manager: managerOf(request, context.userAgent) }
  const created = await createObject(context, toStorage(object, resource), { ...write, dryRun: isDryRun(request) })
  return { status: 201, object: convert(created, resource) }
}

/** Stores a decoded object, in its storage version, under its own or a generated name. */
export async function createObject(
  context: CallContext,
  object: KubeObject,
  how: { resource: ResourceDefinition; subresource: string; manager: string; dryRun: boolean; applied?: boolean },
): Promise<KubeObject> {
  const { generateName = '' } = object.metadata
  const generated = (object.metadata.name ?? '') === '' && generateName !== ''
  for (let attempt = 1; ; attempt++) {
    const draft = copyJson(object)
    if (generated) draft.metadata.name = generatedName(generateName, context.random.number)
    try {
      return await inQuotaTurn(context.store, placeFor(context, how.resource, draft), async () => {
        const prepared = prepareCreate(context, draft, how)
        return how.dryRun ? pretend(context, how.resource, prepared) : insert(context.store, how.resource, prepared)
      })
    } catch (error) {
      if (!generated || attempt >= NAME_TRIES || !isTaken(error)) throw error
    }
  }
}

function placeFor(
  context: CallContext,
  resource: ResourceDefinition,
  { metadata: { namespace = '' } }: KubeObject,
): Parameters<typeof inQuotaTurn>[1] {
  const quotas = context.registry.find('', 'v1', 'resourcequotas')
  const hasQuota =
    quotas !== undefined && context.store.list(prefixOf(quotas, namespace), { limit: 1 }).items.length > 0
  return { resource, namespace, hasQuota }
}

/** The namespace of the request goes into the object. @throws StatusError BadRequest when they differ */
export function placeIn(object: KubeObject, resource: ResourceDefinition, namespace: string): void {
  if (!resource.namespaced) return
  const given = object.metadata.namespace ?? ''
  if (given !== '' && given !== namespace) {
    throw badRequest('the namespace of the provided object does not match the namespace sent on the request')
  }
  object.metadata.namespace = namespace
}

function pretend(context: CallContext, resource: ResourceDefinition, object: KubeObject): KubeObject {
  const at = placeOf(object)
  if (context.store.get(keyOf(resource, at)) !== undefined) throw alreadyExists(named(resource), at.name)
  return object
}

function isTaken(error: unknown): boolean {
  return error instanceof StatusError && error.status.reason === 'AlreadyExists'
}
