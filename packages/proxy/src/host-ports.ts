import type { Recorder } from '@slipway/client'
import { keyOf, type KubeObject } from '@slipway/objects'
import { type ForwardingListener, type HostAddress, listenAndForward } from './listener.ts'

/** `core/v1.Pod`, as far as its host ports go. */
interface PodWithPorts extends KubeObject {
  readonly spec?: { readonly containers?: readonly WithPorts[]; readonly initContainers?: readonly WithPorts[] }
  readonly status?: { readonly podIP?: string; readonly phase?: string }
}

interface WithPorts {
  readonly ports?: readonly ContainerPort[]
}

interface ContainerPort {
  readonly containerPort: number
  readonly hostPort?: number
  readonly protocol?: string
}

/** What host ports are opened with. */
export interface HostPortOptions {
  readonly addressOf: (ip: string, port: number) => HostAddress | undefined
  readonly record: Recorder
}

interface Opened {
  readonly uid: string | undefined
  readonly listeners: readonly Promise<ForwardingListener | undefined>[]
}

/** The `hostPort`s of pods, on 127.0.0.1 instead of all addresses of the node: the network of a developer is no cluster's. */
export class HostPorts {
  readonly #options: HostPortOptions
  readonly #open = new Map<string, Opened>()

  constructor(options: HostPortOptions) {
    this.#options = options
  }

  /** Opens the ports of a pod that runs, and closes those of one that does not. */
  see(object: KubeObject): void {
    const pod = object as PodWithPorts
    const key = keyOf(pod)
    const opened = this.#open.get(key)
    if (opened !== undefined && opened.uid !== pod.metadata.uid) this.#close(key)
    const { podIP = '', phase } = pod.status ?? {}
    const ports = portsOf(pod)
    if (podIP === '' || phase === 'Succeeded' || phase === 'Failed' || ports.length === 0) return this.#close(key)
    if (this.#open.has(key)) return undefined
    const listeners = ports.map((port) => this.#listen(pod, podIP, port))
    this.#open.set(key, { uid: pod.metadata.uid, listeners })
    return undefined
  }

  /** Closes the ports of a pod that is gone. */
  forget(pod: KubeObject): void {
    this.#close(keyOf(pod))
  }

  /** Closes all. */
  async stop(): Promise<void> {
    const listeners = [...this.#open.values()].flatMap((opened) => opened.listeners)
    this.#open.clear()
    await Promise.all(listeners.map(async (listener) => (await listener)?.close()))
  }

  #listen(pod: PodWithPorts, ip: string, port: Required<ContainerPort>): Promise<ForwardingListener | undefined> {
    const { containerPort, hostPort, protocol } = port
    const failed = (why: string): undefined => {
      const message = `host port ${hostPort}/${protocol} is not opened: ${why}`
      this.#options.record(pod, { type: 'Warning', reason: 'HostPortNotOpened', message })
    }
    if (protocol !== 'TCP') return Promise.resolve(failed('only TCP is carried'))
    return listenAndForward(hostPort, () => this.#options.addressOf(ip, containerPort), 1).catch(() =>
      failed('another program of this machine has it, or it may not be had without privileges'),
    )
  }

  #close(key: string): void {
    const opened = this.#open.get(key)
    this.#open.delete(key)
    for (const listener of opened?.listeners ?? []) listener.then((each) => each?.close()).catch(() => undefined)
  }
}

function portsOf({ spec }: PodWithPorts): readonly Required<ContainerPort>[] {
  return [...(spec?.initContainers ?? []), ...(spec?.containers ?? [])].flatMap(({ ports = [] }) =>
    ports.flatMap(({ containerPort, hostPort = 0, protocol = 'TCP' }) =>
      hostPort === 0 ? [] : [{ containerPort, hostPort, protocol }],
    ),
  )
}
