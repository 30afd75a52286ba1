import { randomBytes } from 'node:crypto'
import { mkdir, mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  type ApiServer,
  listen,
  type Listener,
  publishOwnEndpoints,
  startApiServer,
  StatusError,
} from '@slipway/apiserver'
import { argoDefinitions } from '@slipway/argo'
import { type Client, createClient, hasReason, Informer } from '@slipway/client'
import { startControllers } from '@slipway/controllers'
import {
  type ImageSource,
  metricsApi,
  type NodeAgent,
  NodeError,
  type Pod,
  type Reaper,
  type Runner,
  startNode,
  startProcessRunner,
  startSampler,
  usageByGroup,
} from '@slipway/node'
import type { Clock, KubeObject } from '@slipway/objects'
import { type Proxy, startProxy } from '@slipway/proxy'
import { openFileStore, type Store, type StoreError } from '@slipway/store'
import { emptyFolder, type State } from '@slipway/state'
import { onRememberedPort } from './ports.ts'
import { podStreams } from './streams.ts'

/** What the platform needs. */
export interface PlatformOptions {
  readonly state: State
  readonly clock: Clock
  readonly images: ImageSource
  /** Where built images are kept for all clusters of the user; without, copies of images lie in the cluster's folder. */
  readonly cacheDirectory?: string
  /** Ends the processes of pods when this one is gone. */
  readonly reaper: Reaper
  /** The value of `SLIPWAY_MARKER` in every process of this run. */
  readonly marker: string
  /** Told of everything that failed and will be tried again. */
  readonly onError: (message: string) => void
}

/** A running Kubernetes: API server, controllers, one node, proxy. */
export interface Platform {
  readonly client: Client
  readonly node: NodeAgent
  readonly proxy: Proxy
  /** `https://127.0.0.1:<port>`. */
  readonly server: string
  /** Why the store takes no more writes; undefined while it does. */
  failure(): StoreError | undefined
  /** Ends everything; pods get their grace, at most `limit` milliseconds. */
  stop(limit?: number): Promise<void>
}

// Locally the autoscaler looks as often as metrics come, so that its work can be watched.
const AUTOSCALER_PERIOD = 500
const METRICS_PERIOD = 500
const YOUNG_METRICS_PERIOD = 125
const NODE_NAME = 'slipway'
// The address that the node gives itself: what listens on the machine answers there.
const NODE_IP = '10.244.0.1'

/** Starts the platform in the order in which its parts need each other; `stop` goes the other way. */
export async function startPlatform(options: PlatformOptions): Promise<Platform> {
  const stops: ((limit?: number) => Promise<void>)[] = []
  const stop = async (limit?: number): Promise<void> => {
    for (const each of stops.toReversed()) await each(limit)
  }
  const store = await openFileStore<KubeObject>(join(options.state.directory, 'store'))
  stops.push(() => store.close())
  try {
    return { ...(await start(options, store, stops)), stop, failure: () => store.failure }
  } catch (error) {
    await stop()
    // Whoever wrote first was told so in the words of the API.
    throw store.failure ?? error
  }
}

async function start(
  options: PlatformOptions,
  store: Store<KubeObject>,
  stops: ((limit?: number) => Promise<void>)[],
): Promise<Omit<Platform, 'stop' | 'failure'>> {
  const { state, clock } = options
  const links: Links = {}
  const api = await startApiServer({
    store,
    clock,
    tokenKey: Buffer.from(state.secrets.tokenKey, 'hex'),
    extensions: extensionsOf(links),
    streams: podStreams({ node: () => links.node, locate: async (ip, port) => links.locate?.(ip, port) }),
  })
  stops.push(() => api.stop())
  const listener = await listenWhere(api, options)
  stops.push(() => listener.close())
  // The API answers from here on: whoever waits for it need not wait for the rest.
  await state.writeKubeconfig(listener.url)
  const client = createClient(api.handle, { userAgent: 'slipway' })
  for (const definition of argoDefinitions()) await ensure(client, definition)
  const manager = await startControllers({
    client,
    clock,
    ca: state.secrets.certificates.ca,
    signToken: (account, secret) => api.tokens.issueForSecret(account, secret),
    autoscalerPeriod: AUTOSCALER_PERIOD,
    onError: ({ controller, key, error }) => options.onError(`${controller} ${key}: ${String(error)}`),
  })
  stops.push(() => manager.stop())
  const apiPort = Number(new URL(listener.url).port)
  await publishOwnEndpoints(api.handle, { ip: NODE_IP, port: apiPort })
  const { node, proxy } = await startMachine(options, { client, links, stops, apiPort })
  return { client, node, proxy, server: listener.url }
}

// The parts that the API server asks and that start after it.
interface Links {
  node?: NodeAgent
  metrics?: ReturnType<typeof metricsApi>
  locate?: Runner['locate']
}

function extensionsOf(links: Links): NonNullable<Parameters<typeof startApiServer>[0]['extensions']> {
  return {
    logs: async (pod, query, signal) => {
      if (links.node === undefined) throw unavailable()
      try {
        return links.node.logs(pod as Pod, query, signal)
      } catch (error) {
        throw error instanceof NodeError ? badRequest(error.message) : error
      }
    },
    metrics: (request) => {
      if (links.metrics === undefined) throw unavailable()
      return links.metrics(request)
    },
  }
}

function badRequest(message: string): StatusError {
  return new StatusError({
    apiVersion: 'v1',
    kind: 'Status',
    metadata: {},
    status: 'Failure',
    message,
    reason: 'BadRequest',
    code: 400,
  })
}

function unavailable(): StatusError {
  const message = 'the server is currently unable to handle the request'
  return new StatusError({
    apiVersion: 'v1',
    kind: 'Status',
    metadata: {},
    status: 'Failure',
    message,
    reason: 'ServiceUnavailable',
    code: 503,
  })
}

function listenWhere(api: ApiServer, { state, clock, onError }: PlatformOptions): Promise<Listener> {
  const { certificates, adminToken } = state.secrets
  const authentication = { adminToken, tokens: api.tokens, now: () => clock.now() / 1000 }
  const { handle, upgrade } = api
  const options = { handle, certificates, authentication, ...(upgrade === undefined ? {} : { upgrade }) }
  return onRememberedPort(
    { what: 'the Kubernetes API', port: state.ports.get('api'), onError },
    (port) => listen({ ...options, port }),
    ({ url }) => url,
  )
}

interface Machine {
  readonly client: Client
  readonly links: Links
  readonly apiPort: number
  readonly stops: ((limit?: number) => Promise<void>)[]
}

async function startMachine(
  options: PlatformOptions,
  { client, links, stops, apiPort }: Machine,
): Promise<{ node: NodeAgent; proxy: Proxy }> {
  const { state, clock, images, reaper } = options
  // A Unix socket's path has 108 bytes at most; state folders can be deeper than that.
  const sockets = await mkdtemp(join(tmpdir(), 'slipway-'))
  stops.push(() => rm(sockets, { recursive: true, force: true }))
  let resolver: Proxy | undefined
  const pods = join(state.directory, 'pods')
  const { removed } = await emptyFolder(pods)
  stops.push(() => removed)
  const runner = await startProcessRunner({
    directory: pods,
    socket: join(sockets, 'g'),
    services: () => resolver,
    reaper,
    marker: options.marker,
  })
  stops.push(() => runner.close())
  runner.table.add({ run: NODE_NAME, ip: NODE_IP, port: apiPort, hostPort: apiPort, local: false, pid: process.pid })
  links.locate = (ip, port) => runner.locate(ip, port)
  const proxy = await startProxy({
    client,
    clock,
    remembered: state.ports,
    addressOf: (ip, port) => runner.addressOf(ip, port),
    onError: options.onError,
  })
  resolver = proxy
  stops.push(() => proxy.stop())
  const node = await startNode({
    client,
    clock,
    runner,
    images,
    name: NODE_NAME,
    spares: await sparesOf(pods, options),
    newId: () => randomBytes(32).toString('hex'),
    serviceEnv: (namespace) => proxy.serviceEnv(namespace),
  })
  links.node = node
  stops.push((limit) => node.stop(limit))
  const podLabels = new Informer(client, { apiVersion: 'v1', kind: 'Pod' }, { clock })
  await podLabels.start()
  stops.push(() => podLabels.stop())
  const sampler = startSampler({
    clock,
    period: METRICS_PERIOD,
    youngPeriod: YOUNG_METRICS_PERIOD,
    processes: () => node.processes(),
    usage: usageByGroup,
  })
  stops.push(async () => sampler.stop())
  links.metrics = metricsApi({
    node: NODE_NAME,
    sample: () => sampler.latest(),
    labels: (namespace, name) => labelsOf(podLabels.get(`${namespace}/${name}`)),
  })
  return { node, proxy }
}

// Beside the images, so that the next cluster finds them, unless that is another file system: spares are moved to where pods are.
async function sparesOf(pods: string, { cacheDirectory, state }: PlatformOptions): Promise<string> {
  const own = join(state.directory, 'spares')
  if (cacheDirectory === undefined) return own
  const shared = join(cacheDirectory, 'copies')
  try {
    await mkdir(shared, { recursive: true })
    const [there, here] = await Promise.all([stat(shared), stat(pods)])
    if (there.dev === here.dev) return shared
  } catch {
    // A cache that cannot be written: the images in it may still be read.
  }
  return own
}

function labelsOf(pod: KubeObject | undefined): Readonly<Record<string, string>> | undefined {
  return pod === undefined ? undefined : (pod.metadata.labels ?? {})
}

/** Creates an object unless it is there. */
export async function ensure(client: Client, object: KubeObject): Promise<void> {
  await client.create(object).catch((error: unknown) => {
    if (!hasReason(error, 'AlreadyExists')) throw error
  })
}
