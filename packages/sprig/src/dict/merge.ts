import { GoBytes, GoMap, GoSlice, type Value, isTrue, types, untag } from '@slipway/gotemplate'
import { fail } from '../panics.ts'

/**
 * mergo.Merge and, with `overwrite`, MergeWithOverwrite of two maps, into the first one; a nil first one is replaced by a new map. What mergo does
 * to nil, empty and list values (mergo merge.go deepMerge) is kept: templates rely on it.
 */
export function merged(target: GoMap, source: GoMap, overwrite: boolean): GoMap {
  const result = target.isNil && !source.isNil ? new GoMap(target.type) : target
  mergeMaps(result, source, overwrite)
  return result
}

function mergeMaps(target: GoMap, source: GoMap, overwrite: boolean): void {
  if (target.isNil && !source.isNil) return
  for (const [key, given] of source.entries) mergeEntry(target, { key, given, of: source, overwrite })
}

interface Entry {
  readonly key: string
  readonly given: Value
  readonly of: GoMap
  readonly overwrite: boolean
}

function mergeEntry(target: GoMap, entry: Entry): void {
  const { key, given, overwrite } = entry
  const { entries } = target
  const source = untag(given)
  const wasThere = entries.has(key)
  const existing = untag(entries.get(key))
  if (source === undefined || source === null) {
    if (overwrite) put(target, entry)
    return
  }
  if (source instanceof GoMap && existing instanceof GoMap) mergeMaps(existing, source, overwrite)
  const isList = source instanceof GoSlice || source instanceof GoBytes
  if (isList && (overwrite || entries.size === 0)) put(target, entry)
  if (wasThere && isTrue(existing) && (isList || (source instanceof GoMap && existing instanceof GoMap))) return
  if (overwrite || !wasThere || !isTrue(existing)) put(target, entry)
}

/** What was held in an interface has no place in a map of strings, not even a string. */
function put(target: GoMap, { key, given, of }: Entry): void {
  const [from, to] = [of.type.elem, target.type.elem]
  if (from !== to && from !== undefined && to !== undefined && !types.assignableTo(from, to))
    fail(`reflect.Value.SetMapIndex: value of type ${from.name} is not assignable to type ${to.name}`)
  target.entries.set(key, given)
}
