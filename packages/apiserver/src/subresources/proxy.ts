import { request as httpRequest, type IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { messageOf } from '@slipway/diag'
import { isRecord, type ApiRequest, type ApiResponse, type KubeObject } from '@slipway/objects'
import type { ResourceDefinition } from '../registry/definition.ts'
import type { ResourceRequest } from '../request.ts'
import type { CallContext } from '../server.ts'
import { badRequest, failure, notFound, type StatusError } from '../status.ts'
import { keyOf, named, prefixOf } from '../storage.ts'
import { unreachableNode } from '../streams/node-address.ts'
import type { Extensions } from './subresources.ts'

type Context = CallContext & { extensions: Extensions }

interface Call {
  readonly request: ResourceRequest
  readonly body: ApiRequest
}

interface Target {
  readonly pod: KubeObject
  readonly port: number
}

/** Serves `pods/<name>/proxy`: a request by HTTP to a port of a pod, by default its first one. `name` is `[http:]<name>[:<port>]`. */
export function proxyToPod(context: Context, resource: ResourceDefinition, call: Call): Promise<ApiResponse> {
  const { name, port } = split(call.request.name)
  const stored = context.store.get(keyOf(resource, { ...call.request, name }))
  if (stored === undefined) throw notFound(named(resource), name)
  const pod = stored.value
  return forward(context, call, { pod, port: port === '' ? firstPort(pod) : containerPort(pod, port) })
}

/** Serves `services/<name>/proxy`: the same to a pod behind a Service, with the port of the Service by name or number. */
export function proxyToService(context: Context, resource: ResourceDefinition, call: Call): Promise<ApiResponse> {
  const { name, port } = split(call.request.name)
  const stored = context.store.get(keyOf(resource, { ...call.request, name }))
  if (stored === undefined) throw notFound(named(resource), name)
  const targets = targetsOf(context, stored.value, port)
  const target = targets[Math.floor(context.random.number() * targets.length)]
  if (target === undefined) throw unavailable(`no endpoints available for service "${call.request.name}"`)
  return forward(context, call, target)
}

// `http:name:port`, `name:port` or `name`.
function split(text: string): { readonly name: string; readonly port: string } {
  const parts = text.split(':')
  if (parts.length === 3 && parts[0] === 'https') throw badRequest('proxying by https is not supported by Slipway')
  if (parts.length === 3) parts.shift()
  const [name = '', port = '', ...rest] = parts
  if (name === '' || rest.length > 0) throw badRequest(`invalid pod or service request "${text}"`)
  return { name, port }
}

interface Port {
  readonly name?: string
  readonly port?: number
  readonly containerPort?: number
}

const portsOf = (owner: unknown): Port[] => (isRecord(owner) && Array.isArray(owner['ports']) ? owner['ports'] : [])

function containerPorts(pod: KubeObject): Port[] {
  const { containers = [] } = (pod['spec'] ?? {}) as { containers?: unknown[] }
  return containers.flatMap(portsOf)
}

function firstPort(pod: KubeObject): number {
  return containerPorts(pod)[0]?.containerPort ?? 80
}

function containerPort(pod: KubeObject, text: string): number {
  const known = containerPorts(pod).find(({ name }) => name === text)?.containerPort
  return known ?? numbered(text)
}

function numbered(text: string): number {
  if (!/^\d+$/.test(text)) throw badRequest(`no such port: "${text}"`)
  return Number(text)
}

interface Endpoint {
  readonly conditions?: { readonly ready?: boolean }
  readonly targetRef?: { readonly kind?: string; readonly name?: string }
}

function targetsOf(context: Context, service: KubeObject, text: string): Target[] {
  const ports = portsOf(service['spec'])
  const wanted = text === '' ? ports[0] : ports.find(({ name, port }) => name === text || String(port) === text)
  if (wanted === undefined || (text === '' && ports.length > 1))
    throw unavailable(`no service port "${text}" found for service "${service.metadata.name ?? ''}"`)
  const { namespace = '', name } = service.metadata
  return slicesOf(context, namespace)
    .filter(({ metadata }) => metadata.labels?.['kubernetes.io/service-name'] === name)
    .flatMap((slice) => {
      const port = portsOf(slice).find((of) => (of.name ?? '') === (wanted.name ?? ''))?.port
      const endpoints = (slice['endpoints'] ?? []) as Endpoint[]
      return endpoints.flatMap(({ conditions, targetRef }) => {
        const ready = conditions?.ready !== false && targetRef?.kind === 'Pod' && port !== undefined
        const pod = ready ? podNamed(context, { namespace, name: targetRef.name ?? '' }) : undefined
        return pod === undefined || port === undefined ? [] : [{ pod, port }]
      })
    })
}

function slicesOf({ registry, store }: Context, namespace: string): KubeObject[] {
  const slices = registry.find('discovery.k8s.io', 'v1', 'endpointslices')
  return slices === undefined ? [] : store.list(prefixOf(slices, namespace)).items.map(({ value }) => value)
}

function podNamed({ registry, store }: Context, at: { namespace: string; name: string }): KubeObject | undefined {
  const pods = registry.find('', 'v1', 'pods')
  return pods === undefined ? undefined : store.get(keyOf(pods, at))?.value
}

async function forward(context: Context, { body }: Call, { pod, port }: Target): Promise<ApiResponse> {
  const { dial } = context.extensions
  if (dial === undefined) throw unreachableNode(context, pod)
  try {
    const socket = await dial(pod, port)
    return answerOf(await send(socket, body))
  } catch (error) {
    throw unavailable(`error trying to reach service: ${messageOf(error)}`)
  }
}

// What belongs to the connection to the API, above all the token, stays here.
function send(socket: Duplex, { method, path, accept, contentType, userAgent, host, signal, body }: ApiRequest) {
  const bytes = body === undefined || body instanceof Uint8Array ? body : Buffer.from(JSON.stringify(body))
  const headers = {
    host: host ?? 'localhost',
    connection: 'close',
    ...(accept === undefined ? {} : { accept }),
    ...(contentType === undefined ? {} : { 'content-type': contentType }),
    ...(userAgent === undefined ? {} : { 'user-agent': userAgent }),
    ...(bytes === undefined ? {} : { 'content-length': bytes.length }),
  }
  return new Promise<IncomingMessage>((resolve, reject) => {
    const options = { createConnection: () => socket, method, path: pathBehind(path), headers }
    const sent = httpRequest(options, resolve)
    sent.once('error', reject)
    signal?.addEventListener('abort', () => sent.destroy(), { once: true })
    sent.end(bytes)
  })
}

// Everything after the first `/proxy`, with the query, as it was written.
function pathBehind(path: string): string {
  const rest = /^[^?]*?\/(?:pods|services)\/[^/?]+\/proxy(.*)$/.exec(path)?.[1] ?? ''
  return rest.startsWith('/') ? rest : `/${rest}`
}

const HOP_BY_HOP = new Set(['connection', 'keep-alive', 'transfer-encoding', 'upgrade', 'trailer', 'te'])

function answerOf(response: IncomingMessage): ApiResponse {
  const headers = Object.fromEntries(
    Object.entries(response.headers).flatMap(([name, value]) =>
      value === undefined || HOP_BY_HOP.has(name) ? [] : [[name, Array.isArray(value) ? value.join(', ') : value]],
    ),
  )
  return { status: response.statusCode ?? 502, headers, stream: response }
}

function unavailable(message: string): StatusError {
  return failure({ code: 503, reason: 'ServiceUnavailable', message })
}
