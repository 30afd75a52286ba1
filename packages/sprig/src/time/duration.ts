import { utf8 } from '@slipway/gotemplate'

const SECOND = 1_000_000_000n
const MAX = (1n << 63n) - 1n
const UNITS: ReadonlyMap<string, bigint> = new Map([
  ['ns', 1n],
  ['us', 1000n],
  ['µs', 1000n],
  ['μs', 1000n],
  ['ms', 1_000_000n],
  ['s', SECOND],
  ['m', 60n * SECOND],
  ['h', 3600n * SECOND],
])

/** Go's time.ParseDuration in nanoseconds, or its error text. */
export function parseDuration(text: string): bigint | string {
  const invalid = `time: invalid duration ${quoted(text)}`
  const negative = text.startsWith('-')
  let rest = /^[-+]/.test(text) ? text.slice(1) : text
  if (rest === '0') return 0n
  if (rest === '') return invalid
  let total = 0n
  while (rest !== '') {
    const match = /^([0-9]*)(?:\.([0-9]*))?/.exec(rest)
    const [whole = '', digits = '', fraction = ''] = match ?? []
    if (digits === '' && fraction === '') return invalid
    if (digits !== '' && BigInt(digits) > MAX + 1n) return invalid
    rest = rest.slice(whole.length)
    const [unit = ''] = rest.split(/[.0-9]/, 1)
    if (unit === '') return `time: missing unit in duration ${quoted(text)}`
    const scale = UNITS.get(unit)
    if (scale === undefined) return `time: unknown unit ${quoted(unit)} in duration ${quoted(text)}`
    rest = rest.slice(unit.length)
    total += (digits === '' ? 0n : BigInt(digits)) * scale + fractionOf(fraction, scale)
    if (total > MAX + 1n) return invalid
  }
  if (negative) return -total
  return total > MAX ? invalid : total
}

/** Package time has a quoting of its own: everything but plain ASCII in hexadecimal. */
function quoted(text: string): string {
  const bytes = Array.from(utf8.encodeString(text), (byte) => {
    if (byte < 0x20 || byte >= 0x80) return `\\x${byte.toString(16).padStart(2, '0')}`
    const char = String.fromCharCode(byte)
    return char === '"' || char === '\\' ? `\\${char}` : char
  })
  return `"${bytes.join('')}"`
}

/** Digits after the point: as many as an int64 holds, then by float arithmetic as Go does it. */
function fractionOf(digits: string, scale: bigint): bigint {
  let value = 0n
  let power = 1
  for (const digit of digits) {
    const next = value * 10n + BigInt(digit)
    if (value > MAX / 10n || next > MAX) break
    value = next
    power *= 10
  }
  return value === 0n ? 0n : BigInt(Math.trunc(Number(value) * (Number(scale) / power)))
}

/** A duration as `time.Duration.String` prints it: `1h30m0s`, `1.5ms`, `0s`. Nanoseconds. */
export function formatDuration(nanoseconds: bigint): string {
  const magnitude = nanoseconds < 0n ? -nanoseconds : nanoseconds
  const sign = nanoseconds < 0n ? '-' : ''
  if (magnitude === 0n) return '0s'
  if (magnitude < 1000n) return `${sign}${magnitude}ns`
  if (magnitude < 1_000_000n) return `${sign}${decimal(magnitude, 3)}µs`
  if (magnitude < SECOND) return `${sign}${decimal(magnitude, 6)}ms`
  const minutes = magnitude / (60n * SECOND)
  const seconds = `${decimal(magnitude % (60n * SECOND), 9)}s`
  if (minutes === 0n) return sign + seconds
  if (minutes < 60n) return `${sign}${minutes}m${seconds}`
  return `${sign}${minutes / 60n}h${minutes % 60n}m${seconds}`
}

function decimal(value: bigint, places: number): string {
  const unit = 10n ** BigInt(places)
  const fraction = (value % unit).toString().padStart(places, '0').replace(/0+$/, '')
  return `${value / unit}${fraction === '' ? '' : `.${fraction}`}`
}

/** Go's Duration.Round: half away from zero. */
export function roundDuration(value: bigint, unit: bigint): bigint {
  const rest = (value < 0n ? -value : value) % unit
  const down = (value < 0n ? -value : value) - rest
  const rounded = rest * 2n < unit ? down : down + unit
  return value < 0n ? -rounded : rounded
}
