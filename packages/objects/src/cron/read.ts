import { type Field, parseField, RANGES } from './fields.ts'

const SHORT: Readonly<Record<string, string>> = {
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
  '@monthly': '0 0 1 * *',
  '@weekly': '0 0 * * 0',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@hourly': '0 * * * *',
}
const UNITS: Readonly<Record<string, number>> = { h: 3_600_000, m: 60_000, s: 1000 }

/** The fields of a schedule: minute, hour, day of the month, month, day of the week. */
export type CronFields = readonly [minute: Field, hour: Field, day: Field, month: Field, weekday: Field]

/** What a schedule says: five fields, or a period in milliseconds. */
export type Cron = { readonly fields: CronFields } | { readonly every: number }

/**
 * Reads a CronJob's schedule as robfig/cron's standard parser does: five fields, `@hourly` and its like, or `@every 1h30m`. Returns that parser's sentence for
 * text that is none.
 */
export function readCron(text: string): Cron | string {
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
  return { fields: fields as unknown as CronFields }
}

function everyOf(text: string): Cron | string {
  const duration = text.slice('@every '.length)
  const parts = [...duration.matchAll(/(\d+(?:\.\d+)?)([hms])/g)]
  if (parts.length === 0 || parts.map(([all]) => all).join('') !== duration)
    return `failed to parse duration ${text}: time: invalid duration ${JSON.stringify(duration)}`
  const total = parts.reduce((sum, [, count, unit]) => sum + Number(count) * (UNITS[unit ?? 's'] ?? 0), 0)
  return { every: Math.max(1000, Math.floor(total / 1000) * 1000) }
}
