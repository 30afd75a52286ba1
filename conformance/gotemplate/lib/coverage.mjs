/** Counts what the generated cases contain, and tells what there is least of. */
export class Coverage {
  #counts = new Map()
  #misses = new Map()
  #pending = []

  /** Names a group and all that should be in it. */
  expect(group, keys) {
    this.#counts.set(group, new Map(keys.map((key) => [key, 0])))
  }

  /** Notes one of a case that is being made; it counts when the case is kept. */
  note(group, key) {
    this.#pending.push([group, key])
  }

  drop() {
    for (const [, key] of this.#pending) this.#misses.set(key, (this.#misses.get(key) ?? 0) + 1)
    this.#pending = []
  }

  keep() {
    for (const [group, key] of this.#pending) this.count(group, key)
    this.#pending = []
  }

  count(group, key) {
    const counts = this.#counts.get(group)
    if (counts?.has(key)) counts.set(key, counts.get(key) + 1)
  }

  /** One of the keys of a group that there is least of, among those that are asked for; what is dropped time and again counts for a part. */
  least(random, group, keys) {
    const counts = this.#counts.get(group)
    const ordered = keys
      .map((key) => [(counts.get(key) ?? 0) + (this.#misses.get(key) ?? 0) / 4, random.next(), key])
      .sort((a, b) => a[0] - b[0] || a[1] - b[1])
    return ordered[random.int(Math.min(2, ordered.length))][2]
  }

  /** The third lowest count among keys of a group: one or two may be of cases that are never kept. */
  lowest(group, keys) {
    const counts = this.#counts.get(group)
    return keys.map((key) => counts.get(key) ?? 0).sort((a, b) => a - b)[2]
  }

  /** Lines: a group, how many keys, the least count, and each key below the wanted count. */
  report(wanted) {
    return [...this.#counts].map(([group, counts]) => {
      const low = [...counts].filter(([, count]) => count < wanted)
      const least = Math.min(...counts.values())
      return {
        group,
        keys: counts.size,
        least,
        below: low.length,
        which: low.slice(0, 40).map((entry) => entry.join(' ')),
      }
    })
  }
}
