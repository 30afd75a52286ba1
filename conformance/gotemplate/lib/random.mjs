/** A seeded generator (mulberry32): the same seed gives the same cases everywhere. */
export class Random {
  #state

  constructor(seed) {
    this.#state = seed >>> 0
  }

  /** A number in [0, 1). */
  next() {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0
    let t = this.#state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }

  /** An integer in [0, limit). */
  int(limit) {
    return Math.floor(this.next() * limit)
  }

  /** True with the probability. */
  chance(probability) {
    return this.next() < probability
  }

  /** One of the items. */
  pick(items) {
    return items[this.int(items.length)]
  }

  /** One of the entries, by weight: [[weight, item], ...]. */
  weighted(entries) {
    let at = this.next() * entries.reduce((sum, [weight]) => sum + weight, 0)
    for (const [weight, item] of entries) {
      at -= weight
      if (at < 0) return item
    }
    return entries[entries.length - 1][1]
  }
}
