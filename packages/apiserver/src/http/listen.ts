import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer, type Server } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { ApiRequest, ApiResponse, Transport, WatchEvent } from '@slipway/objects'
import { badRequest, failure, internalError, StatusError, statusResponse } from '../status.ts'
import { authenticate, type Authentication } from './authentication.ts'
import type { Certificates } from './certificates.ts'
import { assertLoopback, pathOf } from './guard.ts'
import type { UpgradeHandler } from './upgrade.ts'

/** How an API server listens: on loopback only. */
export interface ListenOptions {
  readonly handle: Transport
  readonly certificates: Certificates
  readonly authentication: Authentication
  /** 0 takes any free port. */
  readonly port?: number
  /** Serves exec, attach and port-forward. */
  readonly upgrade?: UpgradeHandler
}

/** A listening API server. */
export interface Listener {
  /** `https://127.0.0.1:<port>`. */
  readonly url: string
  close(): Promise<void>
}

const BODY_LIMIT = 3 * 1024 * 1024
const ANONYMOUS = /^\/(healthz|livez|readyz|version)(\/|$|\?)/

/** Serves HTTPS on 127.0.0.1. Requests are authenticated by token; the Host header must be a loopback name, so that no web page can reach it by DNS rebinding. */
export async function listen(options: ListenOptions): Promise<Listener> {
  const { certificate, key } = options.certificates
  const server = createServer(
    { cert: certificate, key, ALPNProtocols: ['http/1.1'], keepAliveTimeout: 120_000 },
    (request, response) => {
      serve(options, request, response).catch((error: unknown) => {
        if (!response.headersSent) send(response, statusResponse(internalError(String(error)).status))
        response.destroy()
      })
    },
  )
  const sockets = trackSockets(server)
  server.on('upgrade', (request, socket, head) => {
    if (options.upgrade === undefined) socket.destroy()
    else options.upgrade({ request, socket, head, authentication: options.authentication })
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(options.port ?? 0, '127.0.0.1', resolve)
  })
  const { port } = server.address() as AddressInfo
  return {
    url: `https://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        for (const socket of sockets) socket.destroy()
      }),
  }
}

function trackSockets(server: Server): Set<{ destroy: () => void }> {
  const sockets = new Set<{ destroy: () => void }>()
  server.on('secureConnection', (socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  return sockets
}

async function serve(options: ListenOptions, incoming: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    const request = await toRequest(options, incoming, response)
    await write(response, await options.handle(request))
  } catch (error) {
    if (!(error instanceof StatusError)) throw error
    const answer = statusResponse(error.status)
    if (incoming.complete || !hasBody(incoming)) send(response, answer)
    else sendUnread(incoming, response, answer)
  }
}

async function toRequest(
  options: ListenOptions,
  incoming: IncomingMessage,
  response: ServerResponse,
): Promise<ApiRequest> {
  assertLoopback(incoming)
  const path = pathOf(incoming)
  const anonymous = incoming.method === 'GET' && ANONYMOUS.test(path) && incoming.headers.authorization === undefined
  const user = anonymous
    ? { username: 'system:anonymous', groups: ['system:unauthenticated'] }
    : authenticate(incoming.headers, options.authentication)
  const body = await readAll(incoming)
  const { accept, host } = incoming.headers
  const contentType = incoming.headers['content-type']
  let signal: AbortSignal | undefined
  return {
    method: methodOf(incoming),
    path,
    user,
    // Most requests never ask, and to make and abort one takes as long as much of what they do.
    get signal() {
      signal ??= abortedWith(response)
      return signal
    },
    userAgent: incoming.headers['user-agent'] ?? '',
    ...(accept === undefined ? {} : { accept }),
    ...(host === undefined ? {} : { host }),
    ...(contentType === undefined ? {} : { contentType }),
    ...(body.length === 0 ? {} : { body }),
  }
}

function abortedWith(response: ServerResponse): AbortSignal {
  if (response.closed) return AbortSignal.abort()
  const abort = new AbortController()
  response.once('close', () => abort.abort())
  return abort.signal
}

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const

function methodOf(incoming: IncomingMessage): ApiRequest['method'] {
  const method = METHODS.find((known) => known === incoming.method)
  if (method === undefined)
    throw failure({
      code: 405,
      reason: 'MethodNotAllowed',
      message: 'the server does not allow this method on the requested resource',
    })
  return method
}

function readAll(incoming: IncomingMessage): Promise<Buffer> {
  if (Number(incoming.headers['content-length'] ?? 0) > BODY_LIMIT) throw tooLarge()
  if (incoming.headers['content-encoding'] !== undefined)
    throw badRequest('compressed request bodies are not supported')
  const chunks: Buffer[] = []
  let length = 0
  // By events: an iterator takes several times as long.
  return new Promise((resolve, reject) => {
    incoming.on('data', (chunk: Buffer) => {
      length += chunk.length
      if (length > BODY_LIMIT) reject(tooLarge())
      else chunks.push(chunk)
    })
    incoming.once('end', () => resolve(Buffer.concat(chunks)))
    incoming.once('error', reject)
  })
}

function tooLarge(): StatusError {
  return failure({
    code: 413,
    reason: 'RequestEntityTooLarge',
    message: `Request entity too large: limit is ${BODY_LIMIT}`,
  })
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0
}

const LINGER = 500

// A client that is still sending would lose the answer with its connection: what comes is thrown away for a moment.
function sendUnread(incoming: IncomingMessage, response: ServerResponse, answer: ApiResponse): void {
  send(response, { ...answer, headers: { ...answer.headers, connection: 'close' } })
  incoming.resume()
  setTimeout(() => incoming.socket.destroy(), LINGER).unref()
}

async function write(response: ServerResponse, answer: ApiResponse): Promise<void> {
  if (answer.events !== undefined) return writeEvents(response, answer.events)
  if (answer.stream !== undefined) return writeStream(response, answer)
  send(response, answer)
}

function send(response: ServerResponse, answer: ApiResponse): void {
  const body = answer.text ?? (answer.object === undefined ? '' : `${JSON.stringify(answer.object)}\n`)
  response.writeHead(answer.status, {
    'content-type': 'application/json',
    'cache-control': 'no-cache, private',
    ...answer.headers,
    'content-length': Buffer.byteLength(body),
  })
  response.end(body)
}

async function writeEvents(response: ServerResponse, events: AsyncIterable<WatchEvent>): Promise<void> {
  response.writeHead(200, { 'content-type': 'application/json', 'cache-control': 'no-cache, private' })
  response.flushHeaders()
  for await (const event of events) {
    if (response.destroyed) return
    if (!response.write(`${JSON.stringify(event)}\n`)) await drained(response)
  }
  response.end()
}

async function writeStream(response: ServerResponse, answer: ApiResponse): Promise<void> {
  response.writeHead(answer.status, { 'cache-control': 'no-cache, private', ...answer.headers })
  response.flushHeaders()
  for await (const chunk of answer.stream ?? []) {
    if (response.destroyed) return
    if (!response.write(chunk)) await drained(response)
  }
  response.end()
}

function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      response.off('drain', done).off('close', done)
      resolve()
    }
    response.once('drain', done).once('close', done)
  })
}
