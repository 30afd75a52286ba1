const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']
const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat']

/** The values that a field of a schedule allows, and whether it was a star (which matters for days). */
export interface Field {
  readonly values: ReadonlySet<number>
  readonly star: boolean
}

/** A field's place in a schedule. */
export interface FieldRange {
  readonly first: number
  readonly last: number
  readonly names?: readonly string[]
}

/** The five fields in order: minute, hour, day of the month, month, day of the week (7 is not Sunday, as in robfig/cron). */
export const RANGES: readonly FieldRange[] = [
  { first: 0, last: 59 },
  { first: 0, last: 23 },
  { first: 1, last: 31 },
  { first: 1, last: 12, names: ['', ...MONTHS] },
  { first: 0, last: 6, names: DAYS },
]

/** Reads one field: lists of values, ranges and steps, with names for months and days; a sentence when it is wrong. */
export function parseField(text: string, range: FieldRange): Field | string {
  const values = new Set<number>()
  let star = false
  for (const part of text.split(',')) {
    const read = parsePart(part, range)
    if (typeof read === 'string') return read
    star ||= read.star
    for (const value of read.values) values.add(value)
  }
  return { values, star }
}

function parsePart(part: string, range: FieldRange): Field | string {
  const [span = '', step, ...more] = part.split('/')
  if (more.length > 0) return `too many slashes: ${part}`
  const bounds = spanOf(span, range)
  if (typeof bounds === 'string') return bounds
  const every = step === undefined ? 1 : Number(/^\d+$/.test(step) ? step : Number.NaN)
  if (Number.isNaN(every)) return `failed to parse int from ${step ?? ''}`
  if (every === 0) return `step of range should be a positive number: ${part}`
  const end = step !== undefined && bounds.single ? range.last : bounds.to
  if (bounds.from < range.first) return `beginning of range (${bounds.from}) below minimum (${range.first}): ${part}`
  if (end > range.last) return `end of range (${end}) above maximum (${range.last}): ${part}`
  if (bounds.from > end) return `beginning of range (${bounds.from}) beyond end of range (${end}): ${part}`
  const count = Math.floor((end - bounds.from) / every) + 1
  const values = new Set(Array.from({ length: count }, (_, index) => bounds.from + index * every))
  return { values, star: bounds.star && every === 1 }
}

interface Span {
  readonly from: number
  readonly to: number
  readonly single: boolean
  readonly star: boolean
}

function spanOf(span: string, range: FieldRange): Span | string {
  const [low = '', high, ...more] = span.split('-')
  if (low === '*' || low === '?') return { from: range.first, to: range.last, single: false, star: true }
  if (more.length > 0) return `too many hyphens: ${span}`
  const from = valueOf(low, range)
  const to = high === undefined ? from : valueOf(high, range)
  if (typeof from === 'string') return from
  if (typeof to === 'string') return to
  return { from, to, single: high === undefined, star: false }
}

function valueOf(text: string, { names = [] }: FieldRange): number | string {
  const named = text === '' ? -1 : names.indexOf(text.toLowerCase())
  if (named >= 0) return named
  return /^\d+$/.test(text) ? Number(text) : `failed to parse int from ${text}`
}
