import { type Client, eventRecorder, Informer } from '@slipway/client'
import type { Clock } from '@slipway/objects'
import { type ImageCopies, imageCopies } from '../container/copies.ts'
import type { Attachment } from '../container/attach.ts'
import type { ContainerRun } from '../container/run.ts'
import { NodeError } from '../errors.ts'
import { PodWorker } from '../pod/worker.ts'
import type { ProcessHandle, Runner } from '../runner/runner.ts'
import type { ImageSource, LocalImage, Pod } from '../types.ts'
import { configReader } from './config.ts'
import { keepLease } from './lease.ts'
import { readLog } from './logs.ts'
import { registerNode } from './node-object.ts'

/** What a node needs. */
export interface NodeOptions {
  readonly client: Client
  readonly clock: Clock
  readonly runner: Runner
  readonly images: ImageSource
  /** The node's name; default `slipway`. */
  readonly name?: string
  /** A new container id: 64 hex digits. */
  readonly newId: () => string
  readonly serviceEnv?: (namespace: string) => Readonly<Record<string, string>>
  /** A folder for spare copies of images, on the file system of the pods; without it every container copies its image when it starts. */
  readonly spares?: string
}

/** A process of a pod, for status tables and metrics. */
export interface PodProcess {
  readonly namespace: string
  readonly pod: string
  readonly container: string
  readonly pid: number
}

/** Names a container; without its name the pod's first one. */
export interface ContainerAddress {
  readonly namespace: string
  readonly pod: string
  readonly container?: string
}

/** A running node. */
export interface NodeAgent {
  readonly name: string
  /** @throws NodeError `NO_SUCH_CONTAINER` */
  logs(pod: Pod, query: URLSearchParams, signal: AbortSignal | undefined): AsyncIterable<Uint8Array>
  /** Starts a command in a running container. @throws NodeError `NO_SUCH_CONTAINER` or `CONTAINER_START` */
  exec(at: ContainerAddress, command: readonly string[]): Promise<ProcessHandle>
  /** Connects to the program of a running container. @throws NodeError `NO_SUCH_CONTAINER` */
  attach(at: ContainerAddress): Attachment
  processes(): readonly PodProcess[]
  /** Gets ready to run an image, before any pod names it. */
  prepare(image: LocalImage): void
  /** Ends every pod's processes within their grace, at most `limit` milliseconds; the objects stay. */
  stop(limit?: number): Promise<void>
}

const HOST_IP = '10.244.0.1'
const OVER = new Set(['Succeeded', 'Failed'])

/** Starts the kubelet's job: registers the node and runs every pod that is bound to it. */
export async function startNode(options: NodeOptions): Promise<NodeAgent> {
  const name = options.name ?? 'slipway'
  const allocatable = await registerNode(options.client, { name, hostIP: HOST_IP, clock: options.clock })
  const kubelet = new Kubelet(options, { name, allocatable })
  await kubelet.start()
  return kubelet
}

class Kubelet implements NodeAgent {
  readonly name: string
  readonly #options: NodeOptions
  readonly #allocatable: Readonly<Record<string, string>>
  readonly #workers = new Map<string, PodWorker>()
  readonly #pods: Informer<Pod>
  readonly #recorder: ReturnType<typeof eventRecorder>
  readonly #copies: ImageCopies
  #stopLease: () => void = () => undefined
  #stopped = false

  constructor(
    options: NodeOptions,
    node: { readonly name: string; readonly allocatable: Readonly<Record<string, string>> },
  ) {
    this.name = node.name
    this.#allocatable = node.allocatable
    this.#options = options
    const { clock, spares } = options
    this.#copies = imageCopies(spares === undefined ? undefined : { directory: spares, clock })
    this.#pods = new Informer<Pod>(options.client, { apiVersion: 'v1', kind: 'Pod' }, { clock: options.clock })
    this.#recorder = eventRecorder(options.client, { component: 'kubelet', clock: options.clock, host: this.name })
  }

  async start(): Promise<void> {
    this.#pods.listen((change) => {
      if (change.type === 'deleted') this.#workers.get(change.object.metadata.uid ?? '')?.forget()
      else this.#see(change.object)
    })
    await this.#pods.start()
    this.#stopLease = await keepLease(this.#options.client, { name: this.name, clock: this.#options.clock })
  }

  #see(pod: Pod): void {
    const uid = pod.metadata.uid ?? ''
    if (pod.spec.nodeName !== this.name || this.#stopped) return
    const known = this.#workers.get(uid)
    if (known !== undefined) {
      known.update(pod)
      return
    }
    // A pod that ended before this node started has nothing left to run; deleting it still needs the node's word.
    if (OVER.has(pod.status?.phase ?? '') && pod.metadata.deletionTimestamp === undefined) return
    const worker = new PodWorker(pod, {
      ...this.#options,
      copies: this.#copies,
      hostIP: HOST_IP,
      allocatable: this.#allocatable,
      config: (namespace) => configReader(this.#options.client, namespace),
      serviceEnv: this.#options.serviceEnv ?? (() => ({})),
      record: (object, happening) => this.#recorder(object, happening),
      onGone: (gone) => this.#workers.delete(gone),
    })
    this.#workers.set(uid, worker)
    worker.start()
  }

  logs(pod: Pod, query: URLSearchParams, signal: AbortSignal | undefined): AsyncIterable<Uint8Array> {
    const worker = this.#workers.get(pod.metadata.uid ?? '')
    if (worker === undefined)
      throw new NodeError('NO_SUCH_CONTAINER', `pod ${pod.metadata.name ?? ''} has no logs on node ${this.name}`)
    return readLog(worker, query, { clock: this.#options.clock, signal })
  }

  async exec(at: ContainerAddress, command: readonly string[]): Promise<ProcessHandle> {
    return this.#running(at).exec(command)
  }

  attach(at: ContainerAddress): Attachment {
    return this.#running(at).attach()
  }

  #running(at: ContainerAddress): ContainerRun {
    const worker = [...this.#workers.values()].find(
      ({ pod }) => pod.metadata.namespace === at.namespace && pod.metadata.name === at.pod,
    )
    const name = at.container ?? worker?.pod.spec.containers[0]?.name ?? ''
    const run = worker?.container(name)?.run
    if (run === undefined) throw new NodeError('NO_SUCH_CONTAINER', `container not found ("${name}")`)
    return run
  }

  processes(): readonly PodProcess[] {
    return [...this.#workers.values()].flatMap(({ pod, containers }) =>
      [...containers].flatMap(([container, { run }]) =>
        run === undefined
          ? []
          : [
              {
                namespace: pod.metadata.namespace ?? '',
                pod: pod.metadata.name ?? '',
                container,
                pid: run.process.pid,
              },
            ],
      ),
    )
  }

  prepare(image: LocalImage): void {
    this.#copies.prepare(image)
  }

  async stop(limit = Number.POSITIVE_INFINITY): Promise<void> {
    this.#stopped = true
    this.#stopLease()
    await this.#pods.stop()
    const grace = (worker: PodWorker): number =>
      Math.min(limit, (worker.pod.spec.terminationGracePeriodSeconds ?? 30) * 1000)
    await Promise.all([...this.#workers.values()].map((worker) => worker.end(grace(worker))))
    await this.#copies.close()
  }
}
