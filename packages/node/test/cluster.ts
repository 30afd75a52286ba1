import { startApiServer } from '@slipway/apiserver'
import { createClient, type Client } from '@slipway/client'
import { startControllers } from '@slipway/controllers'
import {
  type ImageSource,
  type LocalImage,
  type NodeAgent,
  type Pod,
  startNode,
  startProcessRunner,
  startReaper,
  type ProcessRunner,
  type ServiceResolver,
} from '@slipway/node'
import { systemClock, type Clock } from '@slipway/objects'
import { openMemoryStore } from '@slipway/store'
import { temporaryDirectory } from '@slipway/testkit'
import { randomBytes } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { onTestFinished } from 'vitest'

/** A cluster with a real node for one test: pods are real processes of programs that the test writes. */
export interface NodeCluster {
  readonly client: Client
  readonly node: NodeAgent
  readonly runner: ProcessRunner
  readonly directory: string
  /** Adds an image whose CMD is `node main.js` with this text. */
  addImage(name: string, main: string, more?: Partial<LocalImage>): Promise<void>
  pod(name: string): Promise<Pod>
  /** The reasons and messages of a pod's events. */
  events(name: string): Promise<string[]>
  createPod(name: string, container: object, spec?: object): Promise<Pod>
  /** What a container has printed so far. */
  log(name: string, query?: Record<string, string>): Promise<string>
  /** Asks a pod's port over HTTP. */
  get(ip: string, port: number, path?: string): Promise<string>
}

/** A server that answers its variables, and is ready when a file says so. */
export const SERVER = `
const http = require('node:http')
let ready = true
http.createServer((request, response) => {
  if (request.url === '/readyz') { response.statusCode = ready ? 200 : 503; response.end(); return }
  if (request.url === '/toggle') ready = !ready
  if (request.url === '/exit') process.exit(3)
  response.end(JSON.stringify({ pid: process.pid, env: process.env, cwd: process.cwd() }))
}).listen(8080)
process.on('SIGTERM', () => { console.log('stopping'); process.exit(0) })
console.log('started')
`

/** What a test may change. */
export interface NodeClusterOptions {
  readonly clock?: Clock
  /** The proxy, where pods are to reach Services. */
  readonly services?: () => ServiceResolver | undefined
  readonly serviceEnv?: (namespace: string) => Readonly<Record<string, string>>
  /** The name of the folder of pods; default `pods`. */
  readonly pods?: string
  /** Files to write into the cluster's folder before the node starts, by path. */
  readonly files?: Readonly<Record<string, string>>
}

export async function nodeCluster(options: NodeClusterOptions = {}): Promise<NodeCluster> {
  const clock = options.clock ?? systemClock
  const directory = await temporaryDirectory()
  for (const [path, text] of Object.entries(options.files ?? {})) {
    await mkdir(dirname(join(directory, path)), { recursive: true })
    await writeFile(join(directory, path), text)
  }
  const api = await startApiServer({ store: openMemoryStore() })
  const client = createClient(api.handle, { userAgent: 'test' })
  const manager = await startControllers({ client, ca: 'PEM', clock })
  const images = new Map<string, LocalImage>()
  const source: ImageSource = { find: async (reference) => images.get(reference) }
  const reaper = startReaper()
  const runner = await startProcessRunner({
    directory: join(directory, options.pods ?? 'pods'),
    socket: join(directory, 'gateway'),
    services: options.services ?? (() => undefined),
    reaper,
    marker: 'test',
  })
  const newId = (): string => randomBytes(32).toString('hex')
  const serviceEnv = options.serviceEnv ?? (() => ({}))
  const node = await startNode({ client, clock, runner, images: source, newId, serviceEnv })
  onTestFinished(async () => {
    await node.stop(100)
    await manager.stop()
    await runner.close()
    reaper.close()
    await api.stop()
  })
  const pod = (name: string): Promise<Pod> =>
    client.get<Pod>({ apiVersion: 'v1', kind: 'Pod', namespace: 'default', name })
  return {
    client,
    node,
    runner,
    directory,
    pod,
    log: async (name, query = {}) => {
      let text = ''
      for await (const chunk of node.logs(await pod(name), new URLSearchParams(query), undefined))
        text += Buffer.from(chunk).toString()
      return text
    },
    addImage: async (name, main, more) => {
      const rootfs = join(directory, 'images', name.replaceAll(/[/:]/g, '_'))
      await mkdir(join(rootfs, 'app'), { recursive: true })
      await writeFile(join(rootfs, 'app/main.js'), main)
      images.set(name, {
        id: `${name}@sha256:0`,
        rootfs,
        entrypoint: ['node'],
        cmd: ['main.js'],
        env: ['FROM_IMAGE=yes'],
        workingDir: '/app',
        ...more,
      })
    },
    events: async (name) => {
      const { items } = await client.list(
        { apiVersion: 'v1', kind: 'Event' },
        { namespace: 'default', fieldSelector: `involvedObject.name=${name}` },
      )
      return items.map((event) => `${String(event['reason'])}: ${String(event['message'])}`)
    },
    createPod: (name, container, spec = {}) =>
      client.create<Pod>({
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name, namespace: 'default' },
        spec: { containers: [{ name: 'main', image: 'web:1', ...container }], ...spec },
      }),
    get: async (ip, port, path = '/') => {
      const address = runner.addressOf(ip, port)
      if (address === undefined) throw new Error(`nothing listens on ${ip}:${port}`)
      return (await fetch(`http://${address.host}:${address.port}${path}`)).text()
    },
  }
}

/** Whether a process is alive. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

/** Throws unless a pod's condition has this status. */
export function expectCondition(pod: Pod, type: string, status: string): void {
  const found = pod.status.conditions?.find((condition) => condition.type === type)
  if (found?.status !== status) throw new Error(`${type} is ${JSON.stringify(found)} in ${JSON.stringify(pod.status)}`)
}
