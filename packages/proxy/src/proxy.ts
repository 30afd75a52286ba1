import { type Client, eventRecorder, Informer, type Recorder } from '@slipway/client'
import { messageOf } from '@slipway/diag'
import { keyOf, type Clock, type KubeObject } from '@slipway/objects'
import { Balancer } from './balance.ts'
import { serviceVariables } from './environment.ts'
import { HostPorts } from './host-ports.ts'
import { type ForwardingListener, type HostAddress, listenAndForward } from './listener.ts'
import { ZONE } from './names.ts'
import {
  type Endpoint,
  type EndpointSlice,
  type Service,
  SERVICE_LABEL,
  type ServicePort,
  usableEndpoints,
} from './service.ts'
import { movedNodePort, unsupported } from './unsupported.ts'
import { lookUp, type NameAnswer, namesOf, type ServiceRecord, serviceRecords, type ZoneView } from './zone.ts'

/** What the proxy needs. */
export interface ProxyOptions {
  readonly client: Client
  readonly clock: Clock
  /** Where a pod's port answers on the host. */
  readonly addressOf: (ip: string, port: number) => HostAddress | undefined
  /** The port that a Service's port had the last time, so that its URL stays. Keys look like `staging/web:80`. */
  readonly remembered?: ReadonlyMap<string, number>
  /** Told of a Service that cannot be given a URL, or not the one of the last time. */
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

/** A pod that asks for names. */
export interface PodIdentity {
  readonly namespace: string
  readonly name: string
  readonly ip: string
}

/** A running proxy: kube-proxy's and the cluster DNS's job. */
export interface Proxy {
  /** The URLs of all Services, by namespace and name. */
  urls(): readonly ServiceUrl[]
  /** What a name stands for in a pod: by its search list, its own host name, and the zone `cluster.local`. */
  lookUp(name: string, from: PodIdentity): NameAnswer
  /** The SRV records of a full name. */
  records(name: string): readonly ServiceRecord[]
  /** The names of a Service's or endpoint's address. */
  names(ip: string): readonly string[]
  /** The endpoint that the next connection of a client to a Service's address goes to; undefined where the connection is refused. */
  endpoint(ip: string, port: number, client: string): Endpoint | undefined
  serviceEnv(namespace: string): Readonly<Record<string, string>>
  stop(): Promise<void>
}

interface PortOfService {
  /** `staging/web:80`. */
  readonly key: string
  readonly port: number
  readonly name: string
  readonly nodePort: number | undefined
}

const FIRST_PORT = 20_000
const PORTS = 10_000
// Whoever uses a Service's URL.
const HOST = '127.0.0.1'
const POD_NETWORK = '10.244.'
// Pods of every namespace are told of it: kubelet_pods.go, getServiceEnvVarMap.
const API_SERVICE = 'kubernetes'

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
  readonly #balancer: Balancer
  readonly #record: Recorder
  readonly #hostPorts: HostPorts
  readonly #nodePorts = new Map<string, number | undefined>()
  readonly #said = new Map<string, string>()
  readonly #view: ZoneView
  #lookUps = 0

  constructor(options: ProxyOptions) {
    const { client, clock } = options
    this.#options = options
    this.#balancer = new Balancer(clock)
    this.#record = eventRecorder(client, { component: 'kube-proxy', clock })
    this.#hostPorts = new HostPorts({ addressOf: options.addressOf, record: this.#record })
    this.#services = new Informer<Service>(client, { apiVersion: 'v1', kind: 'Service' }, { clock })
    this.#slices = new Informer<EndpointSlice>(
      client,
      { apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice' },
      { clock },
    )
    this.#pods = new Informer(client, { apiVersion: 'v1', kind: 'Pod' }, { clock })
    this.#namespaces = new Informer(client, { apiVersion: 'v1', kind: 'Namespace' }, { clock })
    this.#view = {
      service: (namespace, name) => this.#services.get(`${namespace}/${name}`),
      services: () => this.#services.list(),
      slices: (service) => this.#slicesOf(service),
      hasNamespace: (name) => this.#namespaces.get(name) !== undefined,
    }
  }

  async start(): Promise<void> {
    this.#pods.listen((change) => {
      if (change.type === 'deleted') this.#hostPorts.forget(change.object)
      else this.#hostPorts.see(change.object)
    })
    await Promise.all([this.#slices.start(), this.#pods.start(), this.#namespaces.start()])
    this.#services.listen((change) => {
      if (change.type === 'deleted') this.#forget(change.object)
      else this.#see(change.object)
    })
    await this.#services.start()
    await Promise.all(this.#listeners.values())
  }

  urls(): readonly ServiceUrl[] {
    return [...this.#open.values()].sort((a, b) => (keyOfUrl(a) < keyOfUrl(b) ? -1 : 1))
  }

  lookUp(name: string, from: PodIdentity): NameAnswer {
    const pod = this.#pods.get(`${from.namespace}/${from.name}`)
    return pod !== undefined && hostNames(pod).includes(name.toLowerCase())
      ? { kind: 'addresses', addresses: [from.ip] }
      : this.#rotated(lookUp(name, from.namespace, this.#view))
  }

  // As CoreDNS' loadbalance plug-in does, so that clients that take the first address reach all.
  #rotated(answer: NameAnswer): NameAnswer {
    if (answer.kind !== 'addresses' || answer.addresses.length < 2) return answer
    const start = this.#lookUps++ % answer.addresses.length
    return { ...answer, addresses: [...answer.addresses.slice(start), ...answer.addresses.slice(0, start)] }
  }

  records(name: string): readonly ServiceRecord[] {
    return serviceRecords(name.toLowerCase(), this.#view)
  }

  names(ip: string): readonly string[] {
    return namesOf(ip, this.#view)
  }

  endpoint(ip: string, port: number, client: string): Endpoint | undefined {
    const service = this.#services.list().find((each) => each.spec.clusterIP === ip)
    const found = service?.spec.ports?.find((each) => each.port === port && isTcp(each))
    return service === undefined || found === undefined ? undefined : this.#next(service, found.name ?? '', client)
  }

  serviceEnv(namespace: string): Readonly<Record<string, string>> {
    const api = this.#services.get(`default/${API_SERVICE}`)
    return serviceVariables([...(api === undefined ? [] : [api]), ...this.#services.list(namespace)])
  }

  async stop(): Promise<void> {
    await Promise.all([this.#services.stop(), this.#slices.stop(), this.#pods.stop(), this.#namespaces.stop()])
    await this.#hostPorts.stop()
    const listeners = await Promise.all(this.#listeners.values())
    await Promise.all(listeners.map(async (listener) => listener?.close()))
  }

  #see(service: Service): void {
    this.#warn(service)
    const ports = (service.spec.ports ?? []).filter(isTcp)
    this.#close(
      service,
      ports.map((port) => port.port),
    )
    if (service.spec.type === 'ExternalName') return
    for (const { port, name = '', nodePort } of ports) {
      const key = `${keyOf(service)}:${port}`
      if (this.#nodePorts.get(key) !== nodePort) this.#drop(key)
      this.#nodePorts.set(key, nodePort)
      if (!this.#listeners.has(key)) this.#listeners.set(key, this.#listen(service, { key, port, name, nodePort }))
    }
  }

  #warn(service: Service): void {
    const uid = service.metadata.uid ?? ''
    const happening = unsupported(service)
    if (happening !== undefined && this.#said.get(uid) !== happening.message) this.#record(service, happening)
    this.#said.set(uid, happening?.message ?? '')
  }

  async #listen(service: Service, at: PortOfService): Promise<ForwardingListener | undefined> {
    try {
      const listener = await this.#forwarder(keyOf(service), at)
      // Its Service went meanwhile, and closes it.
      if (!this.#listeners.has(at.key)) return listener
      const { namespace = '', name = '' } = service.metadata
      const url = `http://127.0.0.1:${listener.port}`
      this.#open.set(at.key, { namespace, name, port: at.port, portName: at.name, url, hostPort: listener.port })
      if (at.nodePort !== undefined && at.nodePort !== listener.port)
        this.#record(service, movedNodePort(at.nodePort, url))
      return listener
    } catch (error) {
      this.#options.onError?.(`Service ${keyOf(service)} port ${at.port}: ${messageOf(error)}`)
      this.#listeners.delete(at.key)
      return undefined
    }
  }

  // A node port where it can be had: 127.0.0.1 is an address of the node.
  async #forwarder(service: string, at: PortOfService): Promise<ForwardingListener> {
    const choose = (): HostAddress | undefined => this.#target(service, at.name)
    const remembered = this.#options.remembered?.get(at.key)
    const listenNear = async (): Promise<ForwardingListener> => {
      const listener = await listenAndForward(remembered ?? FIRST_PORT + (hash(at.key) % PORTS), choose)
      if (remembered !== undefined && listener.port !== remembered) this.#sayMoved(service, at, listener.port)
      return listener
    }
    if (at.nodePort === undefined) return listenNear()
    return listenAndForward(at.nodePort, choose, 1).catch(listenNear)
  }

  // Somebody may have written the URL down.
  #sayMoved(service: string, { key, port }: PortOfService, hostPort: number): void {
    const taken = this.#options.remembered?.get(key)
    const message = `Service ${service} port ${port} is at http://127.0.0.1:${hostPort} now: another program has its port of the last time, ${taken}`
    this.#options.onError?.(message)
  }

  #target(key: string, portName: string): HostAddress | undefined {
    const service = this.#services.get(key)
    const endpoint = service === undefined ? undefined : this.#next(service, portName, HOST)
    if (endpoint === undefined) return undefined
    const inside = this.#options.addressOf(endpoint.ip, endpoint.port)
    // Somebody wrote an EndpointSlice for a place outside the cluster.
    return inside ?? (endpoint.ip.startsWith(POD_NETWORK) ? undefined : { host: endpoint.ip, port: endpoint.port })
  }

  #next(service: Service, portName: string, client: string): Endpoint | undefined {
    const endpoints = usableEndpoints(this.#slicesOf(service), portName)
    return this.#balancer.choose(endpoints, service, { key: `${keyOf(service)} ${portName}`, client })
  }

  #slicesOf(service: KubeObject): EndpointSlice[] {
    return this.#slices
      .list(service.metadata.namespace)
      .filter((slice) => slice.metadata.labels?.[SERVICE_LABEL] === service.metadata.name)
  }

  #forget(service: Service): void {
    this.#said.delete(service.metadata.uid ?? '')
    this.#close(service, [])
  }

  #close(service: Service, kept: readonly number[]): void {
    for (const key of this.#listeners.keys()) {
      const port = Number(key.slice(key.lastIndexOf(':') + 1))
      if (key.startsWith(`${keyOf(service)}:`) && !kept.includes(port)) this.#drop(key)
    }
  }

  #drop(key: string): void {
    const listener = this.#listeners.get(key)
    this.#listeners.delete(key)
    this.#open.delete(key)
    this.#nodePorts.delete(key)
    listener?.then((each) => each?.close()).catch(() => undefined)
  }
}

function isTcp({ protocol = 'TCP' }: ServicePort): boolean {
  return protocol === 'TCP'
}

// What the kubelet writes into a pod's /etc/hosts, whether the pod is ready or not.
function hostNames(pod: KubeObject): readonly string[] {
  const { hostname, subdomain } = (pod['spec'] ?? {}) as { hostname?: string; subdomain?: string }
  const own = hostname ?? pod.metadata.name ?? ''
  return subdomain === undefined ? [own] : [own, `${own}.${subdomain}.${pod.metadata.namespace ?? ''}.svc.${ZONE}`]
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
