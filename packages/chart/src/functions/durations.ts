import {
  fn,
  FunctionError,
  go,
  type GoFunc,
  GoInt,
  goType,
  parseFloat64,
  quote,
  sprint,
  typeName,
  type Value,
  untag,
} from '@slipway/gotemplate'
import { DURATION, parseDuration, roundDuration } from '@slipway/sprig'

const SECOND = 1_000_000_000n
const MAX = (1n << 63n) - 1n
const duration = goType<bigint>(DURATION, durationOf, (value) => new GoInt(DURATION, value))

/** A value as nanoseconds: durations, texts of durations or seconds, numbers of seconds. Throws a FunctionError with Helm's text. */
function durationOf(given: Value): bigint {
  const value = untag(given)
  if (value === null || value === undefined) throw new FunctionError('invalid duration')
  if (value instanceof GoInt) return value.type === DURATION ? value.value : whole(value.value)
  if (typeof value === 'number') return fromSeconds(value)
  if (typeof value === 'string') return fromText(value)
  throw new FunctionError(`unsupported duration type ${typeName(value)}`)
}

function whole(seconds: bigint): bigint {
  const limit = MAX / SECOND
  if (seconds > limit || seconds < -limit) throw new FunctionError(`duration seconds overflow: ${seconds}`)
  return seconds * SECOND
}

function fromSeconds(seconds: number): bigint {
  if (!Number.isFinite(seconds)) throw new FunctionError(`invalid duration seconds: ${sprint([seconds])}`)
  const limit = Number(MAX) / 1e9
  if (seconds > limit || seconds < -limit) throw new FunctionError(`duration seconds overflow: ${sprint([seconds])}`)
  // The limit itself is one too many for an int64, and wraps around.
  return BigInt.asIntN(64, BigInt(Math.trunc(seconds * 1e9)))
}

function fromText(text: string): bigint {
  const trimmed = text.trim()
  if (trimmed === '') throw new FunctionError('empty duration')
  const parsed = parseDuration(trimmed)
  if (typeof parsed === 'bigint') return parsed
  const seconds = parseFloat64(trimmed)
  if (seconds.fault === undefined) return fromSeconds(seconds.value)
  throw new FunctionError(`could not parse duration ${quote(text)}`)
}

function orElse<T>(work: () => T, otherwise: T): T {
  try {
    return work()
  } catch (error) {
    if (error instanceof FunctionError) return otherwise
    throw error
  }
}

/** As Go converts: whole units and the rest apart. */
function units(value: Value, unit: bigint): number {
  return orElse(() => {
    const nanos = durationOf(value)
    return Number(nanos / unit) + Number(nanos % unit) / Number(unit)
  }, 0)
}

function counted(value: Value, unit: bigint): bigint {
  return orElse(() => durationOf(value) / unit, 0n)
}

function rounded(value: Value, multiple: Value, round: (nanos: bigint, unit: bigint) => bigint): bigint {
  return orElse(() => {
    const nanos = durationOf(value)
    return orElse(() => round(nanos, durationOf(multiple)), nanos)
  }, 0n)
}

/** Go rounds to the limit of an int64 where the multiple lies beyond. */
function clamped(nanos: bigint): bigint {
  return nanos > MAX ? MAX : nanos < -MAX - 1n ? -MAX - 1n : nanos
}

/** mustToDuration, durationSeconds and their kin. */
export function durationFunctions(): Record<string, GoFunc> {
  const { any, float64, int64 } = go
  const asUnits = (unit: bigint, divisor = 1): GoFunc => fn([any], float64, (value) => units(value, unit) / divisor)
  return {
    mustToDuration: fn([any], duration, durationOf),
    durationSeconds: asUnits(SECOND),
    durationMilliseconds: fn([any], int64, (value) => counted(value, 1_000_000n)),
    durationMicroseconds: fn([any], int64, (value) => counted(value, 1000n)),
    durationNanoseconds: fn([any], int64, (value) => counted(value, 1n)),
    durationMinutes: asUnits(60n * SECOND),
    durationHours: asUnits(3600n * SECOND),
    durationDays: asUnits(3600n * SECOND, 24),
    durationWeeks: fn([any], float64, (value) => units(value, 3600n * SECOND) / 24 / 7),
    durationRoundTo: fn([any, any], duration, (value, multiple) =>
      rounded(value, multiple, (nanos, unit) => (unit <= 0n ? nanos : clamped(roundDuration(nanos, unit)))),
    ),
    durationTruncateTo: fn([any, any], duration, (value, multiple) =>
      rounded(value, multiple, (nanos, unit) => (unit <= 0n ? nanos : nanos - (nanos % unit))),
    ),
  }
}
