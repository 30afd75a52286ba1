import { utf8 } from '@slipway/gotemplate'
import { fail } from '../panics.ts'
import { daysIn, instantOf, isLeap, unixSeconds, daysOf, type Instant } from './instant.ts'
import { MONTHS, WEEKDAYS, nextChunk, type Element } from './layout.ts'
import { parseOffset, parseZoneName } from './parse-zone.ts'
import { UTC, fixedZone, type Zone } from './zone.ts'

/** What has been read so far; -1 where nothing was. */
export interface Fields {
  year: number
  month: number
  day: number
  yearDay: number
  hour: number
  minute: number
  second: number
  nanosecond: number
  pm: boolean
  am: boolean
  zone: Zone | undefined
  offset: number | undefined
  zoneName: string
}

/** The rest of a value after an element was read; undefined for a bad value, `range` for a good one out of range. */
export interface ReadResult {
  readonly rest: string
  readonly range?: string
}

/** Go's time.ParseInLocation. Throws a FunctionError with its text. */
export function parseTime(layout: string, value: string, local: Zone): Instant {
  return new TimeParser(layout, value, local).parse()
}

class TimeParser {
  readonly #layout: string
  readonly #value: string
  readonly #local: Zone
  readonly #fields: Fields = {
    year: 0,
    month: -1,
    day: -1,
    yearDay: -1,
    hour: 0,
    minute: 0,
    second: 0,
    nanosecond: 0,
    pm: false,
    am: false,
    zone: undefined,
    offset: undefined,
    zoneName: '',
  }

  constructor(layout: string, value: string, local: Zone) {
    this.#layout = layout
    this.#value = value
    this.#local = local
  }

  parse(): Instant {
    this.#read()
    this.#halfDay()
    this.#date()
    return this.#instant()
  }

  #read(): void {
    let layout = this.#layout
    let value = this.#value
    for (;;) {
      const chunk = nextChunk(layout)
      const skipped = skip(value, chunk.prefix)
      if (skipped.failed) this.#cannot(skipped.rest, chunk.prefix)
      value = skipped.rest
      if (chunk.element === undefined) {
        if (value !== '') this.#message(`: extra text: ${quote(value)}`)
        return
      }
      layout = chunk.suffix
      const result = readElement({ element: chunk.element, text: chunk.text, value, following: layout }, this.#fields)
      if (result?.range !== undefined) this.#message(`: ${result.range} out of range`)
      if (result === undefined) return this.#cannot(value, chunk.text)
      value = result.rest
    }
  }

  #cannot(value: string, layout: string): never {
    return fail(
      `parsing time ${quote(this.#value)} as ${quote(this.#layout)}: cannot parse ${quote(value)} as ${quote(layout)}`,
    )
  }

  #message(text: string): never {
    return fail(`parsing time ${quote(this.#value)}${text}`)
  }

  #halfDay(): void {
    const fields = this.#fields
    if (fields.pm && fields.hour < 12) fields.hour += 12
    else if (fields.am && fields.hour === 12) fields.hour = 0
  }

  #date(): void {
    const fields = this.#fields
    if (fields.yearDay >= 0) this.#fromYearDay()
    if (fields.month < 0) fields.month = 1
    if (fields.day < 0) fields.day = 1
    if (fields.day < 1 || fields.day > daysIn(fields.month, fields.year)) this.#message(': day out of range')
  }

  #fromYearDay(): void {
    const fields = this.#fields
    if (fields.yearDay < 1 || fields.yearDay > (isLeap(fields.year) ? 366 : 365))
      this.#message(': day-of-year out of range')
    let month = 12
    while (daysOf(fields.year, month, 1) - daysOf(fields.year, 1, 1) >= fields.yearDay) month--
    const day = fields.yearDay - (daysOf(fields.year, month, 1) - daysOf(fields.year, 1, 1))
    if (fields.month >= 0 && fields.month !== month) this.#message(': day-of-year does not match month')
    if (fields.day >= 0 && fields.day !== day) this.#message(': day-of-year does not match day')
    fields.month = month
    fields.day = day
  }

  #instant(): Instant {
    const { zone, offset, zoneName } = this.#fields
    if (zone !== undefined) return instantOf(this.#fields, zone)
    if (offset === undefined && zoneName === '') return instantOf(this.#fields, this.#local)
    const utc = instantOf(this.#fields, UTC)
    return offset === undefined ? this.#named(utc, zoneName) : this.#shifted(utc, offset, zoneName)
  }

  #shifted(utc: Instant, offset: number, zoneName: string): Instant {
    const nanoseconds = utc.nanoseconds - BigInt(offset) * 1_000_000_000n
    const local = this.#local.at(Number(unixSeconds({ nanoseconds, zone: UTC })))
    const isLocal = local.offset === offset && (zoneName === '' || local.abbreviation === zoneName)
    return { nanoseconds, zone: isLocal ? this.#local : fixedZone(zoneName, offset) }
  }

  #named(utc: Instant, zoneName: string): Instant {
    const seconds = Number(unixSeconds(utc))
    const local = this.#local.at(seconds)
    if (local.abbreviation === zoneName) {
      return { nanoseconds: utc.nanoseconds - BigInt(local.offset) * 1_000_000_000n, zone: this.#local }
    }
    const hours = zoneName.length > 3 && zoneName.startsWith('GMT') ? Number(zoneName.slice(3)) : 0
    return { nanoseconds: utc.nanoseconds, zone: fixedZone(zoneName, hours * 3600) }
  }
}

/** Reads the literal part of a layout: runs of spaces match runs of spaces. */
function skip(value: string, prefix: string): { rest: string; failed: boolean } {
  let rest = value
  let left = prefix
  while (left !== '') {
    if (left.startsWith(' ')) {
      if (rest !== '' && !rest.startsWith(' ')) return { rest, failed: true }
      left = left.replace(/^ +/, '')
      rest = rest.replace(/^ +/, '')
    } else {
      if (rest === '' || rest[0] !== left[0]) return { rest, failed: true }
      left = left.slice(1)
      rest = rest.slice(1)
    }
  }
  return { rest, failed: false }
}

interface ElementInput {
  readonly element: Element
  readonly text: string
  readonly value: string
  readonly following: string
}

type Setter = (value: number) => string | undefined

function readElement(input: ElementInput, fields: Fields): ReadResult | undefined {
  const { element, value, text } = input
  const fixed = element.startsWith('zero')
  switch (element) {
    case 'year':
    case 'longYear':
      return readYear(value, element === 'year' ? 2 : 4, fields)
    case 'month':
    case 'longMonth':
      return readName(value, element === 'month' ? MONTHS.map(short) : MONTHS, (index) => (fields.month = index + 1))
    case 'weekday':
    case 'longWeekday':
      return readName(value, element === 'weekday' ? WEEKDAYS.map(short) : WEEKDAYS, () => undefined)
    case 'numMonth':
    case 'zeroMonth':
      return readNumber(
        value,
        fixed,
        (month) => ((fields.month = month), month <= 0 || month > 12 ? 'month' : undefined),
      )
    case 'day':
    case 'underDay':
    case 'zeroDay':
      return readNumber(
        element === 'underDay' ? value.replace(/^ /, '') : value,
        fixed,
        (day) => ((fields.day = day), undefined),
      )
    case 'underYearDay':
    case 'zeroYearDay':
      return readYearDay(element === 'underYearDay' ? value.replace(/^ {1,2}/, '') : value, fixed, fields)
    case 'PM':
    case 'pm':
      return readHalfDay(value, element, fields)
    case 'zone':
      return parseZoneName(value, fields)
    case 'offset':
      return parseOffset(value, text, fields)
    case 'fraction0':
    case 'fraction9':
      return readFraction(value, text, fields)
    default:
      return readClock(input, fields, fixed)
  }
}

function short(name: string): string {
  return name.slice(0, 3)
}

function readClock(input: ElementInput, fields: Fields, fixed: boolean): ReadResult | undefined {
  const { element, value } = input
  switch (element) {
    case 'hour':
      return readNumber(value, false, (hour) => ((fields.hour = hour), hour >= 24 ? 'hour' : undefined))
    case 'hour12':
    case 'zeroHour12':
      return readNumber(value, fixed, (hour) => ((fields.hour = hour), hour > 12 ? 'hour' : undefined))
    case 'minute':
    case 'zeroMinute':
      return readNumber(value, fixed, (minute) => ((fields.minute = minute), minute >= 60 ? 'minute' : undefined))
    default:
      return readSecond(input, fields, fixed)
  }
}

/** A fraction may follow the seconds even where the layout has none. */
function readSecond(input: ElementInput, fields: Fields, fixed: boolean): ReadResult | undefined {
  const result = readNumber(
    input.value,
    fixed,
    (second) => ((fields.second = second), second >= 60 ? 'second' : undefined),
  )
  if (result === undefined || result.range !== undefined || !/^[.,][0-9]/.test(result.rest)) return result
  const next = nextChunk(input.following).element
  if (next === 'fraction0' || next === 'fraction9') return result
  return takeFraction(result.rest, result.rest.search(/(?<=^[.,][0-9]+)(?![0-9])/), fields)
}

function readYear(value: string, digits: number, fields: Fields): ReadResult | undefined {
  const text = value.slice(0, digits)
  if (!new RegExp(`^${digits === 2 ? '[-+0-9]' : '[0-9]'}[0-9]{${digits - 1}}$`).test(text)) return undefined
  const year = Number(text)
  fields.year = digits === 4 ? year : year >= 69 ? year + 1900 : year + 2000
  return { rest: value.slice(digits) }
}

function readName(value: string, names: readonly string[], set: (index: number) => void): ReadResult | undefined {
  const lower = value.toLowerCase()
  const index = names.findIndex((name) => lower.startsWith(name.toLowerCase()))
  if (index < 0) return undefined
  set(index)
  return { rest: value.slice(String(names[index]).length) }
}

function readNumber(value: string, fixed: boolean, set: Setter): ReadResult | undefined {
  const digits = /^[0-9]{1,2}/.exec(value)?.[0] ?? ''
  if (digits === '' || (fixed && digits.length === 1)) return undefined
  const range = set(Number(digits))
  const rest = value.slice(digits.length)
  return range === undefined ? { rest } : { rest, range }
}

function readYearDay(value: string, fixed: boolean, fields: Fields): ReadResult | undefined {
  const digits = /^[0-9]{1,3}/.exec(value)?.[0] ?? ''
  if (digits === '' || (fixed && digits.length !== 3)) return undefined
  fields.yearDay = Number(digits)
  return { rest: value.slice(digits.length) }
}

function readHalfDay(value: string, element: 'PM' | 'pm', fields: Fields): ReadResult | undefined {
  const text = value.slice(0, 2)
  const [pm, am] = element === 'PM' ? ['PM', 'AM'] : ['pm', 'am']
  if (text === pm) fields.pm = true
  else if (text === am) fields.am = true
  else return undefined
  return { rest: value.slice(2) }
}

function readFraction(value: string, text: string, fields: Fields): ReadResult | undefined {
  if (text[1] === '0') return value.length < text.length ? undefined : takeFraction(value, text.length, fields)
  const found = /^[.,][0-9]+/.exec(value)?.[0]
  return found === undefined ? { rest: value } : takeFraction(value, found.length, fields)
}

function takeFraction(value: string, length: number, fields: Fields): ReadResult | undefined {
  const text = value.slice(0, Math.min(length, 10))
  // Go reads these digits with a sign, and a sign alone as zero.
  const [, sign, digits] = /^[.,]([-+]?)([0-9]*)$/.exec(text) ?? []
  if (digits === undefined) return undefined
  const rest = value.slice(length)
  const count = Number(digits)
  if (sign === '-' && count > 0) return { rest, range: 'fractional second' }
  fields.nanosecond = count * 10 ** (10 - text.length)
  return { rest }
}

/** The quoting of package time: every byte that is not printable ASCII as \xNN. */
function quote(text: string): string {
  let out = '"'
  for (const byte of utf8.encodeString(text)) {
    const char = String.fromCharCode(byte)
    if (byte >= 0x80 || byte < 0x20) out += `\\x${byte.toString(16).padStart(2, '0')}`
    else out += char === '"' || char === '\\' ? `\\${char}` : char
  }
  return `${out}"`
}
