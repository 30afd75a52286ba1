import { lowerBound, OrderedKeys } from './keys.ts'
import type { Page, Stored, StoreEvent } from './types.ts'

/** The current value of every key, ordered, without history. Keys are put in order shelf by shelf: to read one kind costs nothing for what was added to others. */
export class State<V> {
  readonly #byKey = new Map<string, Stored<V>>()
  readonly #shelves = new Map<string, OrderedKeys>()
  readonly #names = new OrderedKeys()

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
    if (!this.#byKey.has(event.key)) this.#shelf(shelfOf(event.key)).add(event.key)
    const { key, value, revision, createRevision } = event
    this.#byKey.set(key, { key, value, revision, createRevision })
  }

  /** The values whose keys start with a prefix, in key order. */
  *range(prefix: string, after = ''): Generator<Stored<V>> {
    const from = after > prefix ? after : prefix
    for (const shelf of this.#shelvesUnder(prefix)) {
      const keys = shelf.inOrder()
      for (let at = lowerBound(keys, from); at < keys.length; at++) {
        const key = keys[at] ?? ''
        if (!key.startsWith(prefix)) break
        const stored = key === after ? undefined : this.#byKey.get(key)
        if (stored !== undefined) yield stored
      }
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
    const name = shelfOf(key)
    const shelf = this.#shelf(name)
    shelf.remove(key)
    if (!shelf.isEmpty) return
    this.#shelves.delete(name)
    this.#names.remove(name)
  }

  #shelf(name: string): OrderedKeys {
    const known = this.#shelves.get(name)
    if (known !== undefined) return known
    const shelf = new OrderedKeys()
    this.#shelves.set(name, shelf)
    this.#names.add(name)
    return shelf
  }

  // Keys of different shelves are in the order of the shelves' names: where one name begins with another, that is a whole key.
  #shelvesUnder(prefix: string): readonly OrderedKeys[] {
    const end = endOfShelf(prefix)
    if (end > 0) {
      const shelf = this.#shelves.get(prefix.slice(0, end))
      return shelf === undefined ? [] : [shelf]
    }
    const names = this.#names.inOrder()
    const found: OrderedKeys[] = []
    for (let at = lowerBound(names, prefix); names[at]?.startsWith(prefix) === true; at++)
      found.push(this.#shelf(names[at] ?? ''))
    return found
  }
}

// `/group/resource/` of `/group/resource/namespace/name`; a key that is no deeper is a shelf of its own.
function shelfOf(key: string): string {
  const end = endOfShelf(key)
  return end > 0 ? key.slice(0, end) : key
}

/** After the third slash; 0 where there is none. */
function endOfShelf(key: string): number {
  const second = key.indexOf('/', key.indexOf('/') + 1)
  return second < 0 ? 0 : key.indexOf('/', second + 1) + 1
}
