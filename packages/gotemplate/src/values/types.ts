import type { Value } from './value.ts'

/** Go's reflect.Kind by its name; `ptr` is the pointer kind. */
export type Kind =
  | 'bool'
  | 'int'
  | 'int8'
  | 'int16'
  | 'int32'
  | 'int64'
  | 'uint'
  | 'uint8'
  | 'uint16'
  | 'uint32'
  | 'uint64'
  | 'uintptr'
  | 'float32'
  | 'float64'
  | 'complex128'
  | 'string'
  | 'slice'
  | 'map'
  | 'struct'
  | 'ptr'
  | 'func'
  | 'interface'

/** A field of a struct type. */
export interface Field {
  readonly name: string
  readonly type: GoType
  /** The `json` part of the tag: `name`, `name,omitempty`. */
  readonly json?: string
}

/** A Go method: like a template function, with its receiver as first argument of `call`. */
export interface Method {
  readonly params: readonly GoType[]
  readonly variadic: boolean
  readonly result: GoType
  /** Why Go refuses the method once it has the right number of arguments: it gives back more than a template takes. */
  readonly fault?: string
  call(receiver: Value, args: readonly Value[]): Value
}

/**
 * A Go type. Types are compared by identity: get composite ones from {@link sliceOf}, {@link mapOf}, {@link pointerTo}, define named ones once.
 */
export interface GoType {
  /** As Go prints it: `map[string]interface {}`, `*semver.Version`. */
  readonly name: string
  readonly kind: Kind
  /** For a type with a name of its own, the type that it is made of; basic types are their own. */
  readonly underlying: GoType
  /** True for `int`, `time.Time`, ...; false for `[]string` and the like. */
  readonly named: boolean
  /** Element of a slice, map or pointer. */
  readonly elem: GoType | undefined
  readonly key: GoType | undefined
  readonly fields: readonly Field[]
  readonly methods: ReadonlyMap<string, Method>
  /** `String()`, used by print and printf; `Error()` of error types is used the same way. */
  readonly stringer: ((value: Value) => string) | undefined
  /** `GoString()`, used by `%#v`. */
  readonly goString: ((value: Value) => string) | undefined
  /** The struct, or the pointer to one, that a value of TypeScript is in Go: what verbs see once methods are off (inside `%!verb(...)`, `%d`). */
  readonly hidden: ((value: Value) => Value) | undefined
  /** `String()` of the pointer to a struct, which an action prints where Go could take the address. */
  readonly addressed: ((value: Value) => string) | undefined
}

/** What {@link defineType} takes. */
export interface TypeSpec {
  readonly name: string
  readonly kind: Kind
  readonly underlying?: GoType
  readonly elem?: GoType
  readonly key?: GoType
  readonly fields?: readonly Field[]
  readonly methods?: Readonly<Record<string, Method>>
  readonly stringer?: (value: Value) => string
  readonly goString?: (value: Value) => string
  readonly hidden?: (value: Value) => Value
  readonly addressed?: (value: Value) => string
}

/** Makes a named Go type, such as `time.Duration` or `common.Values`. Call it once per type: identity is the object. */
export function defineType(spec: TypeSpec): GoType {
  return build(spec, true)
}

function build(spec: TypeSpec, named: boolean): GoType {
  const type = {
    name: spec.name,
    kind: spec.kind,
    named,
    elem: spec.elem ?? spec.underlying?.elem,
    key: spec.key ?? spec.underlying?.key,
    fields: spec.fields ?? spec.underlying?.fields ?? [],
    methods: new Map(Object.entries(spec.methods ?? {})),
    stringer: spec.stringer,
    goString: spec.goString,
    hidden: spec.hidden,
    addressed: spec.addressed,
  }
  const self: GoType & { underlying: GoType } = Object.assign(type, { underlying: undefined as unknown as GoType })
  self.underlying = spec.underlying ?? self
  return self
}

function basic(kind: Kind, name: string = kind): GoType {
  return build({ name, kind }, true)
}

const slices = new WeakMap<GoType, GoType>()
const pointers = new WeakMap<GoType, GoType>()
const maps = new WeakMap<GoType, GoType>()

/** The type `[]elem`. */
export function sliceOf(elem: GoType): GoType {
  return remember(slices, elem, () => build({ name: `[]${elem.name}`, kind: 'slice', elem }, false))
}

/** The type `map[string]elem`; other keys do not occur in templates. */
export function mapOf(elem: GoType): GoType {
  return remember(maps, elem, () => build({ name: `map[string]${elem.name}`, kind: 'map', elem, key: STRING }, false))
}

/** The type `*elem`. */
export function pointerTo(elem: GoType): GoType {
  return remember(pointers, elem, () => build({ name: `*${elem.name}`, kind: 'ptr', elem }, false))
}

function remember(table: WeakMap<GoType, GoType>, key: GoType, make: () => GoType): GoType {
  const known = table.get(key)
  if (known !== undefined) return known
  const made = make()
  table.set(key, made)
  return made
}

export const STRING = basic('string')
export const BOOL = basic('bool')
export const INT = basic('int')
export const INT8 = basic('int8')
export const INT16 = basic('int16')
export const INT32 = basic('int32')
export const INT64 = basic('int64')
export const UINT = basic('uint')
export const UINT8 = basic('uint8')
export const UINT16 = basic('uint16')
export const UINT32 = basic('uint32')
export const UINT64 = basic('uint64')
export const FLOAT64 = basic('float64')
export const COMPLEX128 = basic('complex128')
/** The empty interface. */
export const ANY: GoType = build({ name: 'interface {}', kind: 'interface' }, false)
/** `reflect.Value`: a parameter of this type sees nil and missing values as they are. */
export const REFLECT = defineType({ name: 'reflect.Value', kind: 'struct' })
export const ANY_SLICE = sliceOf(ANY)
export const STRING_SLICE = sliceOf(STRING)
export const BYTES = sliceOf(UINT8)
export const ANY_MAP = mapOf(ANY)
export const STRING_MAP = mapOf(STRING)

const INTEGER_BITS: Partial<Record<Kind, { bits: number; signed: boolean }>> = {
  int: { bits: 64, signed: true },
  int8: { bits: 8, signed: true },
  int16: { bits: 16, signed: true },
  int32: { bits: 32, signed: true },
  int64: { bits: 64, signed: true },
  uint: { bits: 64, signed: false },
  uint8: { bits: 8, signed: false },
  uint16: { bits: 16, signed: false },
  uint32: { bits: 32, signed: false },
  uint64: { bits: 64, signed: false },
  uintptr: { bits: 64, signed: false },
}

/** Width and sign of an integer kind; undefined for the others. */
export function integerBits(kind: Kind): { bits: number; signed: boolean } | undefined {
  return INTEGER_BITS[kind]
}

/** Go's reflect.Type.AssignableTo, for the types that occur here. */
export function assignableTo(from: GoType, to: GoType): boolean {
  if (from === to) return true
  if (to.kind === 'interface') return true
  return from.underlying === to.underlying && (!from.named || !to.named) && from.kind !== 'interface'
}

/** True for kinds whose zero value is nil. */
export function canBeNil(type: GoType): boolean {
  switch (type.kind) {
    case 'func':
    case 'interface':
    case 'map':
    case 'ptr':
    case 'slice':
      return true
    default:
      return type === REFLECT
  }
}
