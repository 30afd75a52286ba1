import { type GoFunc, GoInt, GoObject, type Value, fn, go, parseInt64, types, untag } from '@slipway/gotemplate'
import { fail } from '../panics.ts'
import { formatDuration, parseDuration, roundDuration } from './duration.ts'
import { formatTime } from './format.ts'
import { unixSeconds, type Instant } from './instant.ts'
import { parseTime } from './parse.ts'
import { TIME, ZERO_TIME, timeCodec } from './type.ts'
import { UTC, loadZone, type Zone } from './zone.ts'

/** Where the date functions get the time from. */
export interface Clock {
  /** Nanoseconds of the Unix epoch. */
  readonly now: () => bigint
  /** The zone that Go calls Local; a tz name. */
  readonly timeZone: string
}

const SECOND = 1_000_000_000n
/** Seconds from the year -292277022399 to 1970. */
const FIRST_YEAR = 9_223_372_028_715_321_600n

/** The date functions. */
export function dateFunctions(clock: Clock): Record<string, GoFunc> {
  const local = localZone(clock)
  const now = (): Instant => ({ nanoseconds: clock.now(), zone: local })
  const instantOf = (value: Value): Instant => instantFrom(value, local) ?? now()
  const inZone = (layout: string, value: Value, zone: string) =>
    formatIn(instantOf(value), layout, zone === 'Local' ? local : loadZone(zone))
  const dateInZone = fn([go.string, go.any, go.string], go.string, inZone)
  const dateModify = fn([go.string, timeCodec], timeCodec, (by, instant) => moved(instant, by) ?? instant)
  const mustDateModify = fn(
    [go.string, timeCodec],
    timeCodec,
    (by, instant) => moved(instant, by) ?? fail(String(parseDuration(by))),
  )
  return {
    now: fn([], timeCodec, now),
    date: fn([go.string, go.any], go.string, (layout, value) => inZone(layout, value, 'Local')),
    dateInZone,
    date_in_zone: dateInZone,
    htmlDate: fn([go.any], go.string, (value) => inZone('2006-01-02', value, 'Local')),
    htmlDateInZone: fn([go.any, go.string], go.string, (value, zone) => inZone('2006-01-02', value, zone)),
    dateModify,
    date_modify: dateModify,
    mustDateModify,
    must_date_modify: mustDateModify,
    ago: fn([go.any], go.string, (value) =>
      formatDuration(roundDuration(clock.now() - agoFrom(value, local, now).nanoseconds, SECOND)),
    ),
    duration: fn([go.any], go.string, (value) => formatDuration(BigInt.asIntN(64, secondsOf(untag(value)) * SECOND))),
    durationRound: fn([go.any], go.string, (value) => roughDuration(nanosecondsOf(untag(value), clock))),
    toDate: fn([go.string, go.string], timeCodec, (layout, text) => parsedOrZero(layout, text, local)),
    mustToDate: fn([go.string, go.string], timeCodec, (layout, text) => parseTime(layout, text, local)),
    unixEpoch: fn([timeCodec], go.string, (instant) => String(BigInt.asIntN(64, unixSeconds(instant)))),
  }
}

/** Go calls the local zone Local, whatever it is; which it is, is asked when a time is to be shown. */
export function localZone(clock: Pick<Clock, 'timeZone'>): Zone {
  let zone: Zone | undefined
  return {
    name: 'Local',
    stored: clock.timeZone === 'UTC' || clock.timeZone === '' ? 'UTC' : 'Local',
    at: (seconds) => {
      zone ??= loadZone(clock.timeZone) ?? UTC
      return zone.at(seconds)
    },
  }
}

function formatIn(instant: Instant, layout: string, zone: Zone | undefined): string {
  return formatTime({ nanoseconds: instant.nanoseconds, zone: zone ?? UTC }, layout)
}

/** A time.Time, or seconds as int, int32 or int64; everything else is undefined and means now. */
function instantFrom(value: Value, zone: Zone): Instant | undefined {
  const plain = untag(value)
  if (plain instanceof GoObject && plain.type === TIME) return plain.native as Instant
  if (
    plain instanceof GoInt &&
    (plain.type === types.INT || plain.type === types.INT64 || plain.type === types.INT32)
  ) {
    // Go counts from the first year that it can show, without a sign, and wraps.
    const seconds = BigInt.asUintN(64, plain.value + FIRST_YEAR) - FIRST_YEAR
    return { nanoseconds: seconds * SECOND, zone }
  }
  return undefined
}

/** dateAgo does not take an int32. */
function agoFrom(value: Value, zone: Zone, now: () => Instant): Instant {
  const plain = untag(value)
  const isInt32 = plain instanceof GoInt && plain.type === types.INT32
  return (isInt32 ? undefined : instantFrom(plain, zone)) ?? now()
}

function moved(instant: Instant, by: string): Instant | undefined {
  const duration = parseDuration(by)
  return typeof duration === 'string' ? undefined : { ...instant, nanoseconds: instant.nanoseconds + duration }
}

function parsedOrZero(layout: string, text: string, zone: Zone): Instant {
  try {
    return parseTime(layout, text, zone)
  } catch (error) {
    if (error instanceof Error && error.name === 'FunctionError') return ZERO_TIME
    throw error
  }
}

function secondsOf(value: Value): bigint {
  if (typeof value === 'string') return parseInt64(value, 10).value
  return value instanceof GoInt && value.type === types.INT64 ? value.value : 0n
}

/** A time.Duration ends at 292 years either way. */
function sinceUntil(nanoseconds: bigint): bigint {
  const limit = (1n << 63n) - 1n
  return nanoseconds > limit ? limit : nanoseconds < -limit - 1n ? -limit - 1n : nanoseconds
}

function nanosecondsOf(value: Value, clock: Clock): bigint {
  if (typeof value === 'string') {
    const parsed = parseDuration(value)
    return typeof parsed === 'string' ? 0n : parsed
  }
  if (value instanceof GoInt && value.type === types.INT64) return value.value
  if (value instanceof GoObject && value.type === TIME)
    return sinceUntil(clock.now() - (value.native as Instant).nanoseconds)
  return 0n
}

const HOUR = 3600n * SECOND
const ROUGH_UNITS: readonly (readonly [bigint, string])[] = [
  [24n * 365n * HOUR, 'y'],
  [24n * 30n * HOUR, 'mo'],
  [24n * HOUR, 'd'],
  [HOUR, 'h'],
  [60n * SECOND, 'm'],
  [SECOND, 's'],
]

function roughDuration(nanoseconds: bigint): string {
  const magnitude = nanoseconds < 0n ? -nanoseconds : nanoseconds
  for (const [unit, name] of ROUGH_UNITS) if (magnitude > unit) return `${magnitude / unit}${name}`
  return '0s'
}
