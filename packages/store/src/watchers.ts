import { StoreError } from './errors.ts'
import type { StoreEvent, Watch } from './types.ts'

/** Delivers committed events to the watches whose prefix they match. */
export class Watchers<V> {
  readonly #watchers = new Set<Watcher<V>>()
  readonly #limit: number

  /** `limit` is how many undelivered events a watch may have before it is ended. */
  constructor(limit: number) {
    this.#limit = limit
  }

  get size(): number {
    return this.#watchers.size
  }

  /** Starts a watch with the events that it missed. */
  add(start: {
    prefix: string
    missed: readonly StoreEvent<V>[]
    revision: number
    signal: AbortSignal | undefined
  }): Watch<V> {
    const watcher = new Watcher<V>(start.prefix, this.#limit, () => this.#watchers.delete(watcher))
    watcher.offer(start.missed, start.revision)
    if (start.signal?.aborted === true) watcher.end()
    else {
      start.signal?.addEventListener('abort', () => watcher.end(), { once: true })
      this.#watchers.add(watcher)
    }
    return watcher
  }

  /** Hands one batch of events in revision order to every watch. */
  publish(events: readonly StoreEvent<V>[], revision: number): void {
    for (const watcher of this.#watchers) {
      const matching = events.filter((event) => event.key.startsWith(watcher.prefix))
      watcher.offer(matching, revision)
    }
  }

  end(): void {
    for (const watcher of this.#watchers) watcher.end()
  }
}

class Watcher<V> implements Watch<V> {
  readonly prefix: string
  readonly #limit: number
  readonly #onEnd: () => void
  #queue: StoreEvent<V>[] = []
  #offered = 0
  #delivered = 0
  // Taken from the queue, and not yet asked about again: the reader may not have looked at it.
  #inHand = false
  #ended = false
  #overflowed = false
  #wake: (() => void) | undefined

  constructor(prefix: string, limit: number, onEnd: () => void) {
    this.prefix = prefix
    this.#limit = limit
    this.#onEnd = onEnd
  }

  get delivered(): number {
    return this.#queue.length === 0 && !this.#inHand ? this.#offered : this.#delivered
  }

  offer(events: readonly StoreEvent<V>[], revision: number): void {
    this.#offered = revision
    if (events.length === 0) return
    if (this.#queue.length + events.length > this.#limit && this.#queue.length > 0) this.#overflow()
    else for (const event of events) this.#queue.push(event)
    this.#wake?.()
  }

  end(): void {
    this.#ended = true
    this.#onEnd()
    this.#wake?.()
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<readonly StoreEvent<V>[]> {
    try {
      for (;;) {
        if (this.#queue.length === 0 && !this.#ended) await this.#arrival()
        const batch = this.#take()
        if (batch.length > 0) {
          yield batch
          this.#handed(batch)
        } else if (this.#ended) return this.#assertComplete()
      }
    } finally {
      this.#inHand = false
      this.end()
    }
  }

  #take(): readonly StoreEvent<V>[] {
    const batch = this.#queue
    this.#queue = []
    this.#inHand = batch.length > 0
    return batch
  }

  #handed(batch: readonly StoreEvent<V>[]): void {
    this.#inHand = false
    this.#delivered = batch.at(-1)?.revision ?? this.#delivered
  }

  #arrival(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = () => {
        this.#wake = undefined
        resolve()
      }
    })
  }

  // What is queued is still delivered: it is complete up to its last event, and the reader then learns that it must list again.
  #overflow(): void {
    this.#overflowed = true
    this.end()
  }

  #assertComplete(): void {
    if (!this.#overflowed) return
    throw new StoreError(
      'STORE_WATCH_OVERFLOW',
      `the watch of ${this.prefix} fell more than ${this.#limit} events behind`,
      { fault: 'system' },
    )
  }
}
