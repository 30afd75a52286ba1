import {
  type GoFunc,
  GoSlice,
  type Value,
  fn,
  fnIn,
  go,
  parseInt64,
  appendedCapacity,
  atoi,
  rest,
  sprint,
  types,
  intOf,
  bare,
} from '@slipway/gotemplate'
import { fail } from '../panics.ts'
import { toFloat64, toInt64 } from './cast.ts'
import { add, divide, fromFloat, multiply, subtract, toFloat, type Decimal } from './decimal.ts'

type Operation = (a: Decimal, b: Decimal) => Decimal

function decimals(first: Value, others: readonly Value[], operation: Operation): number {
  const start = fromFloat(toFloat64(first))
  return toFloat(others.reduce<Decimal>((result, value) => operation(result, fromFloat(toFloat64(value))), start))
}

function divided(a: Value, b: Value, operation: (x: bigint, y: bigint) => bigint): bigint {
  const divisor = toInt64(b)
  if (divisor === 0n) fail('runtime error: integer divide by zero')
  return operation(toInt64(a), divisor)
}

/** The numbers of untilStep; empty when the step leads away. */
function steps(start: bigint, stop: bigint, step: bigint): { count: bigint; at: (index: bigint) => bigint } {
  const at = (index: bigint) => start + index * step
  const down = stop < start
  if (down ? step >= 0n : step <= 0n) return { count: 0n, at }
  const distance = down ? start - stop : stop - start
  const width = down ? -step : step
  return { count: (distance + width - 1n) / width, at }
}

function intList(start: bigint, stop: bigint, step: bigint): bigint[] {
  const { count, at } = steps(start, stop, step)
  return Array.from({ length: Number(count) }, (_, index) => at(BigInt(index)))
}

function ints(values: readonly bigint[]): GoSlice {
  const items = values.map((value) => intOf(types.INT, value))
  return new GoSlice(types.sliceOf(types.INT), items, { capacity: appendedCapacity(items.length, 'numbers') })
}

/** The bounds of `seq` with 1, 2 or 3 parameters; undefined for the empty text. */
function seqBounds(params: readonly bigint[]): [start: bigint, stop: bigint, step: bigint] | undefined {
  const [a = 0n, b = 0n, c = 0n] = params
  switch (params.length) {
    case 1:
      return a < 1n ? [1n, a - 1n, -1n] : [1n, a + 1n, 1n]
    case 2:
      return b < a ? [a, b - 1n, -1n] : [a, b + 1n, 1n]
    case 3:
      if (c < a) return b > 0n ? undefined : [a, c - 1n, b]
      return [a, c + 1n, b]
    default:
      return undefined
  }
}

/** Go's math.Pow(10, places), rounded where it rounds: JavaScript's power is another one in the last digit. */
function powerOfTen(places: number): number {
  let [mantissa, exponent] = [1, 0]
  let [square, shift] = [0.625, 4]
  for (let left = Math.abs(places); left >= 1 && shift <= 4096; left = Math.floor(left / 2)) {
    if (left % 2 === 1) {
      mantissa *= square
      exponent += shift
    }
    square *= square
    shift *= 2
    if (square < 0.5) {
      square += square
      shift--
    }
  }
  if (places < 0) [mantissa, exponent] = [1 / mantissa, -exponent]
  const half = Math.trunc(exponent / 2)
  return mantissa * 2 ** half * 2 ** (exponent - half)
}

function round(value: Value, places: bigint, options: readonly number[]): number {
  const power = powerOfTen(Number(places))
  const digit = power * toFloat64(value)
  const [up = 0.5] = options
  return (digit - Math.trunc(digit) >= up ? Math.ceil(digit) : Math.floor(digit)) / power
}

function extreme(first: Value, others: readonly Value[], better: (a: bigint, b: bigint) => boolean): bigint {
  return others.reduce<bigint>((best, value) => (better(toInt64(value), best) ? toInt64(value) : best), toInt64(first))
}

function octal(value: Value): bigint {
  const parsed = parseInt64(sprint([bare(value)]), 8)
  return parsed.fault === undefined ? parsed.value : 0n
}

function counting(): Record<string, GoFunc> {
  return {
    until: fnIn([go.int], go.ints, (context, count) => {
      context.reserve(count < 0n ? -count : count)
      return ints(intList(0n, count, count < 0n ? -1n : 1n))
    }),
    untilStep: fnIn([go.int, go.int, go.int], go.ints, (context, start, stop, step) => {
      context.reserve(steps(start, stop, step).count)
      return ints(intList(start, stop, step))
    }),
    seq: fnIn([rest(go.int)], go.string, (context, params) => {
      const bounds = seqBounds(params)
      if (bounds === undefined) return ''
      context.reserve(steps(...bounds).count)
      return intList(...bounds).join(' ')
    }),
  }
}

function floats(): Record<string, GoFunc> {
  const several = rest(go.any)
  return {
    float64: fn([go.any], go.float64, toFloat64),
    add1f: fn([go.any], go.float64, (value) => decimals(value, [1], add)),
    addf: fn([several], go.float64, (values) => decimals(0, values, add)),
    subf: fn([go.any, several], go.float64, (first, others) => decimals(first, others, subtract)),
    divf: fn([go.any, several], go.float64, (first, others) => decimals(first, others, divide)),
    mulf: fn([go.any, several], go.float64, (first, others) => decimals(first, others, multiply)),
    maxf: fn([go.any, several], go.float64, (first, others) => Math.max(toFloat64(first), ...others.map(toFloat64))),
    minf: fn([go.any, several], go.float64, (first, others) => Math.min(toFloat64(first), ...others.map(toFloat64))),
    ceil: fn([go.any], go.float64, (value) => Math.ceil(toFloat64(value))),
    floor: fn([go.any], go.float64, (value) => Math.floor(toFloat64(value))),
    round: fn([go.any, go.int, rest(go.float64)], go.float64, round),
  }
}

/** Numbers: casts, arithmetic, rounding, sequences. Integer arithmetic wraps around as int64 does. */
export function numericFunctions(): Record<string, GoFunc> {
  const several = rest(go.any)
  const largest = fn([go.any, several], go.int64, (first, others) => extreme(first, others, (a, b) => a > b))
  return {
    atoi: fn([go.string], go.int, (text) => atoi(text).value),
    int: fn([go.any], go.int, toInt64),
    int64: fn([go.any], go.int64, toInt64),
    toDecimal: fn([go.any], go.int64, octal),
    add1: fn([go.any], go.int64, (value) => toInt64(value) + 1n),
    add: fn([several], go.int64, (values) => values.reduce<bigint>((sum, value) => sum + toInt64(value), 0n)),
    sub: fn([go.any, go.any], go.int64, (a, b) => toInt64(a) - toInt64(b)),
    div: fn([go.any, go.any], go.int64, (a, b) => divided(a, b, (x, y) => x / y)),
    mod: fn([go.any, go.any], go.int64, (a, b) => divided(a, b, (x, y) => x % y)),
    mul: fn([go.any, several], go.int64, (first, others) =>
      others.reduce<bigint>((result, value) => BigInt.asIntN(64, result * toInt64(value)), toInt64(first)),
    ),
    max: largest,
    biggest: largest,
    min: fn([go.any, several], go.int64, (first, others) => extreme(first, others, (a, b) => a < b)),
    ...floats(),
    ...counting(),
  }
}
