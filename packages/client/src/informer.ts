import { keyOf, systemClock, type Clock, type KubeObject } from '@slipway/objects'
import type { Client, Selection } from './client.ts'
import { hasReason, ApiError, ClientError } from './errors.ts'
import type { KindRef } from './resources.ts'

/** A change that an informer saw. `previous` is what its cache held; a change that happened between watches shows as one. */
export interface Change<T extends KubeObject = KubeObject> {
  readonly type: 'added' | 'modified' | 'deleted'
  readonly object: T
  readonly previous: T | undefined
}

/** What an informer watches. */
export interface InformerOptions extends Selection {
  readonly clock?: Clock
  /** Told of every failed list or watch; the informer tries again by itself. */
  readonly onError?: (error: unknown) => void
}

const FIRST_RETRY = 100
const LAST_RETRY = 10_000
const SHORTEST_WATCH = 1_000

/**
 * Keeps a copy of all objects of a kind by list and watch, and tells its listeners of every change. It never ends by itself: a broken watch is resumed
 * from the last resource version, an expired one starts over with a list, whose differences reach the listeners as changes.
 */
export class Informer<T extends KubeObject = KubeObject> {
  readonly kind: KindRef
  readonly #client: Client
  readonly #options: InformerOptions
  readonly #clock: Clock
  readonly #cache = new Map<string, T>()
  readonly #listeners = new Set<(change: Change<T>) => void>()
  readonly #stop = new AbortController()
  #resourceVersion = ''
  #running: Promise<void> | undefined
  #synced = false
  #onSynced: (() => void)[] = []

  constructor(client: Client, kind: KindRef, options: InformerOptions = {}) {
    this.#client = client
    this.kind = kind
    this.#options = options
    this.#clock = options.clock ?? systemClock
  }

  /** True once the first list is in the cache. */
  get synced(): boolean {
    return this.#synced
  }

  /** The resource version that the cache has reached. */
  get resourceVersion(): string {
    return this.#resourceVersion
  }

  get(key: string): T | undefined {
    return this.#cache.get(key)
  }

  /** Everything in the cache, or in one namespace of it. */
  list(namespace?: string): T[] {
    const all = [...this.#cache.values()]
    return namespace === undefined ? all : all.filter((object) => object.metadata.namespace === namespace)
  }

  /** Calls back on every change from now on; what is cached already comes first, as `added`. Returns how to stop. */
  listen(listener: (change: Change<T>) => void): () => void {
    for (const object of this.#cache.values()) listener({ type: 'added', object, previous: undefined })
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Starts it if it does not run yet, and waits for the first list. */
  async start(): Promise<void> {
    this.#running ??= this.#run()
    if (this.#synced) return
    await new Promise<void>((resolve) => this.#onSynced.push(resolve))
  }

  /** Ends the watch; the cache stays. */
  async stop(): Promise<void> {
    this.#stop.abort()
    for (const resolve of this.#onSynced) resolve()
    await this.#running
  }

  async #run(): Promise<void> {
    let retry = FIRST_RETRY
    while (!this.#stop.signal.aborted) {
      try {
        if (this.#resourceVersion === '') await this.#listAll()
        await this.#watch()
        retry = FIRST_RETRY
      } catch (error) {
        if (this.#stop.signal.aborted) return
        if (hasReason(error, 'Gone', 'Expired')) {
          this.#resourceVersion = ''
          continue
        }
        this.#options.onError?.(error)
        await this.#pause(retry)
        retry = Math.min(retry * 2, LAST_RETRY)
      }
    }
  }

  async #listAll(): Promise<void> {
    const { namespace, labelSelector, fieldSelector } = this.#options
    const list = await this.#client.list<T>(this.kind, definedOnly({ namespace, labelSelector, fieldSelector }))
    const present = new Set(list.items.map(keyOf))
    for (const [key, object] of this.#cache) if (!present.has(key)) this.#remove(key, object)
    for (const object of list.items) this.#set(object)
    this.#resourceVersion = list.resourceVersion
    this.#synced = true
    for (const resolve of this.#onSynced.splice(0)) resolve()
  }

  async #watch(): Promise<void> {
    const { namespace, labelSelector, fieldSelector } = this.#options
    const selection = definedOnly({ namespace, labelSelector, fieldSelector })
    const started = this.#clock.monotonic()
    let seen = 0
    const events = await this.#client.watch<T>(this.kind, {
      ...selection,
      resourceVersion: this.#resourceVersion,
      signal: this.#stop.signal,
    })
    for await (const event of events) {
      seen++
      if (event.type === 'ERROR') throw new ApiError(event.object as unknown as ApiError['status'])
      if (event.type === 'DELETED') this.#remove(keyOf(event.object), event.object)
      else if (event.type !== 'BOOKMARK') this.#set(event.object)
      this.#resourceVersion = event.object.metadata.resourceVersion ?? this.#resourceVersion
    }
    // Whoever ends every watch at once would be asked without a pause.
    if (seen === 0 && this.#clock.monotonic() - started < SHORTEST_WATCH && !this.#stop.signal.aborted)
      throw new ClientError('API_BAD_ANSWER', 'the API ended a watch at once, without an event', { fault: 'system' })
  }

  #set(object: T): void {
    const key = keyOf(object)
    const previous = this.#cache.get(key)
    if (previous?.metadata.resourceVersion === object.metadata.resourceVersion && previous !== undefined) return
    // Deleted and made anew while nobody watched: it is another object of the same name.
    if (previous !== undefined && previous.metadata.uid !== object.metadata.uid) {
      this.#remove(key, previous)
      this.#set(object)
      return
    }
    this.#cache.set(key, object)
    this.#tell({ type: previous === undefined ? 'added' : 'modified', object, previous })
  }

  #remove(key: string, object: T): void {
    const previous = this.#cache.get(key)
    if (!this.#cache.delete(key)) return
    this.#tell({ type: 'deleted', object, previous })
  }

  #tell(change: Change<T>): void {
    for (const listener of this.#listeners) listener(change)
  }

  #pause(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const { signal } = this.#stop
      const end = () => {
        cancel()
        signal.removeEventListener('abort', end)
        resolve()
      }
      const cancel = this.#clock.after(milliseconds, end)
      signal.addEventListener('abort', end, { once: true })
    })
  }
}

function definedOnly(selection: { [K in keyof Selection]: Selection[K] | undefined }): Selection {
  return Object.fromEntries(Object.entries(selection).filter(([, value]) => value !== undefined))
}
