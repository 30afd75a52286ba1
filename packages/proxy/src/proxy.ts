import { type Client, Informer } from '@slipway/client'
import { messageOf } from '@slipway/diag'
import { keyOf, type Clock, type KubeObject } from '@slipway/objects'
import { serviceVariables } from './environment.ts'
import { type ForwardingListener, type HostAddress, listenAndForward } from './listener.ts'
import { parseServiceName } from './names.ts'
import { type Endpoint, type EndpointSlice, type Service, SERVICE_LABEL, usableEndpoints } from './service.ts'

/** What the proxy needs. */
export interface ProxyOptions {
  readonly client: Client
  readonly clock: Clock
  /** Where a pod's port answers on the host. */
  readonly addressOf: (ip: string, port: number) => HostAddress | undefined
  /** The port that a Service's port had the last time, so that its URL stays. Keys look like `staging/web:80`. */
  readonly remembered?: ReadonlyMap<string, number>
  /** Told of a Service that cannot be given a URL. */
  readonly onError?: (message: string) => void
}

/** A port of a Service with its address on this machine. */
export interface ServiceUrl {
  readonly namespace: string
  readonly name: string
  readonly port: number
  readonly portName: string
  /** `http://127.0.0.1:<port>`. */
  readonly url: string
  readonly hostPort: number
}

/** A running proxy: kube-proxy's and the cluster DNS's job. */
export interface Proxy {
  /** The URLs of all Services, by namespace and name. */
  urls(): readonly ServiceUrl[]
  /** The cluster IP of a Service's DNS name as seen from a pod; of a headless Service that of an endpoint. */
  resolve(name: string, fromIp: string): string | undefined
  /** The endpoint that the next connection to a Service's address goes to. */
  endpoint(ip: string, port: number): Endpoint | undefined
  namespaces(): readonly string[]
  serviceEnv(namespace: string): Readonly<Record<string, string>>
  stop(): Promise<void>
}

const FIRST_PORT = 20_000
const PORTS = 10_000

/** Starts the proxy: every TCP port of every Service gets a loopback port that balances over its ready endpoints. */
export async function startProxy(options: ProxyOptions): Promise<Proxy> {
  const proxy = new LoopbackProxy(options)
  await proxy.start()
  return proxy
}

class LoopbackProxy implements Proxy {
  readonly #options: ProxyOptions
  readonly #services: Informer<Service>
  readonly #slices: Informer<EndpointSlice>
  readonly #pods: Informer
  readonly #namespaces: Informer
  readonly #listeners = new Map<string, Promise<ForwardingListener | undefined>>()
  readonly #open = new Map<string, ServiceUrl>()
  readonly #turns = new Map<string, number>()

  constructor(options: ProxyOptions) {
    const { client, clock } = options
    this.#options = options
    this.#services = new Informer<Service>(client, { apiVersion: 'v1', kind: 'Service' }, { clock })
    this.#slices = new Informer<EndpointSlice>(
      client,
      { apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice' },
      { clock },
    )
    this.#pods = new Informer(client, { apiVersion: 'v1', kind: 'Pod' }, { clock })
    this.#namespaces = new Informer(client, { apiVersion: 'v1', kind: 'Namespace' }, { clock })
  }

  async start(): Promise<void> {
    await Promise.all([this.#slices.start(), this.#pods.start(), this.#namespaces.start()])
    this.#services.listen((change) => {
      if (change.type === 'deleted') this.#close(change.object, [])
      else this.#see(change.object)
    })
    await this.#services.start()
    await Promise.all(this.#listeners.values())
  }

  urls(): readonly ServiceUrl[] {
    return [...this.#open.values()].sort((a, b) => (keyOfUrl(a) < keyOfUrl(b) ? -1 : 1))
  }

  resolve(name: string, fromIp: string): string | undefined {
    const from = this.#pods.list().find((pod) => (pod['status'] as { podIP?: string } | undefined)?.podIP === fromIp)
    const found = parseServiceName(name, from?.metadata.namespace ?? 'default')
    const service = found === undefined ? undefined : this.#services.get(`${found.namespace}/${found.name}`)
    if (service === undefined) return undefined
    if (service.spec.clusterIP !== 'None') return service.spec.clusterIP
    return usableEndpoints(this.#slicesOf(service), service.spec.ports?.[0]?.name ?? '')[0]?.ip
  }

  endpoint(ip: string, port: number): Endpoint | undefined {
    const service = this.#services.list().find((each) => each.spec.clusterIP === ip)
    const found = service?.spec.ports?.find((each) => each.port === port)
    return service === undefined || found === undefined ? undefined : this.#next(service, found.name ?? '')
  }

  namespaces(): readonly string[] {
    return this.#namespaces.list().map((namespace) => namespace.metadata.name ?? '')
  }

  serviceEnv(namespace: string): Readonly<Record<string, string>> {
    return serviceVariables(this.#services.list(namespace))
  }

  async stop(): Promise<void> {
    await Promise.all([this.#services.stop(), this.#slices.stop(), this.#pods.stop(), this.#namespaces.stop()])
    const listeners = await Promise.all(this.#listeners.values())
    await Promise.all(listeners.map(async (listener) => listener?.close()))
  }

  #see(service: Service): void {
    const ports = (service.spec.ports ?? []).filter((port) => (port.protocol ?? 'TCP') === 'TCP')
    this.#close(
      service,
      ports.map((port) => port.port),
    )
    if (service.spec.type === 'ExternalName') return
    for (const { port, name = '' } of ports) {
      const key = `${keyOf(service)}:${port}`
      if (!this.#listeners.has(key)) this.#listeners.set(key, this.#listen(service, { key, port, name }))
    }
  }

  async #listen(
    service: Service,
    at: { readonly key: string; readonly port: number; readonly name: string },
  ): Promise<ForwardingListener | undefined> {
    const wanted = this.#options.remembered?.get(at.key) ?? FIRST_PORT + (hash(at.key) % PORTS)
    try {
      const listener = await listenAndForward(wanted, () => this.#target(keyOf(service), at.name))
      const { namespace = '', name = '' } = service.metadata
      const url = `http://127.0.0.1:${listener.port}`
      this.#open.set(at.key, { namespace, name, port: at.port, portName: at.name, url, hostPort: listener.port })
      return listener
    } catch (error) {
      this.#options.onError?.(`Service ${keyOf(service)} port ${at.port}: ${messageOf(error)}`)
      this.#listeners.delete(at.key)
      return undefined
    }
  }

  #target(key: string, portName: string): HostAddress | undefined {
    const service = this.#services.get(key)
    const endpoint = service === undefined ? undefined : this.#next(service, portName)
    return endpoint === undefined ? undefined : this.#options.addressOf(endpoint.ip, endpoint.port)
  }

  // One after another, so that few connections still reach every endpoint.
  #next(service: Service, portName: string): Endpoint | undefined {
    const endpoints = usableEndpoints(this.#slicesOf(service), portName)
    const key = `${keyOf(service)} ${portName}`
    const turn = (this.#turns.get(key) ?? -1) + 1
    this.#turns.set(key, turn)
    return endpoints[turn % Math.max(endpoints.length, 1)]
  }

  #slicesOf(service: KubeObject): EndpointSlice[] {
    return this.#slices
      .list(service.metadata.namespace)
      .filter((slice) => slice.metadata.labels?.[SERVICE_LABEL] === service.metadata.name)
  }

  #close(service: Service, kept: readonly number[]): void {
    for (const [key, listener] of this.#listeners) {
      const port = Number(key.slice(key.lastIndexOf(':') + 1))
      if (!key.startsWith(`${keyOf(service)}:`) || kept.includes(port)) continue
      this.#listeners.delete(key)
      this.#open.delete(key)
      listener.then((each) => each?.close()).catch(() => undefined)
    }
  }
}

function keyOfUrl(url: ServiceUrl): string {
  return `${url.namespace}/${url.name}:${url.port}`
}

// FNV-1a: the same key asks for the same port on every machine.
function hash(text: string): number {
  let value = 0x811c9dc5
  for (const byte of Buffer.from(text)) value = Math.imul(value ^ byte, 0x01000193) >>> 0
  return value
}
