import type { ApiRequest, ApiResponse } from '@slipway/objects'
import { openApiV2, openApiV3, openApiV3Index } from './openapi/documents.ts'
import { encodeOpenApiV2 } from './openapi/protobuf.ts'
import type { PathRequest } from './request.ts'
import type { CallContext } from './server.ts'
import type { Extensions } from './subresources/subresources.ts'

const ROOTS = [
  '/.well-known/openid-configuration',
  '/api',
  '/api/v1',
  '/apis',
  '/healthz',
  '/livez',
  '/metrics',
  '/openapi/v2',
  '/openapi/v3',
  '/openid/v1/jwks',
  '/readyz',
  '/version',
]

/** The version that the server speaks: clients compare it with their own. */
export const VERSION = {
  major: '1',
  minor: '36',
  emulationMajor: '1',
  emulationMinor: '36',
  minCompatibilityMajor: '1',
  minCompatibilityMinor: '35',
  gitVersion: 'v1.36.3',
  gitCommit: '',
  gitTreeState: 'clean',
  buildDate: '1970-01-01T00:00:00Z',
  compiler: 'slipway',
}

/** Serves what is neither a resource nor discovery: version, health, OpenAPI, key sets. Undefined for any other path. */
export async function servePaths(
  context: CallContext & { extensions: Extensions },
  request: PathRequest,
  body: ApiRequest,
): Promise<ApiResponse | undefined> {
  const { path } = request
  if (path === '/') return { status: 200, object: { paths: ROOTS } }
  if (path === '/version') return version()
  if (/^\/(healthz|livez|readyz)(\/|$)/.test(path)) return health(context, request)
  if (path === '/openapi/v2') return serveV2(context, body.accept ?? '')
  if (path === '/openapi/v3') {
    const object = await openApiV3Index(context.registry)
    return { status: 200, object, text: JSON.stringify(object) }
  }
  if (path.startsWith('/openapi/v3/')) {
    const document = await openApiV3(context.registry, path.slice('/openapi/v3/'.length))
    return document === undefined ? undefined : { status: 200, object: document }
  }
  const { tokens } = context.extensions
  if (path === '/.well-known/openid-configuration' && tokens !== undefined)
    return { status: 200, object: tokens.configuration() }
  if (path === '/openid/v1/jwks' && tokens !== undefined)
    return { status: 200, headers: { 'content-type': 'application/jwk-set+json' }, object: tokens.keys() }
  if (path === '/metrics')
    return text(`# TYPE apiserver_storage_objects gauge\napiserver_storage_objects ${context.store.count('/')}\n`)
  return undefined
}

// Indented, as nothing else is.
function version(): ApiResponse {
  const architecture = process.arch === 'x64' ? 'amd64' : process.arch
  const { compiler, ...rest } = VERSION
  const object = { ...rest, goVersion: '', compiler, platform: `${process.platform}/${architecture}` }
  return { status: 200, object, text: JSON.stringify(object, undefined, 2) }
}

function health(context: CallContext & { extensions: Extensions }, request: PathRequest): ApiResponse {
  const kind = request.path.split('/')[1] ?? 'healthz'
  const checks = {
    ping: true,
    log: true,
    etcd: true,
    ...(kind === 'livez' ? {} : { 'informer-sync': context.extensions.ready?.() ?? true }),
  }
  const failed = Object.entries(checks).filter(([, ok]) => !ok)
  if (failed.length === 0 && request.query.get('verbose') === null) return text('ok')
  const lines = Object.entries(checks).map(([name, ok]) =>
    ok ? `[+]${name} ok` : `[-]${name} failed: reason withheld`,
  )
  const verdict = failed.length === 0 ? `${kind} check passed` : `${kind} check failed`
  return { ...text(`${lines.join('\n')}\n${verdict}\n`), status: failed.length === 0 ? 200 : 500 }
}

async function serveV2(context: CallContext, accept: string): Promise<ApiResponse> {
  const document = await openApiV2(context.registry)
  if (!accept.includes('proto-openapi.spec.v2')) return { status: 200, object: document }
  const bytes = encodeOpenApiV2(document)
  return {
    status: 200,
    headers: { 'content-type': 'application/com.github.proto-openapi.spec.v2.v1.0+protobuf' },
    stream: once(bytes),
  }
}

function text(content: string): ApiResponse {
  return { status: 200, headers: { 'content-type': 'text/plain; charset=utf-8' }, stream: once(Buffer.from(content)) }
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes
}
