import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'

/** What a load process saw. */
export interface LoadResult {
  readonly sent: number
  readonly failures: readonly string[]
}

/** Asks a URL again and again from another process, 50 times a second unless said otherwise, until it is stopped. */
export function startLoad(url: string, perSecond = 50): { stop(): Promise<LoadResult> } {
  const script = fileURLToPath(new URL('./load-process.mjs', import.meta.url))
  const child = spawn(process.execPath, [script, url, String(perSecond)], { stdio: ['pipe', 'pipe', 'inherit'] })
  const printed = text(child.stdout)
  const ended = once(child, 'exit')
  return {
    stop: async () => {
      child.stdin.end()
      await ended
      return JSON.parse(await printed) as LoadResult
    },
  }
}
