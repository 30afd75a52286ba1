import type { Page, Stored, StoreEvent } from './types.ts'

/** Keys that are inserted where they belong; more of them are sorted with all others. */
const MOST_INSERTED = 100

/** The current value of every key, ordered, without history. */
export class State<V> {
  readonly #byKey = new Map<string, Stored<V>>()
  #sorted: string[] = []
  // Keys that were added since the last reading: a bulk load sorts once instead of inserting one by one.
  #unsorted: string[] = []

  get size(): number {
    return this.#byKey.size
  }

  get(key: string): Stored<V> | undefined {
    return this.#byKey.get(key)
  }

  /** Applies one event; events come in revision order. */
  apply(event: StoreEvent<V>): void {
    if (event.type === 'delete') {
      this.#remove(event.key)
      return
    }
    if (!this.#byKey.has(event.key)) this.#unsorted.push(event.key)
    const { key, value, revision, createRevision } = event
    this.#byKey.set(key, { key, value, revision, createRevision })
  }

  /** The values whose keys start with a prefix, in key order. */
  *range(prefix: string, after = ''): Generator<Stored<V>> {
    const keys = this.#keys()
    for (let at = this.#lowerBound(keys, after > prefix ? after : prefix); at < keys.length; at++) {
      const key = keys[at] ?? ''
      if (!key.startsWith(prefix)) return
      const stored = key === after ? undefined : this.#byKey.get(key)
      if (stored !== undefined) yield stored
    }
  }

  /** A page of {@link State.range} as it is now. */
  page(prefix: string, options: { after: string; limit: number; revision: number }): Page<V> {
    const items: Stored<V>[] = []
    let remaining = 0
    for (const stored of this.range(prefix, options.after)) {
      if (items.length < options.limit) items.push(stored)
      else remaining++
    }
    return { items, revision: options.revision, remaining }
  }

  #remove(key: string): void {
    if (!this.#byKey.delete(key)) return
    const keys = this.#keys()
    keys.splice(this.#lowerBound(keys, key), 1)
  }

  #keys(): string[] {
    if (this.#unsorted.length === 0) return this.#sorted
    if (this.#unsorted.length > MOST_INSERTED) this.#sorted = [...this.#sorted, ...this.#unsorted].sort(compareKeys)
    else for (const key of this.#unsorted) this.#sorted.splice(this.#lowerBound(this.#sorted, key), 0, key)
    this.#unsorted = []
    return this.#sorted
  }

  #lowerBound(keys: readonly string[], key: string): number {
    let low = 0
    let high = keys.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (compareKeys(keys[middle] ?? '', key) < 0) low = middle + 1
      else high = middle
    }
    return low
  }
}

// Kubernetes names are ASCII, where the order of UTF-16 units is byte order.
function compareKeys(a: string, b: string): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}
