import { compareStrings } from '../text/utf8.ts'
import { byteLength } from '../text/utf8.ts'
import { Tagged } from '../track/tagged.ts'
import { ANY, BOOL, COMPLEX128, FLOAT64, STRING, UINT8, type GoType, type Kind, integerBits } from './types.ts'
import {
  GoBytes,
  GoComplex,
  GoFunc,
  GoInt,
  GoMap,
  GoObject,
  GoPointer,
  GoSlice,
  GoStruct,
  type Value,
} from './value.ts'

/** The dynamic type; undefined for nil and missing values. */
export function typeOf(value: Value): GoType | undefined {
  switch (typeof value) {
    case 'string':
      return STRING
    case 'number':
      return FLOAT64
    case 'boolean':
      return BOOL
    case 'undefined':
      return undefined
    default:
      if (value === null) return undefined
      if (value instanceof GoComplex) return COMPLEX128
      if (value instanceof Tagged) return typeOf(value.value)
      return value.type
  }
}

/** The kind; `invalid` for nil and missing values. */
export function kindOf(value: Value): Kind | 'invalid' {
  return typeOf(value)?.kind ?? 'invalid'
}

/** The name of the type as `%T` prints it. */
export function typeName(value: Value): string {
  return typeOf(value)?.name ?? '<nil>'
}

/** True for integers of any type. */
export function isInteger(value: Value): value is GoInt {
  return value instanceof GoInt
}

/** True for the unsigned integer kinds. */
export function isUnsigned(type: GoType): boolean {
  return integerBits(type.kind)?.signed === false
}

/** The truth of `if`: not the zero value; structs and functions are true. */
export function isTrue(value: Value): boolean {
  switch (typeof value) {
    case 'string':
      return value !== ''
    case 'boolean':
      return value
    case 'number':
      return value !== 0
    case 'undefined':
      return false
    default:
      return value !== null && isTrueObject(value)
  }
}

function isTrueObject(value: Exclude<Value, undefined | null | string | boolean | number>): boolean {
  if (value instanceof GoMap) return value.entries.size > 0
  if (value instanceof GoSlice) return value.items.length > 0
  if (value instanceof GoInt) return value.value !== 0n
  if (value instanceof GoBytes) return value.bytes.length > 0
  if (value instanceof GoComplex) return value.re !== 0 || value.im !== 0
  if (value instanceof GoPointer) return value.target !== undefined
  if (value instanceof Tagged) return isTrue(value.value)
  return true
}

/** The type of what a map or list holds. */
export function elementOf(container: GoMap | GoSlice): GoType {
  return container.type.elem ?? ANY
}

/** The length of what has one, in bytes for strings. */
export function lengthOf(value: string | GoMap | GoSlice | GoBytes): number
export function lengthOf(value: Value): number | undefined
export function lengthOf(value: Value): number | undefined {
  if (typeof value === 'string') return byteLength(value)
  if (value instanceof GoMap) return value.entries.size
  if (value instanceof GoSlice) return value.items.length
  if (value instanceof GoBytes) return value.bytes.length
  return undefined
}

/** The items of a slice of any type; undefined for what is no slice. */
export function itemsOf(value: Value): readonly Value[] | undefined {
  if (value instanceof GoSlice) return value.items
  if (value instanceof GoBytes) return Array.from(value.bytes, (byte) => new GoInt(UINT8, BigInt(byte)))
  return undefined
}

/** The keys of a map in Go's printing and ranging order. */
export function sortedKeys(map: GoMap): string[] {
  return [...map.entries.keys()].sort(compareStrings)
}

/** Follows pointers: the value behind, or undefined with `nil` true for a nil pointer or interface. */
export function indirect(value: Value): { value: Value; isNil: boolean } {
  let current = value
  while (current instanceof GoPointer) {
    if (current.target === undefined) return { value: current, isNil: true }
    current = current.target
  }
  return { value: current, isNil: current === null }
}

/** The value that a Go variable of the type starts with. */
export function zeroOf(type: GoType): Value {
  switch (type.kind) {
    case 'bool':
      return false
    case 'string':
      return ''
    case 'float32':
    case 'float64':
      return 0
    case 'interface':
      return null
    case 'map':
      return new GoMap(type, new Map(), true)
    case 'slice':
      return type.elem === UINT8 ? new GoBytes(new Uint8Array(), true) : new GoSlice(type, [], { isNil: true })
    case 'ptr':
      return new GoPointer(type, undefined)
    case 'struct':
      return new GoStruct(type, new Map(type.fields.map((field) => [field.name, zeroOf(field.type)])))
    case 'complex128':
      return new GoComplex(0, 0)
    case 'func':
      return null
    default:
      return new GoInt(type, 0n)
  }
}

/** True for nil maps, slices, pointers and interfaces. */
export function isNil(value: Value): boolean {
  if (value === undefined || value === null) return true
  if (value instanceof GoMap || value instanceof GoSlice || value instanceof GoBytes) return value.isNil
  return value instanceof GoPointer && value.target === undefined
}

/** False for maps, slices, functions and structs that hold one: those that `==` of Go refuses. */
export function isComparable(value: Value): boolean {
  if (value instanceof GoStruct) return [...value.values.values()].every(isComparable)
  return !(value instanceof GoMap || value instanceof GoSlice || value instanceof GoBytes || value instanceof GoFunc)
}

/** Go's `==` on two interface values of comparable types. */
export function sameValue(a: Value, b: Value): boolean {
  if (a === b) return true
  if (a instanceof GoInt && b instanceof GoInt) return a.type === b.type && a.value === b.value
  if (a instanceof GoComplex && b instanceof GoComplex) return a.re === b.re && a.im === b.im
  if (a instanceof GoPointer && b instanceof GoPointer) return a.type === b.type && a.target === b.target
  if (a instanceof GoObject && b instanceof GoObject) return a.type === b.type && a.native === b.native
  if (a instanceof GoStruct && b instanceof GoStruct) {
    return a.type === b.type && [...a.values].every(([name, value]) => sameValue(value, b.values.get(name)))
  }
  return false
}
