import { once } from 'node:events'
import { isMainThread, Worker } from 'node:worker_threads'
import type { HelmIo } from './io.ts'

/** Enough for the thousand includes inside of each other that Helm allows, several times over. */
const STACK_MEGABYTES = 256

/** Whether templates called each other deeper than the stack of this thread goes. */
export function isStackOverflow(error: unknown): boolean {
  for (let at = error; at instanceof Error; at = at.cause) if (at instanceof RangeError) return true
  return false
}

/** Runs the command again in a thread with a larger stack; undefined where this is that thread. `written` is what stderr got already. */
export async function runDeep(args: readonly string[], io: HelmIo, written: string): Promise<number | undefined> {
  const script = process.argv[1]
  if (!isMainThread || script === undefined || !/\.mjs$|\/slipway$/.test(script)) return undefined
  const worker = new Worker(script, {
    argv: ['helm', ...args],
    resourceLimits: { stackSizeMb: STACK_MEGABYTES },
    stdout: true,
    stderr: true,
  })
  let stderr = ''
  worker.stdout.on('data', (chunk: Buffer) => io.stdout.write(chunk))
  worker.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  const [code] = (await once(worker, 'exit')) as [number]
  io.stderr.write(stderr.startsWith(written) ? stderr.slice(written.length) : stderr)
  return code
}
