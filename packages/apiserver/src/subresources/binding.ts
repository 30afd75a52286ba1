import { copyJson, formatTime, isRecord, type ApiRequest, type ApiResponse } from '@slipway/objects'
import { readBody } from '../body.ts'
import type { ResourceDefinition } from '../registry/definition.ts'
import type { ResourceRequest } from '../request.ts'
import type { CallContext } from '../server.ts'
import { badRequest, conflict, notFound } from '../status.ts'
import { keyOf, named, replace } from '../storage.ts'

/** Assigns a pod to a node, once: what a scheduler does. */
export async function bind(
  context: CallContext,
  resource: ResourceDefinition,
  { request, body }: { readonly request: ResourceRequest; readonly body: ApiRequest },
): Promise<ApiResponse> {
  const value = readBody(body)
  const target = isRecord(value) && isRecord(value['target']) ? String(value['target']['name'] ?? '') : ''
  if (target === '') throw badRequest('Binding "" is invalid: target.name: Required value')
  const stored = context.store.get(keyOf(resource, request))
  if (stored === undefined) throw notFound(named(resource), request.name)
  const pod = copyJson(stored.value)
  const spec = pod['spec'] as { nodeName?: string }
  if ((spec.nodeName ?? '') !== '')
    throw conflict(named(resource), request.name, `pod ${request.name} is already assigned to node "${spec.nodeName}"`)
  if (pod.metadata.deletionTimestamp !== undefined)
    throw conflict(named(resource), request.name, `pod ${request.name} is being deleted, cannot be assigned to a host`)
  spec.nodeName = target
  const status = (pod['status'] ?? {}) as { conditions?: { type: string }[]; observedGeneration?: number }
  const others = (status.conditions ?? []).filter((condition) => condition.type !== 'PodScheduled')
  const scheduled = {
    type: 'PodScheduled',
    status: 'True',
    lastProbeTime: null,
    lastTransitionTime: formatTime(context.clock.now()),
    ...(status.observedGeneration === undefined ? {} : { observedGeneration: pod.metadata.generation ?? 1 }),
  }
  pod['status'] = { ...status, conditions: [...others, scheduled] }
  await replace(context.store, resource, { object: pod, revision: stored.revision })
  return { status: 201, object: { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 } }
}
