/** A random source from a seed (mulberry32), with the choices that generators make. */
export function chanceFrom(seed) {
  let state = seed >>> 0
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
  const below = (bound) => Math.floor(next() * bound)
  const pick = (list) => list[below(list.length)]
  return {
    below,
    pick,
    /** True in one of `times` cases. */
    oneIn: (times) => below(times) === 0,
    /** Up to `count` items of a list, in its order. */
    some: (list, count) => {
      const kept = new Set(Array.from({ length: Math.min(count, list.length) }, () => below(list.length)))
      return list.filter((_, at) => kept.has(at))
    },
    times: (count, make) => Array.from({ length: count }, (_, at) => make(at)),
    shuffle: (list) => {
      const result = [...list]
      for (let at = result.length - 1; at > 0; at--) {
        const other = below(at + 1)
        ;[result[at], result[other]] = [result[other], result[at]]
      }
      return result
    },
  }
}
