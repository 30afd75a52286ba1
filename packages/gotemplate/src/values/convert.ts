import { ANY, BYTES, type GoType } from './types.ts'
import { GoBytes, GoInt, GoMap, GoSlice, GoStruct, type Value, goInt64, goList, goInt } from './value.ts'
import { Tagged } from '../track/tagged.ts'

/**
 * A fresh Go value from plain JavaScript data, as encoding/json decodes it: objects and Maps are `map[string]interface {}`, arrays
 * `[]interface {}`, numbers float64, bigints int64, Uint8Arrays `[]byte`. Go values inside are kept. `undefined` becomes nil.
 */
export function fromJs(data: unknown): Value {
  if (data === undefined || data === null) return null
  switch (typeof data) {
    case 'string':
    case 'number':
    case 'boolean':
      return data
    case 'bigint':
      return goInt64(data)
    default:
      return fromObject(data)
  }
}

function fromObject(data: unknown): Value {
  if (Array.isArray(data)) return goList(data.map(fromJs))
  if (data instanceof Uint8Array) return new GoBytes(data)
  if (data instanceof Map)
    return new GoMap(undefined, new Map([...data].map(([key, value]) => [String(key), fromJs(value)])))
  if (isPlainObject(data))
    return new GoMap(undefined, new Map(Object.entries(data).map(([key, value]) => [key, fromJs(value)])))
  return data as Value
}

function isPlainObject(data: unknown): data is Record<string, unknown> {
  if (typeof data !== 'object' || data === null) return false
  const prototype: unknown = Object.getPrototypeOf(data)
  return prototype === Object.prototype || prototype === null
}

/**
 * Plain JavaScript data from a Go value: maps become Maps in byte order of insertion, slices arrays, int kinds bigints, `[]byte` Uint8Arrays,
 * structs Maps of their fields, nil and missing `null`; other objects stay as they are.
 */
export function toJs(value: Value): unknown {
  if (value === undefined || value === null) return null
  if (typeof value !== 'object') return value
  if (value instanceof Tagged) return toJs(value.value)
  if (value instanceof GoInt) return value.value
  if (value instanceof GoMap) return value.isNil ? null : mapEntries(value.entries)
  if (value instanceof GoSlice) return value.isNil ? null : value.items.map(toJs)
  if (value instanceof GoBytes) return value.bytes
  if (value instanceof GoStruct) return mapEntries(value.values)
  return value
}

function mapEntries(entries: Iterable<[string, Value]>): Map<string, unknown> {
  const out = new Map<string, unknown>()
  for (const [key, value] of entries) out.set(key, toJs(value))
  return out
}

/** A typed slice from JavaScript items: `[]string` from strings, `[]int` from numbers. */
export function sliceFrom(type: GoType, items: readonly (string | number)[]): GoSlice {
  return new GoSlice(type, type.elem?.kind === 'int' ? items.map((item) => goInt(Number(item))) : [...items])
}

/** True for `interface {}` elements, which read as interfaces and not as their concrete type. */
export function hasInterfaceElements(type: GoType): boolean {
  return type !== BYTES && type.elem === ANY
}
