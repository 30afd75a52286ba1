/** Keys that are inserted where they belong; more of them are sorted with all others. */
const MOST_INSERTED = 100

/** Keys in order. Those that were added since the last reading wait: a bulk load sorts once instead of inserting one by one. */
export class OrderedKeys {
  #sorted: string[] = []
  #waiting: string[] = []

  get isEmpty(): boolean {
    return this.#sorted.length === 0 && this.#waiting.length === 0
  }

  /** Adds a key that is not there. */
  add(key: string): void {
    this.#waiting.push(key)
  }

  /** Removes a key that is there. */
  remove(key: string): void {
    const keys = this.inOrder()
    keys.splice(lowerBound(keys, key), 1)
  }

  /** All keys; valid until the next change. */
  inOrder(): string[] {
    if (this.#waiting.length === 0) return this.#sorted
    if (this.#waiting.length > MOST_INSERTED) this.#sorted = [...this.#sorted, ...this.#waiting].sort(compareKeys)
    else for (const key of this.#waiting) this.#sorted.splice(lowerBound(this.#sorted, key), 0, key)
    this.#waiting = []
    return this.#sorted
  }
}

/** Where a key is in a list in order, or belongs. */
export function lowerBound(keys: readonly string[], key: string): number {
  let low = 0
  let high = keys.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (compareKeys(keys[middle] ?? '', key) < 0) low = middle + 1
    else high = middle
  }
  return low
}

// Kubernetes names are ASCII, where the order of UTF-16 units is byte order.
function compareKeys(a: string, b: string): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}
