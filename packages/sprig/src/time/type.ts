import {
  GoInt,
  GoObject,
  type GoType,
  type Method,
  type Value,
  goInt,
  goType,
  intOf,
  quote,
  types,
  untag,
} from '@slipway/gotemplate'
import { fail } from '../panics.ts'
import { clockFields } from './clock.ts'
import { formatDuration, roundDuration } from './duration.ts'
import { formatTime } from './format.ts'
import { ZERO_NANOSECONDS, civilOf, instantOf, unixSeconds, type Civil, type Instant } from './instant.ts'
import { MONTHS, WEEKDAYS } from './layout.ts'
import { UTC, type Zone } from './zone.ts'

const STRING_LAYOUT = '2006-01-02 15:04:05.999999999 -0700 MST'
const RFC3339_NANO = '2006-01-02T15:04:05.999999999Z07:00'
const SECOND = 1_000_000_000n

function bigintOf(value: Value): bigint {
  const plain = untag(value)
  return plain instanceof GoInt ? plain.value : 0n
}

function instantFrom(value: Value): Instant {
  const plain = untag(value)
  if (plain instanceof GoObject) return plain.native as Instant
  throw new TypeError('receiver is no time.Time')
}

function simple<T>(read: (value: Value) => T, result: GoType, call: (receiver: T) => Value): Method {
  return { params: [], variadic: false, result, call: (receiver) => call(read(receiver)) }
}

function duration(result: GoType, call: (value: bigint) => Value): Method {
  return simple(bigintOf, result, call)
}

/** `time.Duration`, an int64 of nanoseconds. */
export const DURATION: GoType = types.defineType({
  name: 'time.Duration',
  kind: 'int64',
  underlying: types.INT64,
  stringer: (value) => formatDuration(bigintOf(value)),
  methods: {
    String: duration(types.STRING, formatDuration),
    Nanoseconds: duration(types.INT64, (value) => intOf(types.INT64, value)),
    Microseconds: duration(types.INT64, (value) => intOf(types.INT64, value / 1000n)),
    Milliseconds: duration(types.INT64, (value) => intOf(types.INT64, value / 1_000_000n)),
    Seconds: duration(types.FLOAT64, (value) => unitsOf(value, SECOND)),
    Minutes: duration(types.FLOAT64, (value) => unitsOf(value, 60n * SECOND)),
    Hours: duration(types.FLOAT64, (value) => unitsOf(value, 3600n * SECOND)),
    Abs: durationMethod(
      () => [],
      (value) => clamp(value < 0n ? -value : value),
    ),
    Round: durationMethod(
      () => [DURATION],
      (value, unit) => (unit <= 0n ? value : clamp(roundDuration(value, unit))),
    ),
    Truncate: durationMethod(
      () => [DURATION],
      (value, unit) => (unit <= 0n ? value : value - (value % unit)),
    ),
  },
})

/** A method of a duration that gives one; its types are known once the type is there. */
function durationMethod(params: () => readonly GoType[], call: (value: bigint, unit: bigint) => bigint): Method {
  return {
    get params() {
      return params()
    },
    get result() {
      return DURATION
    },
    variadic: false,
    call: (receiver, [unit]) => new GoInt(DURATION, call(bigintOf(receiver), bigintOf(unit))),
  }
}

/** As Go does it: whole units and the rest are converted apart. */
function unitsOf(value: bigint, unit: bigint): number {
  return Number(value / unit) + Number(value % unit) / Number(unit)
}

function named(name: string, names: readonly string[], first: number): GoType {
  const text = (value: Value) => {
    const number = Number(bigintOf(value))
    return names[number - first] ?? `%!${name.slice(5)}(${number})`
  }
  return types.defineType({
    name,
    kind: 'int',
    underlying: types.INT,
    stringer: text,
    methods: { String: { params: [], variadic: false, result: types.STRING, call: text } },
  })
}

export const MONTH = named('time.Month', MONTHS, 1)
export const WEEKDAY = named('time.Weekday', WEEKDAYS, 0)

/** The Go type `time.Time` with the methods that templates call on it: `.Format`, `.Unix`, `.Add` and the like. */
export const TIME: GoType = types.defineType({
  name: 'time.Time',
  kind: 'struct',
  stringer: (value) => formatTime(instantFrom(value), STRING_LAYOUT),
  goString: (value) => goString(instantFrom(value)),
  hidden: (value) => clockFields(instantFrom(value)),
  methods: { ...clockMethods(), ...arithmeticMethods(), ...textMethods(), ...severalResults() },
})

/** A time.Time value. */
export function timeValue(instant: Instant): GoObject {
  return new GoObject(TIME, instant)
}

/** `time.Time` as parameter and result. */
export const timeCodec = goType<Instant>(TIME, instantFrom, timeValue)

/** The zero time.Time. */
export const ZERO_TIME: Instant = { nanoseconds: ZERO_NANOSECONDS, zone: UTC }

function at(result: GoType, call: (instant: Instant) => Value): Method {
  return simple(instantFrom, result, call)
}

function field(name: keyof Civil): Method {
  return at(types.INT, (instant) => goInt(BigInt(civilOf(instant)[name])))
}

function clockMethods(): Record<string, Method> {
  return {
    Year: field('year'),
    Month: at(MONTH, (instant) => intOf(MONTH, BigInt(civilOf(instant).month))),
    Day: field('day'),
    Hour: field('hour'),
    Minute: field('minute'),
    Second: field('second'),
    Nanosecond: field('nanosecond'),
    YearDay: field('yearDay'),
    Weekday: at(WEEKDAY, (instant) => intOf(WEEKDAY, BigInt(civilOf(instant).weekday))),
    Unix: at(types.INT64, (instant) => intOf(types.INT64, BigInt.asIntN(64, unixSeconds(instant)))),
    UnixMilli: at(types.INT64, (instant) => intOf(types.INT64, floorDivide(instant.nanoseconds, 1_000_000n))),
    UnixMicro: at(types.INT64, (instant) => intOf(types.INT64, floorDivide(instant.nanoseconds, 1000n))),
    UnixNano: at(types.INT64, (instant) => intOf(types.INT64, instant.nanoseconds)),
    IsZero: at(types.BOOL, (instant) => instant.nanoseconds === ZERO_NANOSECONDS),
  }
}

/** Methods that a template cannot call, in Go's words (text/template funcs.go goodFunc). */
function severalResults(): Record<string, Method> {
  const refused = (fault: string): Method => ({
    params: [],
    variadic: false,
    result: types.INT,
    fault,
    call: () => null,
  })
  const many = (name: string) => refused(`function ${name} has 3 return values; should be 1 or 2`)
  const pair = (name: string, second: string) =>
    refused(`invalid function signature for ${name}: second return value should be error; is ${second}`)
  return {
    Date: many('Date'),
    Clock: many('Clock'),
    ISOWeek: pair('ISOWeek', 'int'),
    Zone: pair('Zone', 'int'),
    ZoneBounds: pair('ZoneBounds', 'time.Time'),
  }
}

function floorDivide(value: bigint, unit: bigint): bigint {
  return (value - (((value % unit) + unit) % unit)) / unit
}

/** A method whose parameters or result are `time.Time`, which is defined after it. */
function late(
  params: () => readonly GoType[],
  result: () => GoType,
  call: (instant: Instant, args: readonly Value[]) => Value,
): Method {
  return {
    get params() {
      return params()
    },
    get result() {
      return result()
    },
    variadic: false,
    call: (receiver, args) => call(instantFrom(receiver), args),
  }
}

function toTime(): GoType {
  return TIME
}
function toBool(): GoType {
  return types.BOOL
}

function arithmeticMethods(): Record<string, Method> {
  const compare = (test: (a: bigint, b: bigint) => boolean) =>
    late(
      () => [TIME],
      toBool,
      (instant, [other]) => test(instant.nanoseconds, instantFrom(other).nanoseconds),
    )
  const rounded = (round: (value: bigint, unit: bigint) => bigint) =>
    late(
      () => [DURATION],
      toTime,
      ({ nanoseconds, zone }, [unit]) => timeValue({ nanoseconds: fromZero(nanoseconds, bigintOf(unit), round), zone }),
    )
  return {
    Add: late(
      () => [DURATION],
      toTime,
      ({ nanoseconds, zone }, [by]) => timeValue({ nanoseconds: nanoseconds + bigintOf(by), zone }),
    ),
    Sub: late(
      () => [TIME],
      () => DURATION,
      (instant, [other]) => new GoInt(DURATION, clamp(instant.nanoseconds - instantFrom(other).nanoseconds)),
    ),
    AddDate: late(() => [types.INT, types.INT, types.INT], toTime, addDate),
    After: compare((a, b) => a > b),
    Before: compare((a, b) => a < b),
    Equal: compare((a, b) => a === b),
    Compare: late(
      () => [TIME],
      () => types.INT,
      (instant, [other]) => goInt(BigInt(sign(instant.nanoseconds - instantFrom(other).nanoseconds))),
    ),
    Round: rounded(roundDuration),
    Truncate: rounded((value, unit) => value - (value % unit)),
    UTC: late(
      () => [],
      toTime,
      ({ nanoseconds }) => timeValue({ nanoseconds, zone: UTC }),
    ),
  }
}

function fromZero(nanoseconds: bigint, unit: bigint, round: (value: bigint, unit: bigint) => bigint): bigint {
  return unit <= 0n ? nanoseconds : round(nanoseconds - ZERO_NANOSECONDS, unit) + ZERO_NANOSECONDS
}

function sign(value: bigint): number {
  return value < 0n ? -1 : value > 0n ? 1 : 0
}

function clamp(value: bigint): bigint {
  const limit = (1n << 63n) - 1n
  return value > limit ? limit : value < -limit - 1n ? -limit - 1n : value
}

function addDate(instant: Instant, args: readonly Value[]): Value {
  const [years = 0, months = 0, days = 0] = args.map((arg) => Number(bigintOf(arg)))
  const civil = civilOf(instant)
  const wall = { ...civil, year: civil.year + years, month: civil.month + months, day: civil.day + days }
  return timeValue(instantOf(wall, instant.zone))
}

function textMethods(): Record<string, Method> {
  return {
    GoString: late(
      () => [],
      () => types.STRING,
      (instant) => goString(instant),
    ),
    Format: late(
      () => [types.STRING],
      () => types.STRING,
      (instant, [layout]) => formatTime(instant, String(untag(layout))),
    ),
    String: late(
      () => [],
      () => types.STRING,
      (instant) => formatTime(instant, STRING_LAYOUT),
    ),
    MarshalJSON: late(
      () => [],
      () => types.BYTES,
      marshalJson,
    ),
  }
}

function marshalJson(instant: Instant): string {
  const { year } = civilOf(instant)
  if (year < 0 || year > 9999)
    return fail('json: error calling MarshalJSON for type time.Time: Time.MarshalJSON: year outside of range [0,9999]')
  return quote(formatTime(instant, RFC3339_NANO))
}

function goString(instant: Instant): string {
  const { year, month, day, hour, minute, second, nanosecond } = civilOf(instant)
  const monthName = String(MONTHS[month - 1])
  return `time.Date(${year}, time.${monthName}, ${day}, ${hour}, ${minute}, ${second}, ${nanosecond}, ${locationText(instant.zone)})`
}

function locationText(zone: Zone): string {
  if (zone.name === 'UTC' || zone.name === 'Local') return `time.${zone.name}`
  return `time.Location(${quote(zone.name)})`
}
