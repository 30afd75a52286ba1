import { equalBytes } from '../bytes.ts'
import {
  GoBytes,
  GoFunc,
  GoMap,
  GoPointer,
  GoSlice,
  GoStruct,
  type Value,
  sameValue,
  typeOf,
  untag,
} from '@slipway/gotemplate'

/** Go's reflect.DeepEqual on two values of any type. */
export function deepEqual(first: Value, second: Value): boolean {
  const a = untag(first)
  const b = untag(second)
  if (typeOf(a) !== typeOf(b)) return false
  if (a instanceof GoMap && b instanceof GoMap) return equalMaps(a, b)
  if (a instanceof GoSlice && b instanceof GoSlice) return equalLists(a, b)
  if (a instanceof GoBytes && b instanceof GoBytes) return a.isNil === b.isNil && equalBytes(a.bytes, b.bytes)
  if (a instanceof GoPointer && b instanceof GoPointer) return a === b || deepEqual(a.target, b.target)
  if (a instanceof GoStruct && b instanceof GoStruct)
    return [...a.values].every(([name, item]) => deepEqual(item, b.values.get(name)))
  if (a instanceof GoFunc) return false
  if (typeOf(a) === undefined) return true
  return sameValue(a, b)
}

function equalMaps(a: GoMap, b: GoMap): boolean {
  if (a === b) return true
  if (a.isNil !== b.isNil || a.entries.size !== b.entries.size) return false
  return [...a.entries].every(([key, item]) => b.entries.has(key) && deepEqual(item, b.entries.get(key)))
}

function equalLists(a: GoSlice, b: GoSlice): boolean {
  if (a === b) return true
  if (a.isNil !== b.isNil || a.items.length !== b.items.length) return false
  return a.items.every((item, index) => deepEqual(item, b.items[index]))
}
