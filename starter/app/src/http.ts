import { randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { performance } from 'node:perf_hooks'
import type { Logger } from 'pino'
import type { Health } from './health.ts'
import type { Metrics } from './metrics.ts'
import { type Answer, json, send } from './respond.ts'
import type { Route } from './routes.ts'

export interface ServerParts {
  readonly routes: ReadonlyMap<string, Route>
  readonly metrics: Metrics
  readonly health: Health
  readonly log: Logger
}

// Longer than the idle time of usual load balancers (60 s), so that they and not we end a quiet connection.
const KEEP_ALIVE_MS = 65_000
const REQUEST_ID = /^[A-Za-z0-9._-]{1,128}$/

/** The public server: request ids, one log line and one set of metrics a request, then the routes. */
export function createPublicServer(parts: ServerParts): Server {
  const server = createServer((request, response) => {
    serve(parts, request, response).catch((error: unknown) => {
      parts.log.error({ error: String(error) }, 'request failed')
      response.destroy()
    })
  })
  server.keepAliveTimeout = KEEP_ALIVE_MS
  server.headersTimeout = 10_000
  server.requestTimeout = 30_000
  return server
}

async function serve(parts: ServerParts, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const given = request.headers['x-request-id']
  const id = typeof given === 'string' && REQUEST_ID.test(given) ? given : randomUUID()
  const url = target(request)
  const route = parts.routes.get(url.pathname)
  observe(parts, { id, route: route?.name ?? 'none', path: url.pathname }, request, response)

  response.setHeader('x-request-id', id)
  const ready = await answer(parts.log, route, request, url)
  // Asks the client to come back on another connection, which then reaches another pod. Decided now and not when the request
  // came: a connection that goes idle during the shutdown would keep it waiting.
  if (parts.health.draining) response.setHeader('connection', 'close')
  send(response, ready, request.method !== 'HEAD')
}

async function answer(log: Logger, route: Route | undefined, request: IncomingMessage, url: URL): Promise<Answer> {
  if (!route) return json(404, { error: 'not found' })
  if (request.method !== 'GET' && request.method !== 'HEAD')
    return json(405, { error: 'method not allowed' }, { allow: 'GET, HEAD' })
  try {
    return await route.answer({ accept: request.headers.accept ?? '', search: url.searchParams })
  } catch (error) {
    log.error({ error: String(error), route: route.name }, 'route failed')
    return json(500, { error: 'internal error' })
  }
}

/** An address that does not parse, such as `//`, is one that no route has. */
function target(request: IncomingMessage): URL {
  const text = `http://service${request.url ?? '/'}`
  return URL.canParse(text) ? new URL(text) : new URL('http://service/unparsable')
}

interface Seen {
  readonly id: string
  readonly route: string
  readonly path: string
}

function observe(parts: ServerParts, seen: Seen, request: IncomingMessage, response: ServerResponse): void {
  const start = performance.now()
  const method = request.method ?? 'GET'
  parts.metrics.inFlight.inc()
  response.once('close', () => {
    const seconds = (performance.now() - start) / 1000
    const labels = { method: knownMethod(method), route: seen.route, status: String(response.statusCode) }
    parts.metrics.inFlight.dec()
    parts.metrics.requests.inc(labels)
    parts.metrics.durations.observe(labels, seconds)
    parts.log.info(
      {
        id: seen.id,
        method,
        path: seen.path,
        status: response.statusCode,
        ms: Math.round(seconds * 1000),
        complete: response.writableFinished,
      },
      'request',
    )
  })
}

/** Clients may send any method name; each would be a series of its own. */
function knownMethod(method: string): string {
  return ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'].includes(method) ? method : 'OTHER'
}
