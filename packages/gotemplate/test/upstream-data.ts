import {
  FunctionError,
  FunctionTable,
  fn,
  fromJs,
  go,
  GoComplex,
  GoFunc,
  GoInt,
  GoMap,
  GoPointer,
  GoSlice,
  type GoType,
  intOf,
  rest,
  type Kind,
  types,
  untag,
  type Value,
} from '@slipway/gotemplate'

interface Typed {
  readonly $type: string
  readonly value: unknown
  readonly capacity?: number
}

const BASIC: Readonly<Record<string, GoType>> = {
  bool: types.BOOL,
  string: types.STRING,
  any: types.ANY,
  float64: types.FLOAT64,
  int: types.INT,
  int8: types.INT8,
  int16: types.INT16,
  int32: types.INT32,
  int64: types.INT64,
  uint: types.UINT,
  uint8: types.UINT8,
  uint16: types.UINT16,
  uint32: types.UINT32,
  uint64: types.UINT64,
}
const UINTPTR = types.defineType({ name: 'uintptr', kind: 'uintptr' })
const INT_POINTER = types.pointerTo(types.INT)

function typeNamed(name: string): GoType {
  if (name.startsWith('[]')) return types.sliceOf(typeNamed(name.slice(2)))
  if (name.startsWith('map[string]')) return types.mapOf(typeNamed(name.slice(11)))
  if (name.startsWith('*')) return types.pointerTo(typeNamed(name.slice(1)))
  const type = name === 'uintptr' ? UINTPTR : BASIC[name]
  if (type === undefined) throw new TypeError(`unknown type ${name}`)
  return type
}

/** The value of recorded data: JSON, and `{$type, value}` for what JSON does not say. */
export function recordedValue(data: unknown): Value {
  if (isTyped(data)) return data.$type === 'func' ? functionNamed(String(data.value)) : typedValue(data)
  return fromJs(data)
}

function isTyped(data: unknown): data is Typed {
  return typeof data === 'object' && data !== null && '$type' in data
}

function typedValue({ $type, value, capacity }: Typed): Value {
  if ($type === 'complex128') {
    const [re = 0, im = 0] = value as number[]
    return new GoComplex(re, im)
  }
  const type = typeNamed($type)
  const isNil = value === null
  if (type.kind === 'slice') {
    const items = ((value ?? []) as unknown[]).map(recordedValue)
    return new GoSlice(type, items, { isNil, capacity: capacity ?? items.length })
  }
  if (type.kind === 'map') {
    const entries = Object.entries((value ?? {}) as Record<string, unknown>)
    return new GoMap(type, new Map(entries.map(([key, item]) => [key, recordedValue(item)])), isNil)
  }
  if (type.kind === 'ptr') return new GoPointer(type, isNil ? undefined : recordedValue(value))
  return intOf(type, BigInt(String(value)))
}

function text(value: Value): string {
  const plain = untag(value)
  return plain instanceof GoInt ? String(plain.value) : String(plain)
}

const FIELDS: Readonly<Record<string, () => GoFunc>> = {
  BinaryFunc: () => fn([go.string, go.string], go.string, (a, b) => `[${a}=${b}]`),
  VariadicFunc: () => fn([rest(go.string)], go.string, (items) => `<${items.join('+')}>`),
  VariadicFuncInt: () => fn([go.int, rest(go.string)], go.string, (a, items) => `${a}=<${items.join('+')}>`),
  NilOKFunc: () =>
    new GoFunc({
      params: [INT_POINTER],
      variadic: false,
      result: types.BOOL,
      call: ([pointer]) => {
        const plain = untag(pointer)
        return plain === null || (plain instanceof GoPointer && plain.target === undefined)
      },
    }),
  ErrFunc: () => fn([], go.string, () => 'bla'),
  PlusOne: () => fn([go.int], go.int, (count) => count + 1n),
  Result: () => fn([], go.string, () => 'result'),
  PanicFunc: () =>
    fn([], go.string, () => {
      throw new FunctionError('test panic')
    }),
}

function functionNamed(name: string): GoFunc {
  const make = FIELDS[name]
  if (make === undefined) throw new TypeError(`unknown function ${name}`)
  return make()
}

const INTS = types.mapOf(types.INT)

function failing(message: string): GoFunc {
  return fn([], go.string, () => {
    throw new FunctionError(message)
  })
}

function pairs(items: readonly string[]): GoMap {
  if (items.length % 2 !== 0) throw new FunctionError('bad makemap')
  const map = new GoMap(types.STRING_MAP)
  for (let at = 0; at < items.length; at += 2) map.entries.set(items[at] ?? '', items[at + 1])
  return map
}

/** The functions that the templates of Go's tests call. */
export const UPSTREAM_FUNCTIONS = new FunctionTable({
  add: fn([rest(go.int)], go.int, (items) => items.reduce((sum, item) => sum + item, 0n)),
  dddArg: fn([go.int, rest(go.string)], go.string, (a, items) => `${a} [${items.join(' ')}]\n`),
  die: failing('die'),
  doPanic: failing('custom panic string'),
  err: failing('heyo !'),
  echo: fn([go.any], go.any, (value) => value),
  makemap: fn([rest(go.string)], go.stringMap, pairs),
  mapOfThree: fn([], go.any, () => new GoMap(INTS, new Map([['three', intOf(types.INT, 3n)]]))),
  oneArg: fn([go.string], go.string, (a) => `oneArg=${a}`),
  returnInt: fn([], go.int, () => 7n),
  twoArgs: fn([go.string, go.string], go.string, (a, b) => `twoArgs=${a}${b}`),
  typeOf: fn([go.any], go.string, (value) => typeText(value)),
  valueString: fn([go.string], go.string, () => 'value is ignored'),
  zeroArgs: fn([], go.string, () => 'zeroArgs'),
})

function typeText(value: Value): string {
  const plain = untag(value)
  const kinds: Readonly<Record<string, Kind>> = { number: 'float64', string: 'string', boolean: 'bool' }
  if (plain instanceof GoInt) return plain.type.name
  if (plain instanceof GoComplex) return 'complex128'
  return kinds[typeof plain] ?? text(plain)
}
