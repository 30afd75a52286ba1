import { GoMap, GoSlice, type Value, untag } from '@slipway/gotemplate'
import { inheritPlace } from './place.ts'

/** A map without entries. */
export function emptyMap(): GoMap {
  return new GoMap()
}

/** The value as a map, tags aside; undefined for anything else. */
export function tableOf(value: Value): GoMap | undefined {
  const plain = untag(value)
  return plain instanceof GoMap ? plain : undefined
}

/** True for a null, tagged or not. */
export function isNull(value: Value): boolean {
  const plain = untag(value)
  return plain === null || plain === undefined
}

/** A copy with maps and lists of its own; scalars and what origins know of containers are kept. */
export function copyValue(value: Value): Value {
  if (value instanceof GoMap) return copyTable(value)
  if (!(value instanceof GoSlice)) return value
  const copy = new GoSlice(value.type, value.items.map(copyValue), { isNil: value.isNil })
  inheritPlace(copy, value)
  return copy
}

/** {@link copyValue} of a map. */
export function copyTable(map: GoMap): GoMap {
  const entries = new Map<string, Value>()
  for (const [key, value] of map.entries) entries.set(key, typeof value === 'object' ? copyValue(value) : value)
  const copy = new GoMap(map.type, entries)
  inheritPlace(copy, map)
  return copy
}

/** A map with entries of its own, whose values are shared. */
export function shallowTable(map: GoMap): GoMap {
  const copy = new GoMap(map.type, new Map(map.entries))
  inheritPlace(copy, map)
  return copy
}

/** Both maps as one, recursively; where both have a value, that of `over` counts (loader.MergeMaps). */
export function mergeMaps(under: GoMap, over: GoMap): GoMap {
  const out = shallowTable(under)
  for (const [key, value] of over.entries) {
    const table = tableOf(value)
    const below = table === undefined ? undefined : tableOf(out.entries.get(key))
    out.entries.set(key, table !== undefined && below !== undefined ? mergeMaps(below, table) : value)
  }
  return out
}

/** The table at a dotted path; undefined where a step is missing or no table (Values.Table). */
export function tableAt(map: GoMap, path: string): GoMap | undefined {
  let at: GoMap | undefined = map
  for (const key of path.split('.')) at = at === undefined ? undefined : tableOf(at.entries.get(key))
  return at
}
