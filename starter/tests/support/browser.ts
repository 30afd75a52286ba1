import { spawn } from 'node:child_process'
import { once } from 'node:events'
import type { Readable, Writable } from 'node:stream'
import { temporary } from './starter.ts'

/** One page of a real browser. */
export interface Page {
  /** The value of an expression of the page, as JSON. */
  evaluate<T>(expression: string): Promise<T>
  /** A PNG of what the window shows. */
  screenshot(): Promise<Buffer>
  close(): Promise<void>
}

interface Reply {
  readonly id?: number
  readonly result?: Record<string, unknown>
  readonly error?: { readonly message: string }
}

/** Opens an address in Chromium without a window, and speaks to it by the DevTools protocol over two pipes. */
export async function openPage(program: string, url: string): Promise<Page> {
  const flags = ['--headless=new', '--no-sandbox', '--disable-gpu', '--hide-scrollbars', '--window-size=960,720']
  const child = spawn(program, [...flags, '--remote-debugging-pipe', `--user-data-dir=${temporary()}`, 'about:blank'], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'],
  })
  const call = protocol(child.stdio[3] as Writable, child.stdio[4] as Readable)
  const { targetId } = await call('Target.createTarget', { url })
  const { sessionId } = await call('Target.attachToTarget', { targetId, flatten: true })
  return {
    evaluate: async <T>(expression: string) => {
      const { result } = await call('Runtime.evaluate', { expression, returnByValue: true }, sessionId)
      return (result as { value: T }).value
    },
    screenshot: async () => {
      const { data } = await call('Page.captureScreenshot', { format: 'png' }, sessionId)
      return Buffer.from(String(data), 'base64')
    },
    close: async () => {
      const exited = once(child, 'exit')
      await call('Browser.close', {}).catch(() => child.kill('SIGKILL'))
      await exited
    },
  }
}

type CallProtocol = (method: string, params: object, sessionId?: unknown) => Promise<Record<string, unknown>>

/** Messages are JSON, ended by a zero byte. */
function protocol(to: Writable, from: Readable): CallProtocol {
  const waiting = new Map<number, (reply: Reply) => void>()
  let rest = ''
  let last = 0
  from.on('data', (part: Buffer) => {
    const messages = (rest + part.toString()).split('\0')
    rest = messages.pop() ?? ''
    for (const message of messages) {
      const reply = JSON.parse(message) as Reply
      if (reply.id !== undefined) waiting.get(reply.id)?.(reply)
    }
  })
  return (method, params, sessionId) =>
    new Promise((resolve, reject) => {
      const id = ++last
      waiting.set(id, ({ result, error }) => {
        waiting.delete(id)
        if (error) reject(new Error(`${method}: ${error.message}`))
        else resolve(result ?? {})
      })
      to.write(`${JSON.stringify({ id, method, params, ...(sessionId === undefined ? {} : { sessionId }) })}\0`)
    })
}
