import { request as httpsRequest, type RequestOptions } from 'node:https'
import type { IncomingMessage } from 'node:http'
import { listen, makeCertificates, startApiServer, type ApiServerOptions } from '@slipway/apiserver'
import type { KubeObject, Status } from '@slipway/objects'
import { openMemoryStore, type Store } from '@slipway/store'
import { onTestFinished } from 'vitest'

const ADMIN = 'the-admin-token'

/** An answer over HTTPS: `object` is whatever JSON came. */
export interface Answer {
  readonly status: number
  readonly headers: IncomingMessage['headers']
  readonly text: string
  readonly object: KubeObject & Status & { items: KubeObject[] } & Record<string, unknown>
}

/** What a test asks. */
export interface Ask {
  readonly body?: unknown
  readonly type?: string
  readonly accept?: string
  readonly token?: string
  readonly headers?: Record<string, string>
}

/** A started server that listens, and ways to talk to it as its admin or by another token. */
export interface TestServer {
  readonly url: URL
  readonly ca: string
  readonly token: string
  readonly store: Store<KubeObject>
  readonly tokenOf: (namespace: string, name: string) => Promise<string>
  readonly ask: (method: string, path: string, ask?: Ask) => Promise<Answer>
  /** The events of a watch, until it has `count` of them. */
  readonly watch: (path: string, count: number) => Promise<{ type: string; object: KubeObject }[]>
}

/** Starts an API server on loopback, for the length of a test. */
export async function startServer(options: Partial<ApiServerOptions> = {}): Promise<TestServer> {
  const store = options.store ?? openMemoryStore<KubeObject>()
  const api = await startApiServer({ ...options, store })
  const certificates = await makeCertificates()
  const now = (): number => (options.clock?.now() ?? Date.now()) / 1000
  const authentication = { adminToken: ADMIN, tokens: api.tokens, now }
  const listener = await listen({ handle: api.handle, upgrade: api.upgrade, certificates, authentication })
  onTestFinished(async () => {
    await listener.close()
    await api.stop()
  })
  const url = new URL(listener.url)
  const optionsOf = (method: string, path: string, ask: Ask): RequestOptions => ({
    host: url.hostname,
    port: url.port,
    ca: certificates.ca,
    method,
    path,
    headers: {
      authorization: `Bearer ${ask.token ?? ADMIN}`,
      ...(ask.body === undefined ? {} : { 'content-type': ask.type ?? 'application/json' }),
      ...(ask.accept === undefined ? {} : { accept: ask.accept }),
      ...ask.headers,
    },
  })
  const ask = (method: string, path: string, how: Ask = {}): Promise<Answer> =>
    new Promise((resolve, reject) => {
      const sent = httpsRequest(optionsOf(method, path, how), (response) => {
        read(response).then((text) => resolve(answerOf(response, text)), reject)
      })
      sent.on('error', reject)
      const { body } = how
      const bytes = body === undefined || body instanceof Uint8Array ? body : Buffer.from(JSON.stringify(body))
      // Node does not say by itself how long the body of a DELETE is.
      if (bytes !== undefined && !sent.hasHeader('content-length')) sent.setHeader('content-length', bytes.length)
      sent.end(bytes)
    })
  const watch: TestServer['watch'] = (path, count) =>
    new Promise((resolve, reject) => {
      const sent = httpsRequest(optionsOf('GET', path, {}), (response) => {
        collect(response, count).then((events) => {
          sent.destroy()
          resolve(events)
        }, reject)
      })
      sent.on('error', reject)
      sent.end()
    })
  const tokenOf = async (namespace: string, name: string): Promise<string> => {
    const path = `/api/v1/namespaces/${namespace}/serviceaccounts`
    await ask('POST', path, { body: { metadata: { name } } })
    const { object } = await ask('POST', `${path}/${name}/token`, { body: { spec: {} } })
    return (object['status'] as unknown as { token: string }).token
  }
  return { url, ca: certificates.ca, token: ADMIN, store, ask, watch, tokenOf }
}

function answerOf(response: IncomingMessage, text: string): Answer {
  const json = (response.headers['content-type'] ?? '').includes('json')
  const object = (json && text !== '' ? JSON.parse(text) : {}) as Answer['object']
  return { status: response.statusCode ?? 0, headers: response.headers, text, object }
}

async function read(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of response) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString('utf8')
}

async function collect(response: IncomingMessage, count: number): Promise<{ type: string; object: KubeObject }[]> {
  const events: { type: string; object: KubeObject }[] = []
  let rest = ''
  for await (const chunk of response) {
    const lines = (rest + String(chunk)).split('\n')
    rest = lines.pop() ?? ''
    events.push(...lines.map((line) => JSON.parse(line) as { type: string; object: KubeObject }))
    if (events.length >= count) return events
  }
  return events
}

/** The path of a core resource in the namespace `default`. */
export function inDefault(plural: string, name = ''): string {
  return `/api/v1/namespaces/default/${plural}${name === '' ? '' : `/${name}`}`
}
