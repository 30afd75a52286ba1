import {
  copyJson,
  applyJsonPatch,
  applyMergePatch,
  formatLabelSelector,
  isRecord,
  type ApiRequest,
  type ApiResponse,
  type JsonPatchOperation,
  type KubeObject,
  type LabelSelectorSpec,
} from '@slipway/objects'
import { readBody } from '../body.ts'
import type { ResourceDefinition } from '../registry/definition.ts'
import type { ResourceRequest } from '../request.ts'
import type { CallContext } from '../server.ts'
import { badRequest, conflict, invalid, methodNotAllowed, notFound } from '../status.ts'
import { keyOf, named } from '../storage.ts'
import { readPath } from '../table/custom.ts'
import { untilFirst } from '../verbs/overtaken.ts'
import { storeUpdate } from '../verbs/update.ts'
import { isDryRun, managerOf } from '../verbs/write-options.ts'

/** Serves `/scale`: `autoscaling/v1.Scale` of a Deployment, ReplicaSet, StatefulSet, ReplicationController or custom resource. */
export async function scale(
  context: CallContext,
  resource: ResourceDefinition,
  call: { readonly request: ResourceRequest; readonly body: ApiRequest },
): Promise<ApiResponse> {
  const attempt = (): (() => Promise<ApiResponse>) => scaleOnce(context, resource, call)
  return call.request.verb === 'patch' ? untilFirst(context, attempt) : attempt()()
}

function scaleOnce(
  context: CallContext,
  resource: ResourceDefinition,
  { request, body }: { readonly request: ResourceRequest; readonly body: ApiRequest },
): () => Promise<ApiResponse> {
  const stored = context.store.get(keyOf(resource, request))
  if (stored === undefined) throw notFound(named(resource), request.name)
  const present = scaleOf(stored.value, resource)
  if (request.verb === 'get') return () => Promise.resolve({ status: 200, object: present })
  if (request.verb !== 'update' && request.verb !== 'patch') throw methodNotAllowed(named(resource), request.verb)
  const wanted = request.verb === 'update' ? readBody(body) : patched(present, body)
  const { replicas, resourceVersion } = readWanted(wanted, request)
  if (resourceVersion !== '' && resourceVersion !== stored.value.metadata.resourceVersion)
    throw conflict(named(resource), request.name)
  const object = copyJson(stored.value)
  writePath(object, resource.custom?.scale?.specReplicasPath ?? '.spec.replicas', replicas)
  const how = {
    resource,
    subresource: 'scale',
    manager: managerOf(request, context.userAgent),
    dryRun: isDryRun(request),
  }
  return async () => ({
    status: 200,
    object: scaleOf(await storeUpdate(context, { object, stored }, how), resource),
  })
}

function patched(present: object, body: ApiRequest): unknown {
  const patch = readBody(body)
  if ((body.contentType ?? '').startsWith('application/json-patch+json'))
    return applyJsonPatch(present, patch as JsonPatchOperation[])
  return applyMergePatch(present, patch)
}

function readWanted(wanted: unknown, request: ResourceRequest): { replicas: number; resourceVersion: string } {
  if (!isRecord(wanted)) throw badRequest('the body is no Scale')
  const replicas = isRecord(wanted['spec']) ? Number(wanted['spec']['replicas'] ?? 0) : 0
  if (!Number.isInteger(replicas) || replicas < 0) {
    const cause = {
      reason: 'FieldValueInvalid',
      message: `Invalid value: ${replicas}: must be greater than or equal to 0`,
      field: 'spec.replicas',
    }
    throw invalid({ group: 'autoscaling', resource: 'scales', kind: 'Scale' }, request.name, [cause])
  }
  const metadata = isRecord(wanted['metadata']) ? wanted['metadata'] : {}
  return { replicas, resourceVersion: String(metadata['resourceVersion'] ?? '') }
}

function scaleOf(object: KubeObject, resource: ResourceDefinition): object {
  const { name, namespace, uid, resourceVersion, creationTimestamp } = object.metadata
  const custom = resource.custom?.scale
  const selector =
    custom === undefined
      ? (object['spec'] as { selector?: unknown } | undefined)?.selector
      : custom.labelSelectorPath === undefined
        ? undefined
        : readPath(object, custom.labelSelectorPath)
  return {
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    metadata: { name, namespace, uid, resourceVersion, creationTimestamp },
    spec: { replicas: Number(readPath(object, custom?.specReplicasPath ?? '.spec.replicas') ?? 0) },
    status: {
      replicas: Number(readPath(object, custom?.statusReplicasPath ?? '.status.replicas') ?? 0),
      ...selectorText(selector),
    },
  }
}

function selectorText(selector: unknown): { selector?: string } {
  if (typeof selector === 'string') return { selector }
  if (!isRecord(selector)) return {}
  const text = formatLabelSelector(
    ('matchLabels' in selector || 'matchExpressions' in selector
      ? selector
      : { matchLabels: selector }) as LabelSelectorSpec,
  )
  return { selector: text === '<none>' ? '' : text }
}

function writePath(object: KubeObject, path: string, value: unknown): void {
  const names = path.split('.').filter((name) => name !== '')
  let owner: Record<string, unknown> = object
  for (const name of names.slice(0, -1)) {
    const next = owner[name]
    if (isRecord(next)) owner = next
    else {
      const made: Record<string, unknown> = {}
      owner[name] = made
      owner = made
    }
  }
  owner[names.at(-1) ?? ''] = value
}
