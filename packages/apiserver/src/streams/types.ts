import type { Duplex, Readable, Writable } from 'node:stream'
import type { KubeObject } from '@slipway/objects'

/** A process that a client talks to. */
export interface StreamProcess {
  readonly stdin: Writable | null
  readonly stdout: Readable
  readonly stderr: Readable | null
  /** The exit code; for an attachment 0 when the container's output ends. */
  readonly exited: Promise<number>
  kill(): void
}

/** Which container, and what to connect. */
export interface StreamRequest {
  readonly container: string | undefined
  readonly command: readonly string[]
  readonly stdin: boolean
  readonly stdout: boolean
  readonly stderr: boolean
  readonly tty: boolean
}

/** What a node offers beside logs; handed in by the composition. Every method throws StatusError for what it refuses. */
export interface PodStreams {
  exec(pod: KubeObject, request: StreamRequest): Promise<StreamProcess>
  attach(pod: KubeObject, request: StreamRequest): Promise<StreamProcess>
  /** Connects to a port of a pod. */
  dial(pod: KubeObject, port: number): Promise<Duplex>
}
