import { GoMap, GoSlice, type Value } from '../values/value.ts'
import { Tagged } from './tagged.ts'

/** Takes tags off values and keeps them: what a value's members are tagged with may be changed after the call that it was handed to. */
export class Stripper {
  readonly found: Tagged[] = []

  /** A copy without any tag; values without one are given back as they are. */
  strip(value: Value): Value {
    if (typeof value !== 'object' || value === null) return value
    if (value instanceof Tagged) {
      this.found.push(value)
      return this.strip(value.value)
    }
    if (value instanceof GoMap) return this.#map(value)
    return value instanceof GoSlice ? this.#slice(value) : value
  }

  #slice(list: GoSlice): GoSlice {
    let changed = false
    const stripped = list.mapped((item) => {
      const plain = this.strip(item)
      changed ||= plain !== item
      return plain
    })
    return changed ? stripped : list
  }

  #map(map: GoMap): GoMap {
    let changed = false
    const entries = new Map<string, Value>()
    for (const [key, item] of map.entries) {
      const plain = this.strip(item)
      changed ||= plain !== item
      entries.set(key, plain)
    }
    return changed ? new GoMap(map.type, entries, map.isNil) : map
  }
}
