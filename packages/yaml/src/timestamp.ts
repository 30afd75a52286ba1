const DATE = /^(\d{4})-(\d{1,2})-(\d{1,2})$/
const DATE_TIME =
  /^(\d{4})-(\d{1,2})-(\d{1,2})(?:[Tt]| +)(\d{1,2}):(\d{1,2}):(\d{1,2})(?:[.,](\d+))?(Z|[-+]\d{2}:\d{2})?$/
const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

/**
 * A YAML 1.1 timestamp as Go's RFC3339Nano prints it (`2001-12-14T21:59:43.1-05:00`), or undefined for what go-yaml leaves a string.
 * The accepted layouts are the four of go-yaml's resolve.go.
 */
export function parseTimestamp(text: string): string | undefined {
  const date = DATE.exec(text)
  if (date !== null) return validDate(date) ? `${dateText(date)}T00:00:00Z` : undefined
  const match = DATE_TIME.exec(text)
  if (match === null || !validDate(match)) return undefined
  const zone = match[8]
  const spaced = text.includes(' ')
  if (spaced === (zone !== undefined)) return undefined
  const time = timeText(match)
  return time === undefined || !validZone(zone) ? undefined : `${dateText(match)}T${time}${zoneText(zone)}`
}

function validDate(match: RegExpExecArray): boolean {
  const [year, month, day] = [Number(match[1]), Number(match[2]), Number(match[3])]
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)
  const days = month === 2 && leap ? 29 : DAYS[month - 1]
  return days !== undefined && day >= 1 && day <= days
}

function dateText(match: RegExpExecArray): string {
  return `${match[1] ?? ''}-${(match[2] ?? '').padStart(2, '0')}-${(match[3] ?? '').padStart(2, '0')}`
}

function timeText(match: RegExpExecArray): string | undefined {
  const [hour, minute, second] = [match[4] ?? '', match[5] ?? '', match[6] ?? '']
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return undefined
  const fraction = (match[7] ?? '').slice(0, 9).replace(/0+$/, '')
  const clock = [hour, minute, second].map((part) => part.padStart(2, '0')).join(':')
  return fraction === '' ? clock : `${clock}.${fraction}`
}

function validZone(zone: string | undefined): boolean {
  if (zone === undefined || zone === 'Z') return true
  return Number(zone.slice(1, 3)) <= 24 && Number(zone.slice(4)) <= 60
}

function zoneText(zone: string | undefined): string {
  return zone === undefined || zone === '+00:00' || zone === '-00:00' ? 'Z' : zone
}

const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
]
const NORMAL = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d+))?(Z|[-+]\d\d:\d\d)$/

/** A timestamp as Go's `%#v` prints the time, on a machine whose local zone is UTC. */
export function timeSyntax(text: string): string {
  const [, year = '', month = '', day = '', hour = '', minute = '', second = '', fraction = '', zone = ''] =
    NORMAL.exec(parseTimestamp(text) ?? '') ?? []
  const numbers = [day, hour, minute, second, fraction.padEnd(9, '0')].map(Number)
  const utc = /[-+]00:00$/.test(text) ? 'time.Local' : 'time.UTC'
  const location = zone === 'Z' ? utc : 'time.Location("")'
  return `time.Date(${Number(year)}, time.${MONTHS[Number(month) - 1] ?? ''}, ${numbers.join(', ')}, ${location})`
}

/** The order of times as keys of a Go map that is printed: by their nanoseconds, then by their seconds. */
export function compareTimestamps(a: string, b: string): number {
  const [first, second] = [parseTimestamp(a) ?? '', parseTimestamp(b) ?? '']
  const nanoseconds = (text: string): number => Number((NORMAL.exec(text)?.[7] ?? '').padEnd(9, '0'))
  return nanoseconds(first) - nanoseconds(second) || Date.parse(first) - Date.parse(second)
}
