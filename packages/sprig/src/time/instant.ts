import type { Zone } from './zone.ts'

/** A Go time.Time: nanoseconds of the Unix epoch, shown in a zone. */
export interface Instant {
  readonly nanoseconds: bigint
  readonly zone: Zone
}

/** The fields of a wall clock. */
export interface Civil {
  readonly year: number
  /** 1 to 12. */
  readonly month: number
  readonly day: number
  readonly hour: number
  readonly minute: number
  readonly second: number
  readonly nanosecond: number
  /** 0 is Sunday. */
  readonly weekday: number
  /** 1 is the first of January. */
  readonly yearDay: number
  readonly offset: number
  readonly abbreviation: string
}

const BILLION = 1_000_000_000n

const DAY = 86_400n

function modulo(value: bigint, by: bigint): bigint {
  return ((value % by) + by) % by
}

/** Whole seconds of the Unix epoch, rounded down. */
export function unixSeconds(instant: Instant): bigint {
  return (instant.nanoseconds - modulo(instant.nanoseconds, BILLION)) / BILLION
}

/** The wall clock of an instant in its zone. */
export function civilOf(instant: Instant): Civil {
  const seconds = unixSeconds(instant)
  const { offset, abbreviation } = instant.zone.at(Number(seconds))
  // As bigint: a number has no room for the seconds of an instant that wrapped.
  const local = seconds + BigInt(offset)
  const rest = Number(modulo(local, DAY))
  const days = Number((local - BigInt(rest)) / DAY)
  const { year, month, day } = dateOf(days)
  return {
    year,
    month,
    day,
    hour: Math.floor(rest / 3600),
    minute: Math.floor(rest / 60) % 60,
    second: rest % 60,
    nanosecond: Number(modulo(instant.nanoseconds, BILLION)),
    weekday: (((days + 4) % 7) + 7) % 7,
    yearDay: days - daysOf(year, 1, 1) + 1,
    offset,
    abbreviation,
  }
}

/** Days since the epoch of a date of the proleptic Gregorian calendar; months and days may be out of range. */
export function daysOf(year: number, month: number, day: number): number {
  const y = year + Math.floor((month - 1) / 12)
  const m = ((((month - 1) % 12) + 12) % 12) + 1
  const shifted = m <= 2 ? y - 1 : y
  const era = Math.floor(shifted / 400)
  const yearOfEra = shifted - era * 400
  const dayOfYear = Math.floor((153 * (m + (m > 2 ? -3 : 9)) + 2) / 5)
  return (
    era * 146097 +
    yearOfEra * 365 +
    Math.floor(yearOfEra / 4) -
    Math.floor(yearOfEra / 100) +
    dayOfYear -
    719468 +
    day -
    1
  )
}

function dateOf(days: number): { year: number; month: number; day: number } {
  const shifted = days + 719468
  const era = Math.floor(shifted / 146097)
  const dayOfEra = shifted - era * 146097
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36524) - Math.floor(dayOfEra / 146096)) / 365,
  )
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100))
  const shiftedMonth = Math.floor((5 * dayOfYear + 2) / 153)
  const month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
  const day = dayOfYear - Math.floor((153 * shiftedMonth + 2) / 5) + 1
  return { year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day }
}

/** A wall clock to find the instant of. */
export interface Wall {
  readonly year: number
  readonly month: number
  readonly day: number
  readonly hour?: number
  readonly minute?: number
  readonly second?: number
  readonly nanosecond?: number
}

/** Go's time.Date: fields may overflow; where a zone skips or repeats the wall time, Go's guess. */
export function instantOf(wall: Wall, zone: Zone): Instant {
  const { hour = 0, minute = 0, second = 0, nanosecond = 0 } = wall
  const local = daysOf(wall.year, wall.month, wall.day) * 86400 + hour * 3600 + minute * 60 + second
  const first = local - zone.at(local).offset
  const { offset } = zone.at(first)
  let seconds = local - offset
  if (zone.at(seconds).offset !== offset) seconds = first
  return { nanoseconds: BigInt(seconds) * BILLION + BigInt(nanosecond), zone }
}

/** The first second of year 1: Go's zero time. */
export const ZERO_NANOSECONDS = -62135596800n * BILLION

/** True in years that have 366 days. */
export function isLeap(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)
}

/** Days of a month. */
export function daysIn(month: number, year: number): number {
  if (month === 2) return isLeap(year) ? 29 : 28
  return [4, 6, 9, 11].includes(month) ? 30 : 31
}
