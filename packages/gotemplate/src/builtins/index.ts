import { FunctionError } from '../errors.ts'
import { encodeString, sliceBytes } from '../text/utf8.ts'
import { untag } from '../track/tagged.ts'
import { elementOf, indirect, isInteger, kindOf, lengthOf, typeName, typeOf, zeroOf } from '../values/reflect.ts'
import { UINT8 } from '../values/types.ts'
import { GoBytes, GoInt, GoMap, GoSlice, type Value } from '../values/value.ts'

/** `index x 1 2`: x[1][2] (funcs.go index). */
export function index(item: Value, indexes: readonly Value[]): Value {
  let current = item
  if (untag(current) === undefined || untag(current) === null) throw new FunctionError('index of untyped nil')
  for (const at of indexes) {
    const { value, isNil } = indirect(untag(current))
    if (isNil || value === undefined) throw new FunctionError('index of nil pointer')
    current = element(value, untag(at))
  }
  return current
}

function element(container: Value, at: Value): Value {
  if (container instanceof GoMap) return mapElement(container, at)
  const size = lengthOf(container)
  if (size === undefined) throw new FunctionError(`can't index item of type ${behindPointers(container)}`)
  const offset = indexArgument(at, size)
  if (offset === size) throw new FunctionError(boundsPanic(container))
  if (container instanceof GoSlice) return container.items[offset]
  const bytes = container instanceof GoBytes ? container.bytes : encodeString(String(container))
  return new GoInt(UINT8, BigInt(Number(bytes[offset])))
}

/** An index equal to the length passes Go's own check and panics in reflect. */
function boundsPanic(container: Value): string {
  return `reflect: ${kindOf(container)} index out of range`
}

function mapElement(map: GoMap, key: Value): Value {
  if (key === undefined || key === null) throw new FunctionError('value is nil; should be of type string')
  if (typeof key !== 'string') throw new FunctionError(`value has type ${typeName(key)}; should be string`)
  return map.entries.get(key) ?? zeroOf(elementOf(map))
}

function indexArgument(at: Value, cap: number): number {
  if (!isInteger(at)) {
    const what = at === undefined || at === null ? 'nil' : `type ${typeName(at)}`
    throw new FunctionError(`cannot index slice/array with ${what}`)
  }
  const signed = BigInt.asIntN(64, at.value)
  if (signed < 0n || signed > BigInt(cap)) throw new FunctionError(`index out of range: ${signed}`)
  return Number(signed)
}

/** `slice x 1 2`: x[1:2] (funcs.go slice). */
export function slice(item: Value, indexes: readonly Value[]): Value {
  if (item === undefined || item === null) throw new FunctionError('slice of untyped nil')
  const { value, isNil } = indirect(item)
  if (isNil) throw new FunctionError('slice of nil pointer')
  if (indexes.length > 3) throw new FunctionError(`too many slice indexes: ${indexes.length}`)
  if (typeof value === 'string' && indexes.length === 3) throw new FunctionError('cannot 3-index slice a string')
  if (!isSliceable(value)) throw new FunctionError(`can't slice item of type ${behindPointers(value)}`)
  const size = lengthOf(value)
  const cap = value instanceof GoSlice ? value.capacity : size
  const [from = 0, to = size, max = cap] = indexes.map((at) => indexArgument(at, cap))
  if (from > to) throw new FunctionError(`invalid slice index: ${from} > ${to}`)
  if (to > max) throw new FunctionError(`invalid slice index: ${to} > ${max}`)
  return cut(value, { from, to, max })
}

function isSliceable(value: Value): value is string | GoBytes | GoSlice {
  return typeof value === 'string' || value instanceof GoBytes || value instanceof GoSlice
}

function cut(value: string | GoBytes | GoSlice, range: { from: number; to: number; max: number }): Value {
  const { from, to, max } = range
  if (typeof value === 'string') return sliceBytes(value, from, to)
  if (value instanceof GoSlice) return value.cut({ from, to, max }, zeroOf(elementOf(value)))
  return new GoBytes(value.bytes.slice(from, to))
}

/** `len x` (funcs.go length). */
export function length(item: Value): number {
  const { value, isNil } = indirect(item)
  if (isNil) throw new FunctionError('len of nil pointer')
  if (value === undefined) throw new FunctionError('reflect: call of reflect.Value.Type on zero Value')
  const size = lengthOf(value)
  if (size === undefined) throw new FunctionError(`len of type ${behindPointers(value)}`)
  return size
}

/** The name of the type that pointers lead to. */
function behindPointers(value: Value): string {
  let type = typeOf(value)
  while (type?.kind === 'ptr' && type.elem !== undefined) type = type.elem
  return type?.name ?? '<nil>'
}
