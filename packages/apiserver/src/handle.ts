import { messageOf } from '@slipway/diag'
import type { ApiRequest, ApiResponse, Transport, UserInfo } from '@slipway/objects'
import { allows, denial, type Attributes } from './authorization/rbac.ts'
import { rbacReader } from './authorization/reader.ts'
import { readBody } from './body.ts'
import { serveDiscovery } from './discovery/serve.ts'
import { servePaths } from './paths.ts'
import { formOf, represent } from './represent.ts'
import type { ResourceDefinition } from './registry/definition.ts'
import { parseRequest, type PathRequest, type ResourceRequest } from './request.ts'
import type { CallContext, ServerContext } from './server.ts'
import {
  failure,
  forbidden,
  internalError,
  methodNotAllowed,
  noSuchPath,
  notAcceptable,
  notFound,
  statusResponse,
  StatusError,
} from './status.ts'
import { keyOf, named } from './storage.ts'
import { subresourceHandler, type Extensions } from './subresources/subresources.ts'
import { virtualHandler } from './subresources/virtual.ts'
import { convert } from './versions.ts'
import { create } from './verbs/create.ts'
import { deleteOne, type DeleteOptions } from './verbs/delete.ts'
import { deleteCollection } from './verbs/delete-collection.ts'
import { list } from './verbs/list.ts'
import { patch } from './verbs/patch.ts'
import { update } from './verbs/update.ts'
import { watch } from './verbs/watch.ts'

/** Somebody that the server trusts completely: requests inside the process without a user. */
export const SYSTEM_USER: UserInfo = {
  username: 'system:apiserver',
  groups: ['system:masters', 'system:authenticated'],
}

/** The handler of every request, whoever carries it: HTTPS or a caller in the same process. Failures are answers, never exceptions. */
export function requestHandler(server: ServerContext & { readonly extensions: Extensions }): Transport {
  return async (request) => {
    const warnings: string[] = []
    const context: CallContext & { extensions: Extensions } = {
      ...server,
      user: request.user ?? SYSTEM_USER,
      userAgent: request.userAgent ?? '',
      get signal() {
        return request.signal
      },
      warn: (text) => warnings.push(text),
    }
    try {
      return withWarnings(await route(context, request), warnings)
    } catch (error) {
      const status = error instanceof StatusError ? error : internalError(messageOf(error))
      return withWarnings(statusResponse(status.status), warnings)
    }
  }
}

// What the real server says since 1.33.
const ENDPOINTS_WARNING = 'v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice'

const ONLY_OBJECTS =
  'only the following media types are accepted: application/json, application/yaml, application/vnd.kubernetes.protobuf'

async function route(context: CallContext & { extensions: Extensions }, request: ApiRequest): Promise<ApiResponse> {
  const info = parseRequest(request)
  authorize(context, info)
  if (info.kind === 'path') {
    const served =
      serveDiscovery(context.registry, { ...request, path: info.path }) ?? (await servePaths(context, info, request))
    if (served === undefined) throw noSuchPath()
    return served
  }
  const virtual = virtualHandler(info)
  if (virtual !== undefined) {
    // A review is no object: it has no columns, and no metadata to show alone.
    if (formOf(request.accept) !== 'object') throw notAcceptable(ONLY_OBJECTS)
    return virtual(context, { request: info, body: request })
  }
  const resource = context.registry.find(info.group, info.version, info.resource)
  if (resource === undefined) throw noSuchPath()
  const response = await serveResource(context, resource, { request: info, body: request })
  const subject = ['', 'status', 'scale'].includes(info.subresource)
  return subject
    ? represent(response, { resource, request: info, form: formOf(request.accept), now: context.clock.now() })
    : response
}

interface ResourceCall {
  readonly request: ResourceRequest
  readonly body: ApiRequest
}

async function serveResource(
  context: CallContext & { extensions: Extensions },
  resource: ResourceDefinition,
  call: ResourceCall,
): Promise<ApiResponse> {
  const { request } = call
  if (resource.namespaced && request.namespace === '' && request.name !== '') throw noSuchPath()
  // A Role of the namespace must not open what belongs to the cluster.
  if (!resource.namespaced && request.namespace !== '') throw noSuchPath()
  if (request.subresource !== '' && request.subresource !== 'status') {
    const handler = subresourceHandler(resource, request.subresource)
    if (handler === undefined) throw noSuchPath()
    return handler(context, resource, call)
  }
  if (request.subresource === 'status' && !resource.subresources.some((sub) => sub.name === 'status'))
    throw noSuchPath()
  if (!resource.verbs.includes(request.verb)) throw methodNotAllowed(named(resource), request.verb)
  if (resource.group === '' && resource.plural === 'endpoints' && request.verb !== 'deletecollection')
    context.warn(ENDPOINTS_WARNING)
  switch (request.verb) {
    case 'get':
      return get(context, resource, request)
    case 'list':
      return list(context.store, resource, request)
    case 'watch':
      return watch({ ...context, random: context.random.number }, resource, request)
    case 'create':
      return create(context, resource, call)
    case 'update':
      return update(context, resource, call)
    case 'patch':
      return patch(context, resource, call)
    case 'delete':
      return deleteOne(context, resource, { ...request, options: deleteOptionsOf(call) })
    case 'deletecollection':
      return deleteCollection(context, resource, { ...request, options: deleteOptionsOf(call) })
  }
}

function get(context: CallContext, resource: ResourceDefinition, request: ResourceRequest): ApiResponse {
  const stored = context.store.get(keyOf(resource, request))
  if (stored === undefined) throw notFound(named(resource), request.name)
  return { status: 200, object: convert(stored.value, resource) }
}

function deleteOptionsOf({ request, body }: ResourceCall): DeleteOptions {
  const given = (readBody(body) ?? {}) as DeleteOptions
  const grace = request.query.get('gracePeriodSeconds')
  const policy = request.query.get('propagationPolicy')
  const dryRun = request.query.getAll('dryRun')
  return {
    ...given,
    ...(grace === null ? {} : { gracePeriodSeconds: Number(grace) }),
    ...(policy === null ? {} : { propagationPolicy: policy }),
    ...(dryRun.length === 0 ? {} : { dryRun }),
  }
}

// What everybody may read: k8s.io/kubernetes' ClusterRoles system:discovery and system:public-info-viewer, bound to everybody who is authenticated.
const PUBLIC_PATHS = /^\/(api|apis|openapi|version|healthz|livez|readyz)(\/|$)|^\/$/
const SELF_REVIEWS = new Set(['selfsubjectaccessreviews', 'selfsubjectrulesreviews', 'selfsubjectreviews'])

/** Checks that the context's user may do what a request asks. @throws StatusError Forbidden */
export function authorize(context: CallContext, info: ResourceRequest | PathRequest): void {
  if (info.kind === 'path' && info.verb === 'get' && PUBLIC_PATHS.test(info.path)) return
  if (info.kind === 'resource' && info.verb === 'create' && SELF_REVIEWS.has(info.resource)) return
  const action: Attributes = info.kind === 'path' ? info : { ...info, kind: 'resource' }
  if (allows(rbacReader(context), context.user, action)) return
  const why = denial(context.user, action)
  if (info.kind === 'path') throw failure({ code: 403, reason: 'Forbidden', message: `forbidden: ${why}`, details: {} })
  const resource = info.subresource === '' ? info.resource : `${info.resource}/${info.subresource}`
  throw forbidden({ group: info.group, resource }, info.name, why)
}

function withWarnings(response: ApiResponse, warnings: readonly string[]): ApiResponse {
  if (warnings.length === 0) return response
  const text = warnings.map((warning) => `299 - ${JSON.stringify(warning)}`).join(', ')
  return { ...response, headers: { ...response.headers, warning: text } }
}
