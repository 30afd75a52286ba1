import { GoInt, GoPointer, type Value, indirect, parseFloat64, parseInt64, types, untag } from '@slipway/gotemplate'

const MIN_INT64 = -(1n << 63n)
/** Types that cast.ToInt64 knows besides the plain ones, by name. */
const KNOWN_NAMED = new Set(['time.Weekday', 'time.Month'])

/** spf13/cast ToInt64: zero for what cannot be cast. */
export function toInt64(given: Value): bigint {
  const value = plain(given)
  if (value instanceof GoInt) return isPlainInteger(value) ? BigInt.asIntN(64, value.value) : 0n
  if (typeof value === 'number') return truncate(value)
  if (typeof value === 'boolean') return value ? 1n : 0n
  if (typeof value !== 'string') return 0n
  const parsed = parseInt64(trimZeroDecimal(value), 0)
  return parsed.fault === undefined ? parsed.value : 0n
}

/** spf13/cast ToFloat64. */
export function toFloat64(given: Value): number {
  const value = plain(given)
  if (value instanceof GoInt) return isPlainInteger(value) ? Number(value.value) : 0
  if (typeof value === 'number') return value
  if (typeof value === 'boolean') return value ? 1 : 0
  if (typeof value !== 'string') return 0
  const parsed = parseFloat64(value)
  return parsed.fault === undefined ? parsed.value : 0
}

function plain(value: Value): Value {
  const bare = untag(value)
  return bare instanceof GoPointer ? indirect(bare).value : bare
}

function isPlainInteger(value: GoInt): boolean {
  return value.type.underlying === value.type || KNOWN_NAMED.has(value.type.name) || value.type === types.INT
}

/** Go's int64(float) on amd64: out of range and NaN give the smallest int64. */
function truncate(value: number): bigint {
  if (!(value > -(2 ** 63) - 1 && value < 2 ** 63)) return MIN_INT64
  return BigInt(Math.trunc(value))
}

/** `1.00` reads as 1, `1.50` not at all (cast's trimZeroDecimal). */
function trimZeroDecimal(text: string): string {
  return /\.0+$/.test(text) ? text.slice(0, text.lastIndexOf('.')) : text
}
