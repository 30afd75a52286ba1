import { GoBytes, GoMap, GoSlice, type Value, isTrue, untag } from '@slipway/gotemplate'

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
  for (const [key, given] of source.entries) mergeEntry(target, { key, given, overwrite })
}

function mergeEntry(target: GoMap, entry: { key: string; given: Value; overwrite: boolean }): void {
  const { key, given, overwrite } = entry
  const { entries } = target
  const source = untag(given)
  const wasThere = entries.has(key)
  const existing = untag(entries.get(key))
  if (source === undefined || source === null) {
    if (overwrite) entries.set(key, given)
    return
  }
  if (source instanceof GoMap && existing instanceof GoMap) mergeMaps(existing, source, overwrite)
  const isList = source instanceof GoSlice || source instanceof GoBytes
  if (isList && (overwrite || entries.size === 0)) entries.set(key, given)
  if (wasThere && isTrue(existing) && (isList || (source instanceof GoMap && existing instanceof GoMap))) return
  if (overwrite || !wasThere || !isTrue(existing)) entries.set(key, given)
}
