/** What a wall clock shows: month from 1, hour from 0, Sunday is 0. */
export type WallClock = (time: number) => {
  readonly month: number
  readonly day: number
  readonly hour: number
  readonly minute: number
  readonly weekday: number
}

const formats = new Map<string, Intl.DateTimeFormat>()

/** The wall clock of a time zone by its IANA name. Throws a RangeError for a name that the machine does not know. */
export function wallClock(timeZone: string): WallClock {
  const format = formatOf(timeZone)
  return (time) => {
    const parts = new Map(format.formatToParts(time).map(({ type, value }) => [type as string, Number(value)]))
    const number = (name: string): number => parts.get(name) ?? 0
    const weekday = new Date(Date.UTC(number('year'), number('month') - 1, number('day'))).getUTCDay()
    return {
      month: number('month'),
      day: number('day'),
      hour: number('hour'),
      minute: number('minute'),
      weekday,
    }
  }
}

/** True for the IANA name of a time zone. */
export function isTimeZone(name: string): boolean {
  try {
    formatOf(name)
    return true
  } catch {
    return false
  }
}

/** A time in a zone as RFC 3339 writes it, such as `2026-03-01T03:00:00+01:00`. */
export function zonedTime(time: number, timeZone: string): string {
  const parts = new Map(
    formatOf(timeZone)
      .formatToParts(time)
      .map(({ type, value }) => [type as string, value]),
  )
  const part = (name: string): string => parts.get(name) ?? ''
  const local = `${part('year')}-${part('month')}-${part('day')}T${part('hour')}:${part('minute')}:${part('second')}`
  const minutes = Math.round((Date.parse(`${local}Z`) - time) / 60_000)
  if (minutes === 0) return `${local}Z`
  const pad = (value: number): string => String(value).padStart(2, '0')
  const size = Math.abs(minutes)
  return `${local}${minutes < 0 ? '-' : '+'}${pad(Math.floor(size / 60))}:${pad(size % 60)}`
}

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone)
  if (known !== undefined) return known
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  })
  formats.set(timeZone, format)
  return format
}
