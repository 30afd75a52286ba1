import type { CallContext } from './exec/run.ts'
import type { Tracking } from './track/tagged.ts'
import { untag } from './track/tagged.ts'
import {
  ANY,
  ANY_MAP,
  ANY_SLICE,
  BOOL,
  FLOAT64,
  INT,
  INT64,
  REFLECT,
  STRING,
  STRING_MAP,
  STRING_SLICE,
  UINT32,
  UINT64,
  sliceOf,
  type GoType,
} from './values/types.ts'
import { GoFunc, GoInt, GoMap, GoSlice, type Value, intOf } from './values/value.ts'

/** A Go type as the parameter of an implementation in TypeScript. */
export interface Param<T> {
  readonly type: GoType
  readonly variadic: boolean
  /** The checked argument at an index, as TypeScript sees it. */
  read(args: readonly Value[], index: number): T
}

/** A Go type as parameter and result. */
export interface Codec<T> extends Param<T> {
  write(value: T): Value
}

function codec<T>(type: GoType, read: (value: Value) => T, write: (value: T) => Value): Codec<T> {
  return { type, variadic: false, read: (args, index) => read(args[index]), write }
}

function integer(type: GoType): Codec<bigint> {
  const read = (value: Value) => {
    const plain = untag(value)
    return plain instanceof GoInt ? plain.value : 0n
  }
  return codec(type, read, (value) => intOf(type, value))
}

/** Codecs by what Go calls the type; integers are bigints, `any` and `reflect` are Go values. */
export const go = {
  string: codec<string>(
    STRING,
    (value) => String(untag(value)),
    (value) => value,
  ),
  bool: codec<boolean>(
    BOOL,
    (value) => untag(value) === true,
    (value) => value,
  ),
  int: integer(INT),
  int64: integer(INT64),
  uint32: integer(UINT32),
  uint64: integer(UINT64),
  float64: codec<number>(
    FLOAT64,
    (value) => Number(untag(value)),
    (value) => value,
  ),
  any: codec<Value>(
    ANY,
    (value) => value,
    (value) => value,
  ),
  /** `reflect.Value`: also sees missing values. */
  reflect: codec<Value>(
    REFLECT,
    (value) => value,
    (value) => value,
  ),
  map: codec<GoMap>(ANY_MAP, asMap, (value) => value),
  stringMap: codec<GoMap>(STRING_MAP, asMap, (value) => value),
  list: codec<GoSlice>(ANY_SLICE, asSlice, (value) => value),
  lists: codec<GoSlice>(sliceOf(ANY_SLICE), asSlice, (value) => value),
  strings: codec<GoSlice>(STRING_SLICE, asSlice, (value) => value),
  ints: codec<GoSlice>(sliceOf(INT), asSlice, (value) => value),
} as const

function asMap(value: Value): GoMap {
  const plain = untag(value)
  if (plain instanceof GoMap) return plain
  throw new TypeError('argument is no map')
}

function asSlice(value: Value): GoSlice {
  const plain = untag(value)
  if (plain instanceof GoSlice) return plain
  throw new TypeError('argument is no slice')
}

/** A codec for a type that TypeScript implements; `read` gets a value of exactly that type. */
export function goType<T>(type: GoType, read: (value: Value) => T, write: (value: T) => Value): Codec<T> {
  return codec(type, (value) => read(untag(value)), write)
}

/** A parameter as the variadic last one: the implementation gets an array. */
export function rest<T>(item: Param<T>): Param<T[]> {
  const read = (args: readonly Value[], index: number) =>
    args.slice(index).map((_, offset) => item.read(args, index + offset))
  return { type: item.type, variadic: true, read }
}

type ArgumentsOf<P extends readonly Param<unknown>[]> = { [K in keyof P]: P[K] extends Param<infer T> ? T : never }

/** Options of {@link fn}. */
export interface FunctionOptions {
  readonly tracking?: Tracking
}

/**
 * A template function with a Go signature. The engine checks arguments and words errors as Go; the implementation throws
 * `FunctionError` where Go's returns an error or panics.
 *
 * @example
 * fn([go.int, go.string], go.string, (count, text) => text.repeat(Number(count)))
 */
export function fn<const P extends readonly Param<unknown>[], R>(
  params: P,
  result: Codec<R>,
  implementation: (...args: ArgumentsOf<P>) => R,
  options: FunctionOptions = {},
): GoFunc {
  return fnIn(params, result, (_context, ...args: ArgumentsOf<P>) => implementation(...args), options)
}

/** The same for an implementation that needs the run: to execute templates, to reserve sizes. */
export function fnIn<const P extends readonly Param<unknown>[], R>(
  params: P,
  result: Codec<R>,
  implementation: (context: CallContext, ...args: ArgumentsOf<P>) => R,
  options: FunctionOptions = {},
): GoFunc {
  const last = params.at(-1)
  return new GoFunc({
    params: params.map((param) => param.type),
    variadic: last?.variadic === true,
    result: result.type,
    tracking: options.tracking ?? 'plain',
    call: (args, context) => {
      const values = params.map((param, index) => param.read(args, index))
      return result.write(implementation(context, ...(values as ArgumentsOf<P>)))
    },
  })
}
