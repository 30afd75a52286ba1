const INT64_MAX = 2n ** 63n - 1n
const INT64_MIN = -(2n ** 63n)
const UINT64_MAX = 2n ** 64n - 1n
const SAFE = BigInt(Number.MAX_SAFE_INTEGER)
const DIGITS: Readonly<Record<number, RegExp>> = {
  2: /^[01]+$/,
  8: /^[0-7]+$/,
  10: /^[0-9]+$/,
  16: /^[0-9a-fA-F]+$/,
}
const PREFIX: Readonly<Record<number, string>> = { 2: '0b', 8: '0o', 10: '', 16: '0x' }

/** An integer: a number where it is exact, else a bigint. */
export type Integer = number | bigint

/** Go's `strconv.ParseInt(text, 0, 64)` and then `ParseUint(text, 0, 64)`, for a text without underscores. */
export function parseInteger(text: string): Integer | undefined {
  const sign = text.startsWith('-') ? '-' : text.startsWith('+') ? '+' : ''
  const { base, digits } = splitBase(text.slice(sign.length))
  return parseDigits(digits, { base, sign })
}

function splitBase(text: string): { base: number; digits: string } {
  if (!text.startsWith('0') || text === '0') return { base: 10, digits: text }
  const letter = text.charAt(1).toLowerCase()
  if (letter === 'x') return { base: 16, digits: text.slice(2) }
  if (letter === 'b') return { base: 2, digits: text.slice(2) }
  if (letter === 'o') return { base: 8, digits: text.slice(2) }
  return { base: 8, digits: text.slice(1) }
}

/** The value of digits in a base, within int64, or within uint64 where there is no sign; undefined for all else. */
export function parseDigits(digits: string, of: { base: number; sign: string }): Integer | undefined {
  if (!DIGITS[of.base]?.test(digits)) return undefined
  if (of.base === 10 && digits.length <= 15) return toZero(of.sign === '-' ? -Number(digits) : Number(digits))
  const magnitude = BigInt(`${PREFIX[of.base] ?? ''}${digits}`)
  const value = of.sign === '-' ? -magnitude : magnitude
  if (value < INT64_MIN || value > (of.sign === '' ? UINT64_MAX : INT64_MAX)) return undefined
  return value >= -SAFE && value <= SAFE ? Number(value) : value
}

function toZero(value: number): number {
  return value === 0 ? 0 : value
}

/** Whether Go holds this integer in an int64 or a uint64. */
export function fitsInteger(value: bigint): boolean {
  return value >= INT64_MIN && value <= UINT64_MAX
}

const FLOAT = /^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$/

/** A float as go-yaml accepts it; undefined for other texts and those out of float64's range. */
export function parseFloat64(text: string): number | undefined {
  if (!FLOAT.test(text)) return undefined
  const value = Number(text)
  return Number.isFinite(value) ? value : undefined
}

const MISPLACED_UNDERSCORE = /(?:^|[^0-9])_|_(?:[^0-9]|$)/

/** The same for a text that keeps its underscores: Go's ParseFloat takes them between digits. */
export function parseSpacedFloat64(text: string): number | undefined {
  return MISPLACED_UNDERSCORE.test(text) ? undefined : parseFloat64(text.replaceAll('_', ''))
}

/** Go's `strconv.FormatFloat(value, 'g', -1, 64)`: the shortest digits, with an exponent below 1e-4 and from 1e+06 on. */
export function formatFloat(value: number): string {
  if (Number.isNaN(value)) return 'NaN'
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf'
  if (value === 0) return Object.is(value, -0) ? '-0' : '0'
  return formatShortest(value.toExponential())
}

/** The same for `FormatFloat(value, 'g', -1, 32)`: the shortest digits that name the nearest float32. */
export function formatFloat32(value: number): string {
  const single = Math.fround(value)
  if (!Number.isFinite(single) || single === 0) return formatFloat(single)
  for (let digits = 0; digits < 9; digits++) {
    const text = single.toExponential(digits)
    if (Math.fround(Number(text)) === single) return formatShortest(text)
  }
  return formatShortest(single.toExponential(8))
}

function formatShortest(exponential: string): string {
  const [mantissa = '', power = '0'] = exponential.split('e')
  const sign = mantissa.startsWith('-') ? '-' : ''
  const digits = mantissa.replace(/[-.]/g, '').replace(/0+$/, '') || '0'
  const exponent = Number(power)
  // strconv/ftoa.go takes 6 as the precision that decides where the exponent form begins.
  if (exponent >= -4 && exponent < 6) return sign + positional(digits, exponent)
  const rest = digits.length > 1 ? `.${digits.slice(1)}` : ''
  const size = String(Math.abs(exponent)).padStart(2, '0')
  return `${sign}${digits.charAt(0)}${rest}e${exponent < 0 ? '-' : '+'}${size}`
}

function positional(digits: string, exponent: number): string {
  if (exponent < 0) return `0.${'0'.repeat(-exponent - 1)}${digits}`
  if (digits.length <= exponent + 1) return digits.padEnd(exponent + 1, '0')
  return `${digits.slice(0, exponent + 1)}.${digits.slice(exponent + 1)}`
}
