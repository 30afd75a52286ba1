import { civilOf, type Civil, type Instant } from './instant.ts'
import { MONTHS, WEEKDAYS, nextChunk, type Chunk, type Element } from './layout.ts'

/** An instant by a Go layout (`2006-01-02T15:04:05Z07:00`), in a time zone. */
export function formatTime(instant: Instant, layout: string): string {
  const civil = civilOf(instant)
  let out = ''
  let rest = layout
  while (rest !== '') {
    const chunk = nextChunk(rest)
    out += chunk.prefix
    if (chunk.element === undefined) break
    out += formatElement(chunk, chunk.element, civil)
    rest = chunk.suffix
  }
  return out
}

function pad(value: number, width: number, fill = '0'): string {
  const digits = String(Math.abs(value)).padStart(width, fill)
  return value < 0 ? `-${digits}` : digits
}

function formatElement(chunk: Chunk, element: Element, civil: Civil): string {
  switch (element) {
    case 'offset':
      return formatOffset(chunk.text, civil.offset)
    case 'zone':
      return civil.abbreviation === '' ? formatOffset('-0700', civil.offset) : civil.abbreviation
    case 'fraction0':
    case 'fraction9':
      return formatFraction(chunk.text, civil.nanosecond)
    default:
      return formatDate(element, civil) ?? formatClock(element, civil) ?? ''
  }
}

function formatDate(element: Element, civil: Civil): string | undefined {
  const { year, month, day, yearDay, weekday } = civil
  switch (element) {
    case 'year':
      return pad(Math.abs(year) % 100, 2)
    case 'longYear':
      return pad(year, 4)
    case 'month':
      return String(MONTHS[month - 1]).slice(0, 3)
    case 'longMonth':
      return MONTHS[month - 1]
    case 'numMonth':
      return String(month)
    case 'zeroMonth':
      return pad(month, 2)
    case 'weekday':
      return String(WEEKDAYS[weekday]).slice(0, 3)
    case 'longWeekday':
      return WEEKDAYS[weekday]
    case 'day':
      return String(day)
    case 'underDay':
      return pad(day, 2, ' ')
    case 'zeroDay':
      return pad(day, 2)
    case 'underYearDay':
      return pad(yearDay, 3, ' ')
    case 'zeroYearDay':
      return pad(yearDay, 3)
    default:
      return undefined
  }
}

function formatClock(element: Element, civil: Civil): string | undefined {
  const { hour, minute, second } = civil
  const half = hour % 12 === 0 ? 12 : hour % 12
  switch (element) {
    case 'hour':
      return pad(hour, 2)
    case 'hour12':
      return String(half)
    case 'zeroHour12':
      return pad(half, 2)
    case 'minute':
      return String(minute)
    case 'zeroMinute':
      return pad(minute, 2)
    case 'second':
      return String(second)
    case 'zeroSecond':
      return pad(second, 2)
    case 'PM':
      return hour >= 12 ? 'PM' : 'AM'
    case 'pm':
      return hour >= 12 ? 'pm' : 'am'
    default:
      return undefined
  }
}

/** An offset as the layout text shows it: `Z0700` gives Z for none, colons and seconds as written. */
function formatOffset(text: string, offset: number): string {
  if (text.startsWith('Z') && offset === 0) return 'Z'
  const minutes = Math.abs(Math.trunc(offset / 60))
  const colon = text.includes(':') ? ':' : ''
  let out = (Math.trunc(offset / 60) < 0 ? '-' : '+') + pad(Math.trunc(minutes / 60), 2)
  if (text.length > 3) out += colon + pad(minutes % 60, 2)
  if (text.length >= 7) out += colon + pad(Math.abs(offset) % 60, 2)
  return out
}

function formatFraction(text: string, nanosecond: number): string {
  const digits = pad(nanosecond, 9)
    .slice(0, text.length - 1)
    .padEnd(text.length - 1, '0')
  if (text[1] === '0') return text.charAt(0) + digits
  const kept = digits.replace(/0+$/, '')
  return kept === '' ? '' : text.charAt(0) + kept
}
