import { type IncomingMessage, request as httpRequest } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { messageOf } from '@slipway/diag'
import type { Handler } from '../types.ts'
import { dialMessage } from './dial.ts'
import { type FindPort, reach } from './reach.ts'

const BODY_LIMIT = 10 * 1024
const REDIRECTS = new Set([301, 302, 303, 307, 308])
const MOST_REDIRECTS = 10

/** What a request of a probe or hook came to: the last answer, with redirects to the same host followed, or why there is none. */
export type HttpOutcome =
  | { readonly status: number; readonly body: string }
  | { readonly fault: string; readonly isPlain: boolean }

/** A request of the node to a container. */
export interface HttpCall {
  readonly get: NonNullable<Handler['httpGet']>
  readonly port: number
  readonly podIP: string
  readonly addressOf: FindPort
  /** Milliseconds, over all redirects. */
  readonly timeout: number
  /** Who asks: `kube-probe` or `kube-lifecycle`. */
  readonly agent: string
}

interface Answer {
  readonly status: number
  readonly location: string
  readonly body: string
}

/** Asks a container over HTTP as the kubelet does (pkg/probe/http): redirects to another host are not followed. */
export async function askHttp(call: HttpCall): Promise<HttpOutcome> {
  const scheme = (call.get.scheme ?? 'HTTP').toLowerCase()
  const host = (call.get.host ?? '') === '' ? call.podIP : (call.get.host ?? '')
  const first = urlOf({ scheme, host, port: call.port, path: call.get.path ?? '/' })
  const deadline = performance.now() + call.timeout
  let url = first
  let headers = headersOf(call)
  for (let redirects = 0; ; redirects++) {
    let answer: Answer
    try {
      answer = await ask(url, { call, headers, timeout: deadline - performance.now() })
    } catch (error) {
      return { fault: `Get "${shown(url)}": ${messageOf(error)}`, isPlain: isPlainAnswer(error) }
    }
    const next = REDIRECTS.has(answer.status) && answer.location !== '' ? follow(url, answer.location) : undefined
    if (next === undefined || next.hostname !== first.hostname) return answer
    if (redirects + 1 >= MOST_REDIRECTS)
      return { fault: `Get "${answer.location}": stopped after 10 redirects`, isPlain: false }
    if (/^[a-z][a-z0-9+.-]*:/i.test(answer.location)) headers = withoutHost(headers)
    url = next
  }
}

function urlOf(at: {
  readonly scheme: string
  readonly host: string
  readonly port: number
  readonly path: string
}): URL {
  const path = at.path.startsWith('/') ? at.path : `/${at.path}`
  return new URL(`${at.scheme}://${at.host}:${at.port}${path}`)
}

function follow(from: URL, location: string): URL | undefined {
  return URL.canParse(location, from.href) ? new URL(location, from) : undefined
}

// With the port that a URL leaves out when it is its scheme's own.
function portOf(url: URL): number {
  return url.port === '' ? (url.protocol === 'https:' ? 443 : 80) : Number(url.port)
}

function shown(url: URL): string {
  return `${url.protocol}//${url.hostname}:${portOf(url)}${url.pathname}${url.search}`
}

function headersOf({ get, agent }: HttpCall): Record<string, string[]> {
  const headers: Record<string, string[]> = {}
  for (const { name, value } of get.httpHeaders ?? []) (headers[name.toLowerCase()] ??= []).push(value)
  headers['user-agent'] ??= [`${agent}/1.36`]
  headers['accept'] ??= ['*/*']
  if (headers['accept'][0] === '') delete headers['accept']
  return headers
}

// A name that the probe gives stays with its own server only.
function withoutHost({ host: _host, ...headers }: Record<string, string[]>): Record<string, string[]> {
  return headers
}

function ask(
  url: URL,
  {
    call,
    headers,
    timeout,
  }: { readonly call: HttpCall; readonly headers: Record<string, string[]>; readonly timeout: number },
): Promise<Answer> {
  const port = portOf(url)
  const address = reach(url.hostname, port, call.addressOf)
  if (address === undefined)
    return Promise.reject(new Error(`dial tcp ${url.hostname}:${port}: connect: connection refused`))
  const { host = [`${url.hostname}:${port}`], ...others } = headers
  const send = url.protocol === 'https:' ? httpsRequest : httpRequest
  return new Promise((resolve, reject) => {
    const request = send({
      ...address,
      path: `${url.pathname}${url.search}`,
      headers: { connection: 'close', ...others, host: host[0] ?? '' },
      rejectUnauthorized: false,
      agent: false,
    })
    const timer = setTimeout(() => {
      reject(new Error('context deadline exceeded (Client.Timeout exceeded while awaiting headers)'))
      request.destroy()
    }, timeout)
    request.on('response', (response) => void readAnswer(response).then(resolve, reject))
    request.on('close', () => clearTimeout(timer))
    request.on('error', (error) => {
      const message = dialMessage(error, `${url.hostname}:${port}`)
      reject(message === error.message ? error : new Error(message))
    })
    request.end()
  })
}

// The first 10 KiB; the rest is not waited for.
function readAnswer(response: IncomingMessage): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let length = 0
    const done = (): void => {
      const body = Buffer.concat(chunks).subarray(0, BODY_LIMIT).toString('utf8')
      resolve({ status: response.statusCode ?? 0, location: response.headers.location ?? '', body })
    }
    response.on('data', (chunk: Buffer) => {
      chunks.push(chunk)
      length += chunk.length
      if (length < BODY_LIMIT) return
      done()
      response.destroy()
    })
    response.on('end', done)
    response.on('error', reject)
  })
}

// What a TLS client finds where a server speaks plain HTTP.
function isPlainAnswer(error: unknown): boolean {
  return ['EPROTO', 'ERR_SSL_WRONG_VERSION_NUMBER'].includes((error as NodeJS.ErrnoException).code ?? '')
}
