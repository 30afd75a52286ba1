import type { Readable, Writable } from 'node:stream'

/** How a container's process ended: an exit code, or the number of the signal that ended it. */
export interface Exit {
  readonly code: number
  readonly signal: number
}

/** A process to start for a container. */
export interface ProcessSpec {
  readonly pod: PodSandbox
  readonly container: string
  /** The program and its arguments, after rewriting to the pod's copy of the image. */
  readonly argv: readonly string[]
  readonly cwd: string
  readonly env: Readonly<Record<string, string>>
  /** Told what the user should know of the running process; becomes an event of the pod. */
  readonly notice?: (notice: Notice) => void
}

/** Something about a running process that its user should know. */
export interface Notice {
  readonly type: 'Normal' | 'Warning'
  readonly reason: string
  readonly message: string
}

/** A running process group. */
export interface ProcessHandle {
  readonly pid: number
  readonly stdout: Readable
  readonly stderr: Readable
  readonly stdin: Writable | null
  readonly exited: Promise<Exit>
  /** Sends a signal to the whole group; does nothing once it is gone. */
  kill(signal: 'SIGTERM' | 'SIGKILL' | 'SIGSTOP' | 'SIGCONT' | NodeJS.Signals): void
}

/** What a pod has of its own: a directory and an address. */
export interface PodSandbox {
  readonly uid: string
  readonly namespace: string
  readonly name: string
  /** The pod's address, from 10.244.0.0/16. */
  readonly ip: string
  /** The pod's own folder. */
  readonly directory: string
}

/** How the node reaches a port of a pod from the host. */
export interface HostAddress {
  readonly host: string
  readonly port: number
}

/**
 * Runs pods' processes in some kind of isolation. Two runners give the same statuses, events, logs and exit codes; they differ in what they can enforce, which `enforces` tells.
 */
export interface Runner {
  readonly name: 'process' | 'sandbox' | 'docker' | 'podman'
  /** Gives a pod its address and folder. */
  createSandbox(pod: {
    readonly uid: string
    readonly namespace: string
    readonly name: string
    readonly ip?: string
  }): Promise<PodSandbox>
  start(spec: ProcessSpec): Promise<ProcessHandle>
  /** Where a port of a pod answers on the host; undefined while nothing listens there. */
  addressOf(ip: string, port: number): HostAddress | undefined
  /** Where a port of a pod's localhost answers on the host, looked for anew: what `kubectl port-forward` reaches. */
  locate(ip: string, port: number): Promise<HostAddress | undefined>
  /** Ends what is left of a pod and removes its folder. */
  removeSandbox(sandbox: PodSandbox): Promise<void>
  close(): Promise<void>
}
