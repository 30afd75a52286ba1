import { cancelled } from './steps/process.ts'

interface Shared {
  readonly result: Promise<unknown>
  readonly controller: AbortController
  waiting: number
}

const running = new Map<string, Shared>()

/**
 * Runs a piece of work once for all who want it at the same time. A caller whose signal comes stops waiting; the work itself is cancelled when nobody waits
 * any more.
 */
export async function shareBuild<T>(
  key: string,
  signal: AbortSignal | undefined,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const shared = running.get(key) ?? start(key, work)
  shared.waiting++
  const leave = (): void => {
    if (--shared.waiting > 0) return
    running.delete(key)
    shared.controller.abort(signal?.reason)
  }
  if (signal === undefined) return (await shared.result) as T
  return await new Promise<T>((resolve, reject) => {
    const give = (): void => {
      leave()
      // The last one waits until the work has cleaned up after itself.
      const settled = shared.waiting > 0 ? Promise.resolve() : shared.result.then(nothing, nothing)
      void settled.then(() => reject(cancelled(signal)))
    }
    if (signal.aborted) return give()
    signal.addEventListener('abort', give, { once: true })
    const done = (): void => signal.removeEventListener('abort', give)
    shared.result.finally(done).then((value) => resolve(value as T), reject)
  })
}

function nothing(): undefined {
  return undefined
}

function start<T>(key: string, work: (signal: AbortSignal) => Promise<T>): Shared {
  const controller = new AbortController()
  const result = work(controller.signal).finally(() => {
    if (running.get(key)?.controller === controller) running.delete(key)
  })
  const shared: Shared = { result, controller, waiting: 0 }
  running.set(key, shared)
  return shared
}
