import type { Failure } from './failure.ts'
import { type Check, failure } from './validate.ts'
import { counted, type Json } from './values.ts'

/** The keywords for numbers. */
export function checkNumber({ schema, at, resolver }: Check, value: number): Failure[] {
  const isOld = resolver.draft === 4
  const { minimum, maximum, multipleOf } = schema
  const over = isOld && schema['exclusiveMinimum'] === true ? minimum : schema['exclusiveMinimum']
  const under = isOld && schema['exclusiveMaximum'] === true ? maximum : schema['exclusiveMaximum']
  const limit = (name: string, wanted: Json | undefined, fits: (limit: number) => boolean): Failure[] => {
    if (typeof wanted !== 'number' || fits(wanted)) return []
    return [failure(at, `${name}: got ${counted(value)}, want ${counted(wanted)}`)]
  }
  return [
    ...limit('minimum', isOld && over === minimum ? undefined : minimum, (wanted) => value >= wanted),
    ...limit('maximum', isOld && under === maximum ? undefined : maximum, (wanted) => value <= wanted),
    ...limit('exclusiveMinimum', over, (wanted) => value > wanted),
    ...limit('exclusiveMaximum', under, (wanted) => value < wanted),
    ...limit('multipleOf', multipleOf, (wanted) => isMultiple(value, wanted)),
  ]
}

/** Exact for decimals, as Go divides fractions: both are scaled to integers first. */
function isMultiple(value: number, of: number): boolean {
  const digits = Math.max(decimals(value), decimals(of))
  if (digits > 300) return false
  const divisor = scaled(of, digits)
  return divisor !== 0n && scaled(value, digits) % divisor === 0n
}

function decimals(value: number): number {
  const [mantissa = '', exponent = '0'] = String(value).split('e')
  return Math.max(0, (mantissa.split('.')[1]?.length ?? 0) - Number(exponent))
}

function scaled(value: number, digits: number): bigint {
  const [mantissa = '', exponent = '0'] = String(value).split('e')
  const [whole = '', fraction = ''] = mantissa.split('.')
  const zeros = digits + Number(exponent) - fraction.length
  return BigInt(`${whole}${fraction}`) * 10n ** BigInt(Math.max(0, zeros))
}
