import { underscoresOk } from './int.ts'
import { decimalOf, roundDigits, shortestDecimal, type Decimal } from './decimal.ts'

/** Verbs of Go's strconv.FormatFloat. */
export type FloatVerb = 'b' | 'e' | 'E' | 'f' | 'g' | 'G' | 'x' | 'X'

/** Go's strconv.FormatFloat(value, verb, precision, 64); precision -1 is the shortest text that reads back the same. */
export function formatFloat(value: number, verb: FloatVerb, precision: number): string {
  if (Number.isNaN(value)) return 'NaN'
  if (value === Number.POSITIVE_INFINITY) return '+Inf'
  if (value === Number.NEGATIVE_INFINITY) return '-Inf'
  const sign = value < 0 || Object.is(value, -0) ? '-' : ''
  const magnitude = Math.abs(value)
  if (verb === 'b') return sign + formatBinary(magnitude)
  if (verb === 'x' || verb === 'X') return sign + formatHex(magnitude, verb, precision)
  return sign + (precision < 0 ? formatShortest(magnitude, verb) : formatFixed(magnitude, verb, precision))
}

function formatShortest(value: number, verb: FloatVerb): string {
  const digits = shortestDecimal(value)
  const count = digits.digits.length
  if (verb === 'f') return layoutF(digits, Math.max(count - digits.point, 0))
  if (verb === 'e' || verb === 'E') return layoutE(digits, Math.max(count - 1, 0), verb)
  return layoutG({ digits, precision: count, threshold: 6, verb })
}

function formatFixed(value: number, verb: FloatVerb, precision: number): string {
  const exact = decimalOf(value)
  if (verb === 'f') return layoutF(roundDigits(exact, exact.point + precision), precision)
  if (verb === 'e' || verb === 'E') return layoutE(roundDigits(exact, precision + 1), precision, verb)
  const wanted = precision === 0 ? 1 : precision
  const digits = roundDigits(exact, wanted)
  const count = digits.digits.length
  const threshold = wanted > count && count >= digits.point ? count : wanted
  return layoutG({ digits, precision: wanted, threshold, verb })
}

interface GeneralLayout {
  readonly digits: Decimal
  readonly precision: number
  readonly threshold: number
  readonly verb: FloatVerb
}

function layoutG(layout: GeneralLayout): string {
  const { digits, precision, threshold, verb } = layout
  const count = digits.digits.length
  const exponent = digits.point - 1
  if (exponent < -4 || exponent >= threshold) {
    return layoutE(digits, Math.min(precision, count) - 1, verb === 'G' ? 'E' : 'e')
  }
  const shown = precision > digits.point ? count : precision
  return layoutF(digits, Math.max(shown - digits.point, 0))
}

function layoutE(decimal: Decimal, precision: number, verb: string): string {
  const { digits, point } = decimal
  let text = digits[0] ?? '0'
  if (precision > 0) text += `.${digits.slice(1, precision + 1).padEnd(precision, '0')}`
  const exponent = digits === '' ? 0 : point - 1
  return `${text}${verb}${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`
}

function layoutF(decimal: Decimal, precision: number): string {
  const { digits, point } = decimal
  const whole = point > 0 ? digits.slice(0, point).padEnd(point, '0') : '0'
  if (precision <= 0) return whole
  const zeros = point < 0 ? '0'.repeat(Math.min(-point, precision)) : ''
  const fraction = (zeros + digits.slice(Math.max(point, 0))).slice(0, precision)
  return `${whole}.${fraction.padEnd(precision, '0')}`
}

const view = new DataView(new ArrayBuffer(8))

/** Mantissa (with the implicit bit) and exponent of a non-negative float: value = mantissa * 2^(exponent - 52). */
export function splitFloat(value: number): { mantissa: bigint; exponent: number } {
  view.setFloat64(0, value)
  const bits = view.getBigUint64(0)
  const biased = Number((bits >> 52n) & 0x7ffn)
  const fraction = bits & ((1n << 52n) - 1n)
  return biased === 0
    ? { mantissa: fraction, exponent: -1022 }
    : { mantissa: fraction | (1n << 52n), exponent: biased - 1023 }
}

function formatBinary(value: number): string {
  const { mantissa, exponent } = splitFloat(value)
  const power = exponent - 52
  return `${mantissa}p${power >= 0 ? '+' : ''}${power}`
}

function formatHex(value: number, verb: string, precision: number): string {
  let { mantissa, exponent } = splitFloat(value)
  if (mantissa === 0n) exponent = 0
  mantissa <<= 8n
  while (mantissa !== 0n && (mantissa & (1n << 60n)) === 0n) {
    mantissa <<= 1n
    exponent--
  }
  if (precision >= 0 && precision < 15) {
    const rounded = roundHex(mantissa, precision)
    mantissa = rounded.mantissa
    exponent += rounded.carry
  }
  const head = `0${verb}${(mantissa >> 60n) & 1n}`
  const fraction = (mantissa & ((1n << 60n) - 1n)).toString(16).padStart(15, '0')
  const shown = precision < 0 ? fraction.replace(/0+$/, '') : fraction.slice(0, precision).padEnd(precision, '0')
  const tail = `${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`
  const text = `${shown === '' ? '' : `.${shown}`}${verb === 'x' ? 'p' : 'P'}${tail}`
  return head + (verb === 'X' ? text.toUpperCase() : text)
}

function roundHex(mantissa: bigint, precision: number): { mantissa: bigint; carry: number } {
  const shift = BigInt(precision * 4)
  const extra = (mantissa << shift) & ((1n << 60n) - 1n)
  let kept = mantissa >> (60n - shift)
  if ((extra | (kept & 1n)) > 1n << 59n) kept++
  kept <<= 60n - shift
  return (kept & (1n << 61n)) === 0n ? { mantissa: kept, carry: 0 } : { mantissa: kept >> 1n, carry: 1 }
}

/** A parsed float, or the fault; out of range gives an infinity beside the fault, as in Go. */
export interface ParsedFloat {
  readonly value: number
  readonly fault?: 'invalid syntax' | 'value out of range'
}

const SYNTAX: ParsedFloat = { value: 0, fault: 'invalid syntax' }
const DECIMAL = /^[-+]?(\d[\d_]*\.?[\d_]*|\.\d[\d_]*|_[\d_]*\.?[\d_]*|\._[\d_]*)(?:[eE][-+]?\d[\d_]*)?$/
const HEX = /^[-+]?0[xX][\da-fA-F_]*(?:\.[\da-fA-F_]*)?[pP][-+]?\d[\d_]*$/
const NOT_A_NUMBER = /^nan$/i
const INFINITY = /^[-+]?(?:inf|infinity)$/i

/** Go's strconv.ParseFloat(text, 64), which allows underscores between digits. */
export function parseFloat64(text: string): ParsedFloat {
  if (NOT_A_NUMBER.test(text)) return { value: Number.NaN }
  if (INFINITY.test(text)) return { value: text.startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY }
  if (text.includes('_') && !underscoresOk(text)) return SYNTAX
  if (HEX.test(text)) return parseHex(text)
  if (!DECIMAL.test(text)) return SYNTAX
  return ranged(Number(text.replaceAll('_', '')))
}

function ranged(value: number): ParsedFloat {
  return Number.isFinite(value) ? { value } : { value, fault: 'value out of range' }
}

function parseHex(text: string): ParsedFloat {
  const [whole = '', power = ''] = text.replaceAll('_', '').split(/[pP]/)
  const digits = whole.replace(/^[-+]?0[xX]/, '')
  if (digits === '' || digits === '.') return SYNTAX
  const point = digits.indexOf('.')
  const places = point < 0 ? 0 : digits.length - point - 1
  const mantissa = BigInt(`0x${digits.replace('.', '')}`)
  const value = scale(mantissa, Math.max(-100_000, Math.min(100_000, Number(power))) - 4 * places)
  return ranged(text.startsWith('-') ? -value : value)
}

/** mantissa * 2^power, rounded once to the nearest float (ties to even). */
function scale(mantissa: bigint, power: number): number {
  if (mantissa === 0n) return 0
  const bits = mantissa.toString(2).length
  const top = bits + power
  if (top > 1025) return Number.POSITIVE_INFINITY
  const keep = top - 1 >= -1022 ? 53 : 53 - (-1022 - (top - 1))
  if (keep < 0) return 0
  const drop = bits - keep
  if (drop <= 0) return exactScale(mantissa, power)
  const shift = BigInt(drop)
  const rest = mantissa & ((1n << shift) - 1n)
  const half = 1n << (shift - 1n)
  let kept = mantissa >> shift
  if (rest > half || (rest === half && (kept & 1n) === 1n)) kept++
  return exactScale(kept, power + drop)
}

function exactScale(mantissa: bigint, power: number): number {
  let value = Number(mantissa)
  let left = power
  while (left > 1000) {
    value *= 2 ** 1000
    left -= 1000
  }
  while (left < -1000) {
    const step = Math.max(left, -1000)
    const next = value * 2 ** step
    if (next === 0 || Math.abs(next) < 2 ** -1022) return value * 2 ** Math.max(left, -1074)
    value = next
    left -= step
  }
  return value * 2 ** left
}
