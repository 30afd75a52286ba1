import { setImmediate } from 'node:timers/promises'

const SLICE_MS = 4

/**
 * Lets other work run every few milliseconds. Thousands of small files are copied ten times faster by synchronous calls than through the thread pool, but
 * this process also probes pods and answers watches: none of that may wait for a build.
 */
export class Pace {
  #since = performance.now()

  /** To be awaited after each piece of synchronous work; most times it returns at once. */
  async turn(): Promise<void> {
    if (performance.now() - this.#since < SLICE_MS) return
    await setImmediate()
    this.#since = performance.now()
  }
}
