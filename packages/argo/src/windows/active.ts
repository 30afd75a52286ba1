import { readCron, type CronFields } from '@slipway/objects'
import type { SyncWindow } from '../types.ts'
import { readDuration } from './duration.ts'

const MINUTE = 60_000
const DAY = 24 * 60 * MINUTE
const HORIZON = 5 * 366 * DAY

/** Whether a window is open at a time; a sentence where its schedule or duration cannot be read. `now` tells the offset of its time zone. */
export function isOpen(window: SyncWindow, at: { readonly time: number; readonly now: number }): boolean | string {
  const { schedule = '', duration = '' } = window
  const fields = fieldsOf(schedule)
  if (typeof fields === 'string') return `cannot parse schedule '${schedule}': ${fields}`
  const long = readDuration(duration)
  if (typeof long === 'string') return `cannot parse duration '${duration}': ${long}`
  // As in Argo CD the zone only moves the clock, by what it is off now: a change of clocks in between is not seen.
  const wall = at.time + offsetOf(window.timeZone ?? '', at.now)
  const opens = nextOpening(fields, wall - long)
  // Go's zero time, which a schedule that is never due gives, is before any other.
  return opens === undefined || opens < wall
}

function fieldsOf(schedule: string): CronFields | string {
  if (schedule === '') return 'empty spec string'
  if (schedule.startsWith('@')) return `parser does not accept descriptors: ${schedule}`
  const cron = readCron(schedule)
  if (typeof cron === 'string') return cron
  return 'fields' in cron ? cron.fields : `parser does not accept descriptors: ${schedule}`
}

function nextOpening([minute, hour, day, month, weekday]: CronFields, after: number): number | undefined {
  let time = Math.floor(after / MINUTE) * MINUTE + MINUTE
  const end = time + HORIZON
  while (time <= end) {
    const date = new Date(time)
    const byDate = day.values.has(date.getUTCDate())
    const byWeekday = weekday.values.has(date.getUTCDay())
    const isDay = day.star || weekday.star ? byDate && byWeekday : byDate || byWeekday
    if (!month.values.has(date.getUTCMonth() + 1) || !isDay) time = (Math.floor(time / DAY) + 1) * DAY
    else if (!hour.values.has(date.getUTCHours())) time += (60 - date.getUTCMinutes()) * MINUTE
    else if (!minute.values.has(date.getUTCMinutes())) time += MINUTE
    else return time
  }
  return undefined
}

// What is no zone counts as UTC.
function offsetOf(timeZone: string, now: number): number {
  if (timeZone === '' || timeZone === 'UTC') return 0
  try {
    const format = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' })
    const name = format.formatToParts(now).find(({ type }) => type === 'timeZoneName')?.value ?? ''
    const [, sign, hours = '0', minutes = '0'] = /GMT([+-])(\d+)(?::(\d+))?/.exec(name) ?? []
    return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * MINUTE
  } catch {
    return 0
  }
}
