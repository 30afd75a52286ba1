import type { HostAddress } from './runner.ts'

/** A listening socket of a pod: the port that the program asked for, and the one on the host's loopback that it really has. */
export interface Listening {
  /** The run of a container, or of a command in it, that listens. */
  readonly run: string
  readonly ip: string
  readonly port: number
  readonly hostPort: number
  readonly pid: number
  /** The program bound 127.0.0.1 in its pod: nothing outside the pod may reach it. */
  readonly local: boolean
  /** Several may listen on the port (`reusePort`). */
  readonly shared?: boolean
  /** Where it is on the host; default 127.0.0.1. */
  readonly host?: string
}

interface Entry {
  readonly listening: Listening
  /** All that accept on it: the workers of a `cluster` share one socket. */
  readonly pids: Set<number>
}

/** Which port of which pod is where on the host. Probes, Services, port-forward and the pods themselves use this one table. */
export class PortTable {
  readonly #byPod = new Map<string, Map<string, Entry>>()
  readonly #isAlive: (pid: number) => boolean

  constructor(isAlive: (pid: number) => boolean = isProcess) {
    this.#isAlive = isAlive
  }

  /** Takes a listening socket; false when the pod's port is another living program's, as EADDRINUSE would say. */
  add(listening: Listening): boolean {
    const ports = this.#byPod.get(listening.ip) ?? new Map<string, Entry>()
    if (listening.shared !== true && this.#isTaken(ports, listening)) return false
    this.#forgetHostPort(listening)
    const known = ports.get(keyOf(listening))
    const shares = known?.listening.hostPort === listening.hostPort
    ports.set(keyOf(listening), { listening, pids: new Set([...(shares ? known.pids : []), listening.pid]) })
    this.#byPod.set(listening.ip, ports)
    return true
  }

  /** A process listens no more. */
  remove(listening: Listening): void {
    const ports = this.#byPod.get(listening.ip)
    const entry = ports?.get(keyOf(listening))
    if (entry === undefined || entry.listening.hostPort !== listening.hostPort) return
    entry.pids.delete(listening.pid)
    if (entry.pids.size === 0) ports?.delete(keyOf(listening))
  }

  /** Forgets what a run listened on. */
  removeRun(run: string): void {
    for (const ports of this.#byPod.values()) {
      for (const [key, { listening }] of ports) if (listening.run === run) ports.delete(key)
    }
  }

  removePod(ip: string): void {
    this.#byPod.delete(ip)
  }

  /** Where a port answers. `from` is the pod that asks: its own loopback ports are reachable for it only. */
  find(ip: string, port: number, from?: string): HostAddress | undefined {
    const ports = this.#byPod.get(ip)
    const found = ports?.get(`${port} false`) ?? (from === ip ? ports?.get(`${port} true`) : undefined)
    return found === undefined
      ? undefined
      : { host: found.listening.host ?? '127.0.0.1', port: found.listening.hostPort }
  }

  /** Everything that is known to listen on a port of the host. */
  onHost(hostPort: number): Listening | undefined {
    for (const ports of this.#byPod.values()) {
      for (const { listening } of ports.values()) if (listening.hostPort === hostPort) return listening
    }
    return undefined
  }

  #isTaken(ports: ReadonlyMap<string, Entry>, { port, hostPort, pid }: Listening): boolean {
    return [true, false].some((local) => {
      const entry = ports.get(`${port} ${local}`)
      if (entry === undefined || entry.listening.hostPort === hostPort || entry.listening.shared === true) return false
      return [...entry.pids].some((other) => other !== pid && this.#isAlive(other))
    })
  }

  // The host gave the port anew: whoever had it listens there no more, whether it said so or not.
  #forgetHostPort({ ip, hostPort }: Listening): void {
    for (const [pod, ports] of this.#byPod) {
      if (pod === ip) continue
      for (const [key, { listening }] of ports) if (listening.hostPort === hostPort) ports.delete(key)
    }
  }
}

function keyOf({ port, local }: Pick<Listening, 'port' | 'local'>): string {
  return `${port} ${local}`
}

function isProcess(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}
