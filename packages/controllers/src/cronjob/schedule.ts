import { type CronFields, readCron } from '@slipway/objects'
import { wallClock, type WallClock } from './zone.ts'

/** When a schedule is due: the first time after `after` (milliseconds since 1970), or undefined when there is none in five years. */
export type Schedule = (after: number) => number | undefined

const MINUTE = 60_000
const HOUR = 3_600_000
const HORIZON = 5 * 366 * 24 * HOUR

/**
 * Reads a CronJob's schedule. Returns a sentence for text that is none. Days match when either day field does, unless one of them is a star.
 */
export function parseSchedule(text: string, timeZone: string): Schedule | string {
  const cron = readCron(text)
  if (typeof cron === 'string') return cron
  if ('every' in cron) return (after) => Math.floor(after / 1000) * 1000 + cron.every
  return (after) => nextOf(cron.fields, { after, zone: wallClock(timeZone) })
}

// Walks the zone's wall clock by days, then hours, then minutes; hours are real ones, so one that a clock change skips is skipped and one that comes twice counts twice.
function nextOf(fields: CronFields, at: { readonly after: number; readonly zone: WallClock }): number | undefined {
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

function isDay([, , day, , weekday]: CronFields, wall: ReturnType<WallClock>): boolean {
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
