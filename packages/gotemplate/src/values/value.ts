import type { CallContext } from '../exec/run.ts'
import type { Tagged, Tracking, ValueRef } from '../track/tagged.ts'
import { appendedCapacity } from './capacity.ts'
import { ANY_MAP, ANY_SLICE, BYTES, INT, INT64, type GoType, defineType, integerBits } from './types.ts'

/**
 * A Go value.
 *
 * - `undefined`: no value at all (a missing map key, an untyped nil in a pipeline); `null`: a nil interface
 * - `boolean`, `string` (see `text/utf8.ts`), `number` (float64)
 * - {@link GoInt}: every integer type, `time.Duration` included
 * - {@link GoMap}, {@link GoSlice}, {@link GoBytes}, {@link GoStruct}, {@link GoPointer}, {@link GoFunc}: what their names say, each with its Go type
 * - {@link GoObject}: a value of a type that is implemented in TypeScript (time.Time, *semver.Version)
 * - `Tagged`: only in a run that tracks origins
 */
export type Value =
  | undefined
  | null
  | boolean
  | number
  | string
  | GoInt
  | GoComplex
  | GoMap
  | GoSlice
  | GoBytes
  | GoStruct
  | GoPointer
  | GoFunc
  | GoObject
  | Tagged

/** An integer of any integer type; `value` is always within the type's range. */
export class GoInt {
  readonly type: GoType
  readonly value: bigint

  constructor(type: GoType, value: bigint) {
    this.type = type
    this.value = value
  }
}

/** A Go `complex128`: a real and an imaginary part, as the literal `1+2i` makes one. */
export class GoComplex {
  readonly re: number
  readonly im: number

  constructor(re: number, im: number) {
    this.re = re
    this.im = im
  }
}

/** A map with string keys; `entries` undefined is the nil map. Mutable and shared, as in Go. */
export class GoMap {
  readonly type: GoType
  readonly entries: Map<string, Value>
  readonly isNil: boolean
  /** Who sent it, in runs that track origins: a container has no tag, as it must stay the same one. */
  ref: ValueRef | undefined = undefined

  constructor(type: GoType = ANY_MAP, entries: Map<string, Value> = new Map(), isNil = false) {
    this.type = type
    this.entries = entries
    this.isNil = isNil
  }
}

const NOTHING: readonly Value[] = []

/** Options of a {@link GoSlice}. */
export interface SliceOptions {
  readonly isNil?: boolean
  readonly capacity?: number
  /** Items between length and capacity that were written once: a list cut short still has them. */
  readonly beyond?: readonly Value[]
}

/** A slice of anything but bytes. `capacity` counts items, at least the length. */
export class GoSlice {
  readonly type: GoType
  readonly items: Value[]
  readonly isNil: boolean
  readonly capacity: number
  readonly #beyond: readonly Value[]
  /** Who sent it, as with maps. */
  ref: ValueRef | undefined = undefined

  constructor(type: GoType = ANY_SLICE, items: Value[] = [], options: SliceOptions = {}) {
    this.type = type
    this.items = items
    this.isNil = options.isNil ?? false
    this.capacity = options.capacity ?? items.length
    this.#beyond = options.beyond ?? NOTHING
  }

  /** A list with each item changed, those beyond the end too. */
  mapped(change: (item: Value) => Value): GoSlice {
    const { isNil, capacity } = this
    return new GoSlice(this.type, this.items.map(change), { isNil, capacity, beyond: this.#beyond.map(change) })
  }

  /** `list[from:to:max]`, up to the capacity: items behind the end are those of a longer list, or `zero`. */
  cut(range: { readonly from: number; readonly to: number; readonly max: number }, zero: Value): GoSlice {
    const { from, to, max } = range
    const all = to > this.items.length ? [...this.items, ...this.#beyond] : this.items
    const items = all.slice(from, to)
    while (items.length < to - from) items.push(zero)
    const beyond = [...this.items, ...this.#beyond].slice(to, max)
    return new GoSlice(this.type, items, { isNil: this.isNil, capacity: max - from, beyond })
  }
}

/** A Go `[]byte`: printed as text by `%s`, as a list of numbers by `%v`. */
export class GoBytes {
  readonly type: GoType = BYTES
  readonly bytes: Uint8Array
  readonly isNil: boolean

  constructor(bytes: Uint8Array, isNil = false) {
    this.bytes = bytes
    this.isNil = isNil
  }
}

/** A struct with visible fields, by name, in the order of its type's fields. */
export class GoStruct {
  readonly type: GoType
  readonly values: ReadonlyMap<string, Value>

  constructor(type: GoType, values: ReadonlyMap<string, Value>) {
    this.type = type
    this.values = values
  }
}

/** A pointer; `target` undefined is nil. */
export class GoPointer {
  readonly type: GoType
  readonly target: Value

  constructor(type: GoType, target: Value) {
    this.type = type
    this.target = target
  }
}

/** A value of a type that TypeScript implements: kind `struct` or `ptr`, seen from outside only through methods. */
export class GoObject {
  readonly type: GoType
  readonly native: unknown

  constructor(type: GoType, native: unknown) {
    this.type = type
    this.native = native
  }
}

/** What a {@link GoFunc} is made of. */
export interface FuncSpec {
  readonly params: readonly GoType[]
  readonly variadic: boolean
  readonly result: GoType
  /** Gets arguments that fit the parameters; those of a variadic part come flat. */
  readonly call: (args: readonly Value[], context: CallContext) => Value
  /** How origins pass through; `plain` by default. */
  readonly tracking?: Tracking
}

/** A function value; also what the function table holds. */
export class GoFunc {
  readonly type: GoType
  readonly params: readonly GoType[]
  readonly variadic: boolean
  readonly result: GoType
  readonly call: FuncSpec['call']
  readonly tracking: Tracking

  constructor(spec: FuncSpec) {
    this.type = funcType(spec)
    this.params = spec.params
    this.variadic = spec.variadic
    this.result = spec.result
    this.call = spec.call
    this.tracking = spec.tracking ?? 'plain'
  }
}

function funcType(spec: FuncSpec): GoType {
  const last = spec.params.length - 1
  const params = spec.params.map((type, i) => (spec.variadic && i === last ? `...${type.name}` : type.name))
  return defineType({ name: `func(${params.join(', ')}) ${spec.result.name}`, kind: 'func' })
}

const SMALL = 1024
const smallInts: readonly GoInt[] = Array.from({ length: SMALL }, (_, i) => new GoInt(INT, BigInt(i)))

/** A Go `int`. */
export function goInt(value: number | bigint): GoInt {
  if (typeof value === 'number' && value >= 0 && value < SMALL) {
    const small = smallInts[value]
    if (small !== undefined) return small
  }
  return new GoInt(INT, BigInt.asIntN(64, BigInt(value)))
}

/** A Go `int64`. */
export function goInt64(value: number | bigint): GoInt {
  return new GoInt(INT64, BigInt.asIntN(64, BigInt(value)))
}

/** An integer of the given type, wrapped around as Go's conversions do. */
export function intOf(type: GoType, value: bigint): GoInt {
  const bits = integerBits(type.kind) ?? { bits: 64, signed: true }
  return new GoInt(type, bits.signed ? BigInt.asIntN(bits.bits, value) : BigInt.asUintN(bits.bits, value))
}

/** An `[]interface {}` with the room behind its end that one has to which Go appended item by item: what decoders of JSON and YAML make. */
export function goList(items: Value[]): GoSlice {
  return new GoSlice(ANY_SLICE, items, { capacity: appendedCapacity(items.length) })
}
