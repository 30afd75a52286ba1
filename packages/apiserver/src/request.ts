import type { ApiRequest } from '@slipway/objects'

/** The verbs of RBAC and audit. */
export type Verb = 'get' | 'list' | 'watch' | 'create' | 'update' | 'patch' | 'delete' | 'deletecollection'

/** A request for a resource, taken apart. */
export interface ResourceRequest {
  readonly kind: 'resource'
  readonly verb: Verb
  readonly group: string
  readonly version: string
  readonly resource: string
  /** '' for cluster-scoped requests and for all namespaces. */
  readonly namespace: string
  /** '' for a collection. */
  readonly name: string
  readonly subresource: string
  /** What follows the subresource, as in `/proxy/path`. */
  readonly rest: string
  readonly query: URLSearchParams
}

/** Any other request: discovery, version, health. */
export interface PathRequest {
  readonly kind: 'path'
  readonly verb: string
  readonly path: string
  readonly query: URLSearchParams
}

const WRITE_VERBS: Partial<Record<ApiRequest['method'], Verb>> = {
  POST: 'create',
  PUT: 'update',
  PATCH: 'patch',
  DELETE: 'delete',
}

/**
 * Takes a request's path apart as `k8s.io/apiserver/pkg/endpoints/request.RequestInfoFactory` does: `/api/v1/...` and `/apis/<group>/<version>/...`, with
 * the deprecated `/watch/` prefix refused like any unknown path.
 */
export function parseRequest(request: Pick<ApiRequest, 'method' | 'path'>): ResourceRequest | PathRequest {
  const url = readTarget(request.path)
  const parts = url.pathname.split('/').filter((part) => part !== '')
  const core = parts[0] === 'api'
  const start = core ? 2 : 3
  if ((!core && parts[0] !== 'apis') || parts.length <= start) {
    return { kind: 'path', verb: request.method.toLowerCase(), path: url.pathname, query: url.searchParams }
  }
  const scoped = parts[start] === 'namespaces' && parts.length > start + 2 && !isNamespaceSubresource(parts, start)
  const namespace = scoped ? decodeURIComponent(parts[start + 1] ?? '') : ''
  const [resource = '', name = '', subresource = '', ...rest] = parts
    .slice(scoped ? start + 2 : start)
    .map(decodeURIComponent)
  const base = {
    kind: 'resource',
    resource,
    namespace,
    name,
    subresource,
    rest: rest.join('/'),
    query: url.searchParams,
  } as const
  const version = parts[core ? 1 : 2] ?? ''
  return {
    ...base,
    group: core ? '' : (parts[1] ?? ''),
    version,
    verb: verbOf(request.method, { name, query: url.searchParams }),
  }
}

// A path of these characters, without empty parts and parts of dots, is what a URL makes of it; in a query it only does without the fragment.
const PLAIN = /^((?:\/[\w:-][\w.:-]*)+)(?:\?([!-"$-~]*))?$/

/** The path and query of a request. Most need no whole URL, which takes much longer. */
function readTarget(target: string): { readonly pathname: string; readonly searchParams: URLSearchParams } {
  const [, pathname, query = ''] = PLAIN.exec(target) ?? []
  return pathname === undefined
    ? new URL(target, 'http://api')
    : { pathname, searchParams: new URLSearchParams(`?${query}`) }
}

// `/api/v1/namespaces/x/status` is about the namespace x, not about a resource "status" in it.
function isNamespaceSubresource(parts: readonly string[], start: number): boolean {
  return parts.length === start + 3 && (parts[start + 2] === 'status' || parts[start + 2] === 'finalize')
}

function verbOf(method: ApiRequest['method'], of: { name: string; query: URLSearchParams }): Verb {
  if (method === 'GET') {
    if (isTrue(of.query.get('watch'))) return 'watch'
    return of.name === '' ? 'list' : 'get'
  }
  const verb = WRITE_VERBS[method] ?? 'get'
  return verb === 'delete' && of.name === '' ? 'deletecollection' : verb
}

/** How the API reads a boolean in a query: anything but '', '0' and 'false' is true. */
export function isTrue(value: string | null): boolean {
  return value !== null && value !== '0' && value.toLowerCase() !== 'false'
}
