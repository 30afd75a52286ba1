import { StoreError } from './errors.ts'
import { State } from './state.ts'
import type { StoreEvent } from './types.ts'

/** The events after the compacted revision, in order: what watches resume from and old lists are rebuilt with. */
export class History<V> {
  #events: StoreEvent<V>[] = []
  #compacted: number

  constructor(compacted: number) {
    this.#compacted = compacted
  }

  get compacted(): number {
    return this.#compacted
  }

  get length(): number {
    return this.#events.length
  }

  add(event: StoreEvent<V>): void {
    this.#events.push(event)
  }

  /** Forgets events up to a revision. */
  compact(revision: number): void {
    if (revision <= this.#compacted) return
    this.#events = this.#events.slice(this.#indexAfter(revision))
    this.#compacted = revision
  }

  /** Keeps the newest `keep` events. */
  trim(keep: number): void {
    const dropped = this.#events.length - keep
    const last = dropped > 0 ? this.#events[dropped - 1] : undefined
    if (last !== undefined) this.compact(last.revision)
  }

  /** The events after a revision that concern keys under a prefix. */
  after(revision: number, prefix: string): StoreEvent<V>[] {
    this.assertAvailable(revision)
    const found: StoreEvent<V>[] = []
    for (let at = this.#indexAfter(revision); at < this.#events.length; at++) {
      const event = this.#events[at]
      if (event?.key.startsWith(prefix) === true) found.push(event)
    }
    return found
  }

  /** The state under a prefix as it was at a revision: the current one with later events undone. */
  stateAt(revision: number, current: { state: State<V>; prefix: string }): State<V> {
    const past = new Map([...current.state.range(current.prefix)].map((stored) => [stored.key, stored]))
    for (const event of this.after(revision, current.prefix).reverse()) {
      if (event.previous === undefined) past.delete(event.key)
      else
        past.set(event.key, {
          key: event.key,
          value: event.previous,
          revision: 0,
          createRevision: event.createRevision,
        })
    }
    const state = new State<V>()
    for (const stored of past.values()) state.apply({ ...stored, type: 'put', previous: undefined })
    return state
  }

  assertAvailable(revision: number): void {
    if (revision >= this.#compacted) return
    throw new StoreError('STORE_COMPACTED', `revision ${revision} is compacted, the oldest is ${this.#compacted}`, {
      fault: 'system',
    })
  }

  #indexAfter(revision: number): number {
    let low = 0
    let high = this.#events.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.#events[middle]?.revision ?? 0) <= revision) low = middle + 1
      else high = middle
    }
    return low
  }
}
