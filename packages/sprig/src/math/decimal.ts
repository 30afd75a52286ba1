import { parseFloat64, formatFloat } from '@slipway/gotemplate'
import { fail } from '../panics.ts'

/** shopspring/decimal as sprig uses it: value * 10^exponent. */
export interface Decimal {
  readonly value: bigint
  readonly exponent: number
}

const PRECISION = 16

/** decimal.NewFromFloat: the shortest digits of the float. */
export function fromFloat(number: number): Decimal {
  if (!Number.isFinite(number)) return fail(`Cannot create a Decimal from ${formatFloat(number, 'g', -1)}`)
  if (number === 0) return { value: 0n, exponent: 0 }
  const [mantissa = '0', power = '0'] = number.toExponential().split('e')
  const [whole = '', fraction = ''] = mantissa.split('.')
  return { value: BigInt(whole + fraction), exponent: Number(power) - fraction.length }
}

/** Decimal.Float64: the nearest float. */
export function toFloat(decimal: Decimal): number {
  return parseFloat64(`${decimal.value}e${decimal.exponent}`).value
}

/** Decimal.Add. */
export function add(a: Decimal, b: Decimal): Decimal {
  const exponent = Math.min(a.exponent, b.exponent)
  return { value: scaled(a, exponent) + scaled(b, exponent), exponent }
}

/** Decimal.Sub. */
export function subtract(a: Decimal, b: Decimal): Decimal {
  return add(a, { value: -b.value, exponent: b.exponent })
}

/** Decimal.Mul. */
export function multiply(a: Decimal, b: Decimal): Decimal {
  return { value: a.value * b.value, exponent: a.exponent + b.exponent }
}

/** Decimal.Div: 16 decimals, half away from zero. */
export function divide(a: Decimal, b: Decimal): Decimal {
  if (b.value === 0n) return fail('decimal division by 0')
  const shift = a.exponent - b.exponent + PRECISION
  const numerator = shift >= 0 ? a.value * 10n ** BigInt(shift) : a.value
  const denominator = shift >= 0 ? b.value : b.value * 10n ** BigInt(-shift)
  const quotient = numerator / denominator
  const rest = absolute(numerator % denominator)
  const away = a.value < 0n !== b.value < 0n ? -1n : 1n
  const rounded = rest * 2n >= absolute(denominator) ? quotient + away : quotient
  return { value: rounded, exponent: -PRECISION }
}

function scaled(decimal: Decimal, exponent: number): bigint {
  return decimal.value * 10n ** BigInt(decimal.exponent - exponent)
}

function absolute(value: bigint): bigint {
  return value < 0n ? -value : value
}
