import { request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http'
import { Agent, request as httpsRequest } from 'node:https'
import type { ApiRequest, ApiResponse, Transport, WatchEvent } from '@slipway/objects'
import { messageOf } from '@slipway/diag'
import { ClientError } from './errors.ts'
import { linesOf } from './lines.ts'

/** Where an API listens and how to be let in: what a kubeconfig's context says. */
export interface HttpTransportOptions {
  /** `https://host:port`, or `http://` for a proxy such as `kubectl proxy`. */
  readonly server: string
  /** PEM of the certificate authority. */
  readonly ca?: string
  readonly token?: string
  readonly clientCertificate?: string
  readonly clientKey?: string
  readonly insecureSkipTlsVerify?: boolean
}

/** A transport over HTTP(S) with kept connections. Connection faults become `API_UNREACHABLE`; identities in requests become impersonation headers. */
export function httpTransport(options: HttpTransportOptions): Transport {
  const url = new URL(options.server)
  const secure = url.protocol === 'https:'
  const agent = secure ? new Agent({ keepAlive: true, ...tlsOf(options) }) : undefined
  return async (request) => {
    const body = encodeBody(request)
    const target: RequestOptions = {
      // An IPv6 address stands in brackets in a URL only.
      hostname: url.hostname.replace(/^\[(.*)\]$/, '$1'),
      port: url.port,
      path: url.pathname.replace(/\/$/, '') + request.path,
      method: request.method,
      headers: headersOf(request, { token: options.token, length: body?.length }),
      ...(agent === undefined ? {} : { agent }),
      ...(request.signal === undefined ? {} : { signal: request.signal }),
    }
    const response = await exchange(secure ? httpsRequest : httpRequest, { target, body, server: options.server })
    return toAnswer(response, { request, server: options.server })
  }
}

function tlsOf(options: HttpTransportOptions): Record<string, unknown> {
  return {
    ...(options.ca === undefined ? {} : { ca: options.ca }),
    ...(options.clientCertificate === undefined ? {} : { cert: options.clientCertificate }),
    ...(options.clientKey === undefined ? {} : { key: options.clientKey }),
    ...(options.insecureSkipTlsVerify === true ? { rejectUnauthorized: false } : {}),
  }
}

function encodeBody(request: ApiRequest): Uint8Array | undefined {
  if (request.body === undefined || request.body instanceof Uint8Array) return request.body
  return Buffer.from(JSON.stringify(request.body))
}

function headersOf(
  request: ApiRequest,
  more: { token: string | undefined; length: number | undefined },
): Record<string, string | string[]> {
  return {
    accept: request.accept ?? 'application/json',
    'user-agent': request.userAgent ?? 'slipway',
    ...(more.token === undefined ? {} : { authorization: `Bearer ${more.token}` }),
    ...(request.contentType === undefined ? {} : { 'content-type': request.contentType }),
    ...(more.length === undefined ? {} : { 'content-length': String(more.length) }),
    ...(request.user === undefined
      ? {}
      : { 'impersonate-user': request.user.username, 'impersonate-group': [...request.user.groups] }),
  }
}

type Send = typeof httpRequest | typeof httpsRequest

function exchange(
  send: Send,
  call: { target: RequestOptions; body: Uint8Array | undefined; server: string },
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const outgoing = send(call.target, resolve)
    outgoing.on('error', (cause) => reject(unreachable(call.server, cause)))
    outgoing.end(call.body)
  })
}

function unreachable(server: string, cause: unknown): ClientError {
  const hint = 'see that the cluster runs: `slipway up` starts it'
  return new ClientError('API_UNREACHABLE', `cannot reach ${server}: ${messageOf(cause)}`, {
    cause,
    fault: 'system',
    hint,
  })
}

async function toAnswer(
  response: IncomingMessage,
  { request, server }: { readonly request: ApiRequest; readonly server: string },
): Promise<ApiResponse> {
  const status = response.statusCode ?? 500
  const headers = Object.fromEntries(Object.entries(response.headers).map(([name, value]) => [name, String(value)]))
  const type = headers['content-type'] ?? ''
  if (status < 400 && isWatch(request)) return { status, headers, events: eventsOf(response, server) }
  if (!type.startsWith('application/json')) return { status, headers, stream: response }
  const text = await readText(response, server)
  return text === '' ? { status, headers } : { status, headers, object: parse(text) }
}

function isWatch(request: ApiRequest): boolean {
  return new URL(request.path, 'http://api').searchParams.get('watch') === 'true'
}

// An answer that breaks off is a fault of the connection, whatever of it has come.
async function readText(response: IncomingMessage, server: string): Promise<string> {
  try {
    return Buffer.concat(await response.toArray()).toString('utf8')
  } catch (cause) {
    throw unreachable(server, cause)
  }
}

async function* eventsOf(response: IncomingMessage, server: string): AsyncGenerator<WatchEvent> {
  try {
    for await (const line of linesOf(response)) yield parse(line) as WatchEvent
  } catch (cause) {
    throw cause instanceof ClientError ? cause : unreachable(server, cause)
  }
}

function parse(text: string): object {
  try {
    return JSON.parse(text) as object
  } catch (cause) {
    throw new ClientError('API_BAD_ANSWER', `the API answered with something that is no JSON: ${text.slice(0, 80)}`, {
      cause,
      fault: 'system',
      hint: 'see what listens at this address: it is no Kubernetes API',
    })
  }
}
