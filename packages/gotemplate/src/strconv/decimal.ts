import { splitFloat } from './float.ts'

/** The decimal digits of a number: 0.DIGITS * 10^point, without trailing zeros; zero has no digits. */
export interface Decimal {
  readonly digits: string
  readonly point: number
}

const ZERO: Decimal = { digits: '', point: 0 }

/** The shortest digits that read back as the same float. */
export function shortestDecimal(value: number): Decimal {
  if (value === 0) return ZERO
  const [mantissa = '', exponent = '0'] = value.toExponential().split('e')
  return { digits: mantissa.replace('.', ''), point: Number(exponent) + 1 }
}

/** All digits of the exact value of a non-negative float. */
export function decimalOf(value: number): Decimal {
  if (value === 0) return ZERO
  const { mantissa, exponent } = splitFloat(value)
  const power = exponent - 52
  const whole = power >= 0 ? mantissa << BigInt(power) : mantissa * 5n ** BigInt(-power)
  const text = whole.toString()
  return trim(text, power >= 0 ? text.length : text.length + power)
}

/** Rounds to `count` digits, half to even on the exact value. */
export function roundDigits(decimal: Decimal, count: number): Decimal {
  const { digits, point } = decimal
  if (count < 0) return ZERO
  if (count >= digits.length) return decimal
  const next = digits.charCodeAt(count) - 48
  const tie = next === 5 && count + 1 === digits.length
  const odd = count > 0 && (digits.charCodeAt(count - 1) & 1) === 1
  const up = tie ? odd : next >= 5
  if (!up) return trim(digits.slice(0, count), point)
  if (count === 0) return { digits: '1', point: point + 1 }
  const raised = (BigInt(digits.slice(0, count)) + 1n).toString()
  return trim(raised, point + raised.length - count)
}

function trim(digits: string, point: number): Decimal {
  const kept = digits.replace(/0+$/, '')
  return kept === '' ? ZERO : { digits: kept, point }
}
