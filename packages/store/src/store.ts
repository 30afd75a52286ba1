import { StoreError } from './errors.ts'
import { History } from './history.ts'
import type { State } from './state.ts'
import type { Expectation, ListOptions, Page, Put, Store, Stored, StoreEvent, Watch, WatchOptions } from './types.ts'
import { Watchers } from './watchers.ts'

/** Makes events durable, in order, before they become visible. */
export interface Journal<V> {
  append(events: readonly StoreEvent<V>[]): Promise<void>
  /** Called after each commit with what is visible; may start a snapshot. */
  committed(visible: { revision: number; state: State<V> }): Promise<void>
  close(): Promise<void>
}

/** Bounds of a store's memory; each has a default that suits one cluster. */
export interface StoreLimits {
  /** Events kept for watches that resume; default 20,000. */
  readonly history?: number
  /** Undelivered events after which a watch is ended; default 50,000. */
  readonly watchQueue?: number
}

interface Pending<V> {
  readonly event: StoreEvent<V>
  readonly resolve: (stored: Stored<V>) => void
  readonly reject: (error: unknown) => void
}

/**
 * The store over a journal. Writes are checked at once against the newest state, pending ones included, then wait for the journal in groups: while one
 * group is being made durable the next one collects (group commit). Reads and watches see committed writes only.
 */
export class JournaledStore<V> implements Store<V> {
  readonly #journal: Journal<V>
  readonly #state: State<V>
  readonly #history: History<V>
  readonly #watchers: Watchers<V>
  readonly #keep: number
  // The newest pending event of a key, until it is committed: conflicts are judged against it.
  readonly #ahead = new Map<string, StoreEvent<V>>()
  #revision: number
  #next: number
  #queue: Pending<V>[] = []
  #flushing: Promise<void> | undefined
  #failure: StoreError | undefined

  constructor(start: {
    journal: Journal<V>
    state: State<V>
    revision: number
    limits: StoreLimits
    recent?: readonly StoreEvent<V>[]
    compacted?: number
  }) {
    this.#journal = start.journal
    this.#state = start.state
    this.#revision = start.revision
    this.#next = start.revision + 1
    this.#history = new History<V>(start.compacted ?? start.revision)
    for (const event of start.recent ?? []) this.#history.add(event)
    this.#watchers = new Watchers<V>(start.limits.watchQueue ?? 50_000)
    this.#keep = start.limits.history ?? 20_000
  }

  get revision(): number {
    return this.#revision
  }

  get failure(): StoreError | undefined {
    return this.#failure
  }

  get compacted(): number {
    return this.#history.compacted
  }

  get(key: string): Stored<V> | undefined {
    return this.#state.get(key)
  }

  list(prefix: string, options: ListOptions = {}): Page<V> {
    const revision = options.revision ?? this.#revision
    this.#assertNotFuture(revision)
    const page = { after: options.after ?? '', limit: options.limit ?? Number.POSITIVE_INFINITY, revision }
    if (revision === this.#revision) return this.#state.page(prefix, page)
    return this.#history.stateAt(revision, { state: this.#state, prefix }).page(prefix, page)
  }

  count(prefix: string): number {
    let count = 0
    for (const _ of this.#state.range(prefix)) count++
    return count
  }

  put(put: Put<V>): Promise<Stored<V>> {
    return this.#write('put', put)
  }

  delete(put: Put<V>): Promise<Stored<V>> {
    return this.#write('delete', put)
  }

  watch(prefix: string, options: WatchOptions = {}): Watch<V> {
    const after = options.after ?? this.#revision
    this.#assertNotFuture(after)
    const missed = this.#history.after(after, prefix)
    return this.#watchers.add({ prefix, missed, revision: this.#revision, signal: options.signal })
  }

  compact(revision: number): void {
    this.#assertNotFuture(revision)
    this.#history.compact(revision)
  }

  async close(): Promise<void> {
    while (this.#flushing !== undefined) await this.#flushing
    this.#failure ??= new StoreError('STORE_CLOSED', 'the store is closed', { fault: 'system' })
    this.#watchers.end()
    await this.#journal.close()
  }

  async #write(type: StoreEvent<V>['type'], put: Put<V>): Promise<Stored<V>> {
    if (this.#failure !== undefined) throw this.#failure
    const current = this.#newest(put.key)
    assertExpected(put, current?.revision, type)
    const revision = this.#next
    const value = put.build(revision)
    this.#next = revision + 1
    const createRevision = current?.createRevision ?? revision
    const event: StoreEvent<V> = { type, key: put.key, value, revision, createRevision, previous: current?.value }
    this.#ahead.set(put.key, event)
    return new Promise((resolve, reject) => {
      this.#queue.push({ event, resolve, reject })
      this.#flushing ??= this.#flush()
    })
  }

  #newest(key: string): Stored<V> | undefined {
    const ahead = this.#ahead.get(key)
    if (ahead === undefined) return this.#state.get(key)
    return ahead.type === 'delete' ? undefined : ahead
  }

  async #flush(): Promise<void> {
    // One turn of the event loop lets the writes of concurrent requests join the first group.
    await Promise.resolve()
    while (this.#queue.length > 0) {
      const group = this.#queue
      this.#queue = []
      try {
        await this.#journal.append(group.map((pending) => pending.event))
      } catch (error) {
        this.#fail(error, group)
        break
      }
      this.#commit(group)
      await this.#snapshot()
    }
    this.#flushing = undefined
  }

  #commit(group: readonly Pending<V>[]): void {
    for (const { event } of group) {
      this.#state.apply(event)
      this.#history.add(event)
      if (this.#ahead.get(event.key) === event) this.#ahead.delete(event.key)
      this.#revision = event.revision
    }
    if (this.#history.length > this.#keep * 1.25) this.#history.trim(this.#keep)
    this.#watchers.publish(
      group.map((pending) => pending.event),
      this.#revision,
    )
    for (const { event, resolve } of group) resolve(event)
  }

  async #snapshot(): Promise<void> {
    try {
      await this.#journal.committed({ revision: this.#revision, state: this.#state })
    } catch (error) {
      this.#fail(error, [])
    }
  }

  // After a failed write or sync nobody knows what the disk holds, so nothing more is acknowledged: a restart recovers what is there.
  #fail(cause: unknown, group: readonly Pending<V>[]): void {
    const text = cause instanceof Error ? cause.message : String(cause)
    const hint = 'free space on the disk that holds the state folder, then start Slipway again'
    this.#failure = new StoreError('STORE_WRITE_FAILED', `cannot write the log: ${text}`, {
      cause,
      fault: 'system',
      hint,
    })
    for (const { reject } of [...group, ...this.#queue]) reject(this.#failure)
    this.#queue = []
    this.#ahead.clear()
  }

  #assertNotFuture(revision: number): void {
    if (revision <= this.#revision) return
    throw new StoreError(
      'STORE_FUTURE_REVISION',
      `revision ${revision} is in the future, the current one is ${this.#revision}`,
      { fault: 'system' },
    )
  }
}

function assertExpected(
  put: { key: string; expect: Expectation },
  actual: number | undefined,
  type: StoreEvent<unknown>['type'],
): void {
  if (put.expect === 'absent' && actual !== undefined) throw new StoreError('STORE_KEY_EXISTS', `${put.key} exists`)
  const mustExist = type === 'delete' || typeof put.expect === 'number'
  if (mustExist && actual === undefined) throw new StoreError('STORE_KEY_MISSING', `${put.key} does not exist`)
  if (typeof put.expect === 'number' && put.expect !== actual) {
    throw new StoreError('STORE_CONFLICT', `${put.key} is at revision ${actual ?? 0}, expected ${put.expect}`)
  }
}
