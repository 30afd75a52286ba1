/** A time zone: what it says at an instant (Unix seconds). */
export interface Zone {
  /** As Go's Location.String: `UTC`, `Local`, `Europe/Berlin`. */
  readonly name: string
  /** The name inside of the time.Location, where that is another one: a local zone that is UTC has UTC there. */
  readonly stored?: string
  /** Seconds east of Greenwich, of a zone that has no other offset. */
  readonly fixed?: number
  at(seconds: number): { readonly offset: number; readonly abbreviation: string }
}

/** Coordinated universal time. */
export const UTC: Zone = { name: 'UTC', at: () => ({ offset: 0, abbreviation: 'UTC' }) }

/** A zone of one offset in seconds; without a name, Go shows the offset instead. */
export function fixedZone(name: string, offset: number): Zone {
  return { name, fixed: offset, at: () => ({ offset, abbreviation: name }) }
}

/** Abbreviations that the tz database has and CLDR does not, winter and summer. */
const ABBREVIATIONS: Readonly<Record<string, readonly [string, string]>> = {
  'Central European': ['CET', 'CEST'],
  'Eastern European': ['EET', 'EEST'],
  'Western European': ['WET', 'WEST'],
  'Greenwich Mean Time': ['GMT', 'BST'],
  British: ['GMT', 'BST'],
  Irish: ['GMT', 'IST'],
  India: ['IST', 'IST'],
  Japan: ['JST', 'JST'],
  Korean: ['KST', 'KST'],
  China: ['CST', 'CST'],
  'Australian Eastern': ['AEST', 'AEDT'],
  'Australian Central': ['ACST', 'ACDT'],
  'Australian Western': ['AWST', 'AWST'],
  'New Zealand': ['NZST', 'NZDT'],
  Moscow: ['MSK', 'MSD'],
  Israel: ['IST', 'IDT'],
  'South Africa': ['SAST', 'SAST'],
  'East Africa': ['EAT', 'EAT'],
  'West Africa': ['WAT', 'WAT'],
  'Central Africa': ['CAT', 'CAT'],
  'Hong Kong': ['HKT', 'HKT'],
  Pakistan: ['PKT', 'PKT'],
  Philippine: ['PST', 'PST'],
  'Western Indonesia': ['WIB', 'WIB'],
}

/** A zone of the tz database by Intl; undefined for a name that it does not know. */
export function loadZone(name: string): Zone | undefined {
  if (name === '' || name === 'UTC') return UTC
  if (!/^[A-Z][A-Za-z0-9_+\-/]*$/.test(name)) return undefined
  const known = zones.get(name)
  if (known !== undefined) return known
  try {
    const made = intlZone(name)
    zones.set(name, made)
    return made
  } catch {
    return undefined
  }
}

/** Those that exist, as making one takes some milliseconds. */
const zones = new Map<string, Zone>()

function intlZone(name: string): Zone {
  const options = { timeZone: name, hourCycle: 'h23', year: 'numeric', month: 'numeric', day: 'numeric' } as const
  const clock = new Intl.DateTimeFormat('en-US', {
    ...options,
    era: 'short',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  })
  const short = new Intl.DateTimeFormat('en-US', { timeZone: name, timeZoneName: 'short' })
  const long = new Intl.DateTimeFormat('en-US', { timeZone: name, timeZoneName: 'long' })
  return {
    name,
    at: (seconds) => {
      const known = knownInstant(seconds)
      const offset = offsetAt(clock, known)
      return { offset, abbreviation: abbreviationAt({ short, long }, known, offset) }
    },
  }
}

/** The earliest second that a Date reaches, with the widest offset. */
const EARLIEST = 86_400 - 8_640_000_000_000
/** Seconds after which the calendar, and with it the days on which clocks change, begins anew. */
const CYCLE = 146_097 * 86_400
/** 2100: no zone is known to change its rules from then on. */
const SETTLED = 4_102_444_800

/** An instant whose offset and name are the same and that Intl knows: it has no names of zones for far times, and no times beyond what a Date reaches. */
function knownInstant(seconds: number): number {
  if (seconds > SETTLED) return SETTLED + ((seconds - SETTLED) % CYCLE)
  return Math.max(seconds, EARLIEST)
}

function offsetAt(clock: Intl.DateTimeFormat, seconds: number): number {
  const date = new Date(seconds * 1000)
  const parts = new Map(clock.formatToParts(date).map(({ type, value }) => [type, value]))
  const number = (type: Intl.DateTimeFormatPartTypes) => Number(parts.get(type))
  const year = parts.get('era') === 'BC' ? 1 - number('year') : number('year')
  const wall = new Date(0)
  wall.setUTCFullYear(year, number('month') - 1, number('day'))
  wall.setUTCHours(number('hour'), number('minute'), number('second'))
  return Math.round(wall.getTime() / 1000 - seconds)
}

function abbreviationAt(
  formats: { short: Intl.DateTimeFormat; long: Intl.DateTimeFormat },
  seconds: number,
  offset: number,
): string {
  const date = new Date(seconds * 1000)
  const short = partOf(formats.short, date)
  if (/^[A-Z]{3,5}$/.test(short)) return short
  const long = partOf(formats.long, date)
  for (const [prefix, names] of Object.entries(ABBREVIATIONS)) {
    if (long.startsWith(prefix)) return /Summer|Daylight/.test(long) ? names[1] : names[0]
  }
  return numericAbbreviation(offset)
}

function partOf(format: Intl.DateTimeFormat, date: Date): string {
  return String(format.formatToParts(date).find(({ type }) => type === 'timeZoneName')?.value)
}

function numericAbbreviation(offset: number): string {
  const minutes = Math.abs(Math.trunc(offset / 60))
  const hours = String(Math.trunc(minutes / 60)).padStart(2, '0')
  return `${offset < 0 ? '-' : '+'}${hours}${minutes % 60 === 0 ? '' : String(minutes % 60).padStart(2, '0')}`
}
