import type { HostAddress } from './runner.ts'

/** A listening socket of a pod: the port that the program asked for, and the one on 127.0.0.1 that it really has. */
export interface Listening {
  readonly ip: string
  readonly port: number
  readonly hostPort: number
  readonly pid: number
  /** The program bound 127.0.0.1 in its pod: nothing outside the pod may reach it. */
  readonly local: boolean
}

/** Which port of which pod is where on the host. Probes, Services, port-forward and the pods themselves use this one table. */
export class PortTable {
  readonly #byPod = new Map<string, Map<string, Listening>>()
  readonly #listeners = new Set<() => void>()

  add(listening: Listening): void {
    const ports = this.#byPod.get(listening.ip) ?? new Map<string, Listening>()
    ports.set(`${listening.port} ${listening.local}`, listening)
    this.#byPod.set(listening.ip, ports)
    for (const listener of this.#listeners) listener()
  }

  /** Forgets what a process listened on. */
  removeProcess(pid: number): void {
    for (const ports of this.#byPod.values()) {
      for (const [key, listening] of ports) if (listening.pid === pid) ports.delete(key)
    }
  }

  removePod(ip: string): void {
    this.#byPod.delete(ip)
  }

  /** Where a port answers. `from` is the pod that asks: its own loopback ports are reachable for it only. */
  find(ip: string, port: number, from?: string): HostAddress | undefined {
    const ports = this.#byPod.get(ip)
    const found = ports?.get(`${port} false`) ?? (from === ip ? ports?.get(`${port} true`) : undefined)
    return found === undefined ? undefined : { host: '127.0.0.1', port: found.hostPort }
  }

  /** Calls back after every change; returns how to stop. */
  listen(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }
}
