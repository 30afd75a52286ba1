import { systemClock, type Cancel, type Clock, type KubeObject } from '@slipway/objects'
import type { Change, Informer } from './informer.ts'

/** What a reconcile run says about the next one: nothing, or when to look again. */
export interface ReconcileResult {
  /** Milliseconds until the key is reconciled again without a change. */
  readonly requeueAfter?: number
}

/** Brings the world for one key closer to what is wanted. Level-triggered: it gets a key, never a change, and may be called at any time. */
export type Reconcile = (key: string) => Promise<ReconcileResult | undefined>

/** Which keys a change makes dirty. */
export type KeysOf<T extends KubeObject = KubeObject> = (change: Change<T>) => readonly string[]

/** A source of keys: an informer and how its changes map to keys. */
export interface Source {
  readonly subscribe: (add: (key: string) => void) => () => void
  readonly ready: () => Promise<void>
}

/** How a controller runs. */
export interface ControllerOptions {
  readonly name: string
  readonly reconcile: Reconcile
  readonly sources: readonly Source[]
  readonly clock?: Clock
  /** Keys reconciled at the same time; one key never runs twice at once. Default 4. */
  readonly workers?: number
  /** Told of every failed run; the key is tried again with growing delays, 5 ms to 16 min 40 s as client-go's rate limiter has them. */
  readonly onError?: (failure: { controller: string; key: string; error: unknown }) => void
}

/** A running controller. */
export interface Controller {
  readonly name: string
  /** Asks for a run of a key, as a change would. */
  enqueue(key: string): void
  /** True while nothing is queued, running or due at once. */
  readonly idle: boolean
  stop(): Promise<void>
}

/** A source made of an informer. */
export function informerSource<T extends KubeObject>(informer: Informer<T>, keysOf: KeysOf<T>): Source {
  return {
    ready: () => informer.start(),
    subscribe: (add) =>
      informer.listen((change) => {
        for (const key of keysOf(change)) add(key)
      }),
  }
}

/** Starts a controller once its sources have their first lists. */
export async function startController(options: ControllerOptions): Promise<Controller> {
  await Promise.all(options.sources.map((source) => source.ready()))
  const loop = new Loop(options)
  const unsubscribe = options.sources.map((source) => source.subscribe((key) => loop.add(key)))
  return {
    name: options.name,
    enqueue: (key) => loop.add(key),
    get idle() {
      return loop.idle
    },
    stop: () => {
      for (const stop of unsubscribe) stop()
      return loop.stop()
    },
  }
}

const FIRST_DELAY = 5
const LAST_DELAY = 1_000_000

// client-go's work queue in one class: a key that is added while it runs is run once more afterwards, never at the same time.
class Loop {
  readonly #options: ControllerOptions
  readonly #clock: Clock
  readonly #dirty = new Set<string>()
  readonly #running = new Map<string, Promise<void>>()
  readonly #delayed = new Map<string, { at: number; cancel: Cancel }>()
  readonly #failures = new Map<string, number>()
  #stopped = false

  constructor(options: ControllerOptions) {
    this.#options = options
    this.#clock = options.clock ?? systemClock
  }

  get idle(): boolean {
    return this.#dirty.size === 0 && this.#running.size === 0
  }

  add(key: string): void {
    if (this.#stopped) return
    this.#dirty.add(key)
    this.#fill()
  }

  async stop(): Promise<void> {
    this.#stopped = true
    this.#dirty.clear()
    for (const { cancel } of this.#delayed.values()) cancel()
    await Promise.allSettled(this.#running.values())
  }

  #fill(): void {
    for (const key of this.#dirty) {
      if (this.#running.size >= (this.#options.workers ?? 4)) return
      if (this.#running.has(key)) continue
      this.#dirty.delete(key)
      this.#running.set(key, this.#run(key))
    }
  }

  async #run(key: string): Promise<void> {
    try {
      const result = await this.#options.reconcile(key)
      this.#failures.delete(key)
      if (result?.requeueAfter !== undefined) this.#addAfter(key, result.requeueAfter)
    } catch (error) {
      if (!this.#stopped) this.#retry(key, error)
    } finally {
      this.#running.delete(key)
      if (!this.#stopped) this.#fill()
    }
  }

  #retry(key: string, error: unknown): void {
    const failures = this.#failures.get(key) ?? 0
    this.#failures.set(key, failures + 1)
    this.#options.onError?.({ controller: this.#options.name, key, error })
    this.#addAfter(key, Math.min(FIRST_DELAY * 2 ** failures, LAST_DELAY))
  }

  // Of several delays the earliest counts: a later one would only repeat the same level-triggered run.
  #addAfter(key: string, milliseconds: number): void {
    const at = this.#clock.monotonic() + milliseconds
    const waiting = this.#delayed.get(key)
    if (waiting !== undefined && waiting.at <= at) return
    waiting?.cancel()
    const cancel = this.#clock.after(milliseconds, () => {
      this.#delayed.delete(key)
      this.add(key)
    })
    this.#delayed.set(key, { at, cancel })
  }
}
