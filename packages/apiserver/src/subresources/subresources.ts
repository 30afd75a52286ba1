import type { ApiRequest, ApiResponse, KubeObject, Transport } from '@slipway/objects'
import type { ResourceDefinition } from '../registry/definition.ts'
import type { ResourceRequest } from '../request.ts'
import type { CallContext } from '../server.ts'
import { notFound, failure } from '../status.ts'
import { unreachableNode } from '../streams/node-address.ts'
import type { PodStreams } from '../streams/types.ts'
import { keyOf, named } from '../storage.ts'
import { patch } from '../verbs/patch.ts'
import { update } from '../verbs/update.ts'
import { bind } from './binding.ts'
import { evict } from './eviction.ts'
import { proxyToPod, proxyToService } from './proxy.ts'
import { REFUSED } from './refusals.ts'
import { scale } from './scale.ts'
import { createToken, type TokenIssuer } from './token.ts'

/** What a server without a node or metrics cannot do itself; each is handed in by the composition. */
export interface Extensions {
  /** Logs of a pod's container. */
  readonly logs?: (
    pod: KubeObject,
    query: URLSearchParams,
    signal: AbortSignal | undefined,
  ) => Promise<AsyncIterable<Uint8Array>>
  /** Serves `metrics.k8s.io`. */
  readonly metrics?: Transport
  /** Connects to a port of a pod, for requests through the API. */
  readonly dial?: PodStreams['dial']
  readonly tokens?: TokenIssuer
  /** False while the server is not ready yet. */
  readonly ready?: () => boolean
}

/** Serves one subresource of a resource. */
export type SubresourceHandler = (
  context: CallContext & { extensions: Extensions },
  resource: ResourceDefinition,
  call: { readonly request: ResourceRequest; readonly body: ApiRequest },
) => ApiResponse | Promise<ApiResponse>

const HANDLERS: Readonly<Record<string, SubresourceHandler>> = {
  scale,
  'pods/binding': bind,
  'pods/eviction': evict,
  'pods/log': logs,
  'pods/proxy': proxyToPod,
  'services/proxy': proxyToService,
  'serviceaccounts/token': createToken,
  'namespaces/finalize': update,
  'certificatesigningrequests/approval': readOrWrite,
}

/** The handler of a subresource, if the resource has it and it is supported. */
export function subresourceHandler(resource: ResourceDefinition, subresource: string): SubresourceHandler | undefined {
  if (!resource.subresources.some((sub) => sub.name === subresource)) return undefined
  return HANDLERS[`${resource.plural}/${subresource}`] ?? HANDLERS[subresource] ?? refuse
}

async function logs(
  context: CallContext & { extensions: Extensions },
  resource: ResourceDefinition,
  { request }: { readonly request: ResourceRequest },
): Promise<ApiResponse> {
  const stored = context.store.get(keyOf(resource, request))
  if (stored === undefined) throw notFound(named(resource), request.name)
  if (context.extensions.logs === undefined) throw unreachableNode(context, stored.value)
  const stream = await context.extensions.logs(stored.value, request.query, context.signal)
  return { status: 200, headers: { 'content-type': 'text/plain' }, stream }
}

// Written like the object itself; the kind's strategy takes from it what belongs to the subresource.
function readOrWrite(...[context, resource, call]: Parameters<SubresourceHandler>): ReturnType<SubresourceHandler> {
  if (call.request.verb === 'update') return update(context, resource, call)
  if (call.request.verb === 'patch') return patch(context, resource, call)
  const stored = context.store.get(keyOf(resource, call.request))
  if (stored === undefined) throw notFound(named(resource), call.request.name)
  return { status: 200, object: stored.value }
}

function refuse(
  _context: unknown,
  resource: ResourceDefinition,
  { request }: { readonly request: ResourceRequest },
): never {
  const subject = `the subresource "${request.subresource}" of ${resource.plural} is not supported by Slipway`
  const why = REFUSED[`${resource.plural}/${request.subresource}`]
  const message = `${subject}${why === undefined ? '' : `: ${why}`}; see docs/compatibility.md`
  throw failure({ code: 501, reason: 'NotImplemented', message })
}
