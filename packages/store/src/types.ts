import type { StoreError } from './errors.ts'

/** A value with the revisions of its last write and of its creation. Values are deeply frozen by whoever wrote them, or treated as such. */
export interface Stored<V> {
  readonly key: string
  readonly value: V
  readonly revision: number
  readonly createRevision: number
}

/** One change, in revision order. A delete carries the last value as the deletion left it, and both carry what was there before. */
export interface StoreEvent<V> {
  readonly type: 'put' | 'delete'
  readonly key: string
  readonly value: V
  readonly revision: number
  readonly createRevision: number
  readonly previous: V | undefined
}

/** Makes a value for the revision that it will be stored with. */
export type Build<V> = (revision: number) => V

/** What a write expects to find: a revision, `absent`, or anything. */
export type Expectation = number | 'absent' | 'any'

/** A write of one key. */
export interface Put<V> {
  readonly key: string
  readonly build: Build<V>
  readonly expect: Expectation
}

/** What a list takes: a page of the keys under a prefix, in byte order. */
export interface ListOptions {
  /** Only keys after this one. */
  readonly after?: string
  readonly limit?: number
  /** List the state as it was at this revision; default the current one. */
  readonly revision?: number
}

/** A page of values, with the revision of the state that it shows. */
export interface Page<V> {
  readonly items: readonly Stored<V>[]
  readonly revision: number
  /** How many keys follow after this page. */
  readonly remaining: number
}

/** What a watch takes. */
export interface WatchOptions {
  /** Deliver changes after this revision; default the current one. */
  readonly after?: number
  readonly signal?: AbortSignal
}

/**
 * A watch: batches of events, complete, ordered by revision, without gaps or repeats. It ends when its signal aborts or the store closes, and throws
 * `STORE_WATCH_OVERFLOW` when its reader fell too far behind.
 */
export interface Watch<V> extends AsyncIterable<readonly StoreEvent<V>[]> {
  /** Every event up to this revision has been handed to the reader, who has asked for more since: what it says of them is never ahead of them. */
  readonly delivered: number
}

/**
 * Revisioned keys. One counter numbers all writes; a write is acknowledged once it is durable, and no read shows it before that.
 * All methods throw {@link StoreError}.
 */
export interface Store<V> {
  /** Why nothing is acknowledged any more: a write failed, and nobody knows what the disk holds. Undefined while all is well. */
  readonly failure: StoreError | undefined
  /** The revision of the last durable write; 1 for a store that was never written. */
  readonly revision: number
  /** Revisions up to and including this one cannot be listed or watched from any more. */
  readonly compacted: number
  get(key: string): Stored<V> | undefined
  list(prefix: string, options?: ListOptions): Page<V>
  count(prefix: string): number
  /** Writes a key if it is as expected: `STORE_KEY_EXISTS`, `STORE_KEY_MISSING` or `STORE_CONFLICT` otherwise. */
  put(put: Put<V>): Promise<Stored<V>>
  /** Deletes a key; the value that `build` makes goes into the event. */
  delete(put: Put<V>): Promise<Stored<V>>
  watch(prefix: string, options?: WatchOptions): Watch<V>
  /** Forgets the history up to a revision. */
  compact(revision: number): void
  /** Ends watches, makes pending writes durable and closes files. */
  close(): Promise<void>
}
