import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'

/** What a load process saw. */
export interface LoadResult {
  readonly sent: number
  readonly failures: readonly string[]
  /** Milliseconds that 99 of 100 requests took at most. */
  readonly p99: number
}

/** A load that runs. */
export interface Load {
  /** Ends it, and gives what it saw. */
  stop(): Promise<LoadResult>
  /** Gives what it saw when it has ended by itself. */
  ended(): Promise<LoadResult>
}

/** Asks a URL again and again from another process, 50 times a second unless said otherwise, until it is stopped, or has asked often enough. */
export function startLoad(url: string, perSecond = 50, most = Infinity): Load {
  const script = fileURLToPath(new URL('./load-process.mjs', import.meta.url))
  const args = [script, url, String(perSecond), String(most)]
  const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] })
  const printed = text(child.stdout)
  const exit = once(child, 'exit')
  const ended = async (): Promise<LoadResult> => {
    await exit
    return JSON.parse(await printed) as LoadResult
  }
  return {
    ended,
    stop: () => {
      child.stdin.end()
      return ended()
    },
  }
}
