import { Transform, type Readable, type TransformCallback } from 'node:stream'
import type { PortTable } from './port-table.ts'
import type { Notice, PodSandbox, ProcessSpec } from './runner.ts'
import { listeningSockets } from './sockets.ts'

const KEPT = 8 * 1024
const IN_USE = /EADDRINUSE|AddrInUse|address (?:is )?already in use|port \d+ (?:was|is) already in use/i

/** A program's stderr with its end remembered, since that is where a program says why it ends. */
export interface RememberedOutput {
  readonly stream: Readable
  /** What was written last. */
  tail(): string
}

/** Passes output on and remembers its end. */
export function remembered(source: Readable): RememberedOutput {
  let tail = ''
  const stream = new Transform({
    transform(chunk: Buffer, _encoding, done: TransformCallback) {
      tail = (tail + chunk.toString('latin1')).slice(-KEPT)
      done(null, chunk)
    },
  })
  source.on('error', (error) => stream.destroy(error))
  source.pipe(stream)
  return { stream, tail: () => tail }
}

/**
 * Why a program could not have its port, where it says so at its end: who has the port, and what to do. The runner moves the ports of Node and Python programs only, so
 * a second copy of another program finds the first.
 */
export async function portConflict(
  { pod, container }: Pick<ProcessSpec, 'pod' | 'container'>,
  tail: string,
  at: { readonly table: PortTable; readonly podAt: (ip: string) => PodSandbox | undefined },
): Promise<Notice | undefined> {
  const lines = tail.split('\n').filter((line) => IN_USE.test(line))
  if (lines.length === 0) return undefined
  const named = new Set(lines.flatMap((line) => line.match(/\d+/g) ?? []).map(Number))
  const sockets = await listeningSockets()
  // Where there is no /proc to ask, what the program says must do.
  const [said] = sockets.length === 0 && named.size === 1 ? named : []
  const port = sockets.find((socket) => named.has(socket.port))?.port ?? said
  const owner = port === undefined ? undefined : ownerOf(port, pod, at)
  const taken = port === undefined ? 'a port that it asks for is' : `port ${port} is`
  return {
    type: 'Warning',
    reason: 'PortConflict',
    message:
      `container ${container} ended because ${taken} taken on this machine${owner === undefined ? '' : ` by ${owner}`}: the ports of Node and Python programs ` +
      `are moved, those of this program cannot be, so it shares them with all that runs here. Run one copy of it, give each another port, or use a container engine`,
  }
}

function ownerOf(
  port: number,
  own: PodSandbox,
  { table, podAt }: { readonly table: PortTable; readonly podAt: (ip: string) => PodSandbox | undefined },
): string {
  const listening = table.onHost(port)
  const pod = listening === undefined ? undefined : podAt(listening.ip)
  if (listening === undefined || pod === undefined) return 'a program that is no pod'
  return pod.ip === own.ip
    ? 'another program of this pod'
    : `pod ${pod.namespace}/${pod.name} (process ${listening.pid})`
}
