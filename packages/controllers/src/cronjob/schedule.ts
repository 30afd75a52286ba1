import { type Field, parseField, RANGES } from './fields.ts'
import { wallClock, type WallClock } from './zone.ts'

/** When a schedule is due: the first time after `after` (milliseconds since 1970), or undefined when there is none in five years. */
export type Schedule = (after: number) => number | undefined

const SHORT: Record<string, string> = {
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
  '@monthly': '0 0 1 * *',
  '@weekly': '0 0 * * 0',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@hourly': '0 * * * *',
}
const UNITS: Record<string, number> = { h: 3_600_000, m: 60_000, s: 1000 }
const MINUTE = 60_000
const HOUR = 3_600_000
const HORIZON = 5 * 366 * 24 * HOUR

/**
 * Reads a CronJob's schedule as robfig/cron's standard parser does: five fields, `@hourly` and its like, or `@every 1h30m`. Returns a sentence for text that is none.
 * Days match when either day field does, unless one of them is a star.
 */
export function parseSchedule(text: string, timeZone: string): Schedule | string {
  if (text.startsWith('@every ')) return everyOf(text)
  if (text.startsWith('@') && SHORT[text] === undefined) return `unrecognized descriptor: ${text}`
  const parts = (SHORT[text] ?? text)
    .trim()
    .split(/\s+/)
    .filter((part) => part !== '')
  if (parts.length !== 5) return `expected exactly 5 fields, found ${parts.length}: [${parts.join(' ')}]`
  const fields: Field[] = []
  for (const [index, range] of RANGES.entries()) {
    const field = parseField(parts[index] ?? '', range)
    if (typeof field === 'string') return field
    fields.push(field)
  }
  return (after) => nextOf(fields as unknown as Five, { after, zone: wallClock(timeZone) })
}

type Five = readonly [minute: Field, hour: Field, day: Field, month: Field, weekday: Field]

function everyOf(text: string): Schedule | string {
  const duration = text.slice('@every '.length)
  const parts = [...duration.matchAll(/(\d+(?:\.\d+)?)([hms])/g)]
  if (parts.length === 0 || parts.map(([all]) => all).join('') !== duration)
    return `failed to parse duration ${text}: time: invalid duration ${JSON.stringify(duration)}`
  const total = parts.reduce((sum, [, count, unit]) => sum + Number(count) * (UNITS[unit ?? 's'] ?? 0), 0)
  const period = Math.max(1000, Math.floor(total / 1000) * 1000)
  return (after) => Math.floor(after / 1000) * 1000 + period
}

// Walks the zone's wall clock by days, then hours, then minutes; hours are real ones, so one that a clock change skips is skipped and one that comes twice counts twice.
function nextOf(fields: Five, at: { readonly after: number; readonly zone: WallClock }): number | undefined {
  const [minute, hour, , month] = fields
  const { zone } = at
  const end = at.after + HORIZON
  let time = Math.floor(at.after / MINUTE) * MINUTE + MINUTE
  while (time <= end) {
    const wall = zone(time)
    if (!month.values.has(wall.month) || !isDay(fields, wall)) time = nextDay(time, zone)
    else if (!hour.values.has(wall.hour)) time += (60 - wall.minute) * MINUTE
    else if (!minute.values.has(wall.minute)) time += MINUTE
    else return time
  }
  return undefined
}

function isDay([, , day, , weekday]: Five, wall: ReturnType<WallClock>): boolean {
  const byDate = day.values.has(wall.day)
  const byWeekday = weekday.values.has(wall.weekday)
  return day.star || weekday.star ? byDate && byWeekday : byDate || byWeekday
}

// The first minute of the next day of the wall clock, which is 23 or 25 hours long when clocks change.
function nextDay(time: number, zone: WallClock): number {
  const wall = zone(time)
  const guess = time + (24 - wall.hour) * HOUR - wall.minute * MINUTE
  const there = zone(guess)
  if (there.hour === 0) return guess - there.minute * MINUTE
  return there.hour > 12 ? guess + (24 - there.hour) * HOUR : guess - there.hour * HOUR
}
