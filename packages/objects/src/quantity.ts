import { ObjectsError } from './errors.ts'

type Format = 'binary' | 'decimal' | 'exponent'

/** A parsed `resource.Quantity`: a whole number of nano-units, and the notation that it was written in. */
export interface Quantity {
  readonly nano: bigint
  readonly format: Format
}

const NANO = 1_000_000_000n
const DECIMAL: readonly (readonly [string, number])[] = [
  ['n', -9],
  ['u', -6],
  ['m', -3],
  ['', 0],
  ['k', 3],
  ['M', 6],
  ['G', 9],
  ['T', 12],
  ['P', 15],
  ['E', 18],
]
const BINARY: readonly (readonly [string, bigint])[] = ['Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'].map(
  (suffix, index) => [suffix, 1024n ** BigInt(index + 1)] as const,
)
const PATTERN = /^([+-]?)(\d+(?:\.\d*)?|\.\d+)(?:([numkMGTPE]|[KMGTPE]i)|[eE]([+-]?\d+))?$/

/**
 * Parses a quantity such as `100m`, `1.5Gi`, `1e3`. Fractions of a nano are rounded up, as `resource.ParseQuantity` does.
 *
 * @throws ObjectsError `BAD_QUANTITY` with the API server's wording
 */
export function parseQuantity(text: string | number): Quantity {
  const match = PATTERN.exec(String(text))
  if (match === null) {
    throw new ObjectsError(
      'BAD_QUANTITY',
      "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'",
      { hint: `${JSON.stringify(text)} is none: write it as 2, 500m or 64Mi` },
    )
  }
  const [, sign, digits = '', suffix, exponent] = match
  const [whole = '', fraction = ''] = digits.split('.')
  const unscaled = BigInt(`${whole}${fraction}` || '0') * (sign === '-' ? -1n : 1n)
  const binary = BINARY.find(([name]) => name === suffix)
  if (binary !== undefined)
    return { nano: divideUp(unscaled * binary[1] * NANO, 10n ** BigInt(fraction.length)), format: 'binary' }
  const power =
    exponent === undefined ? (DECIMAL.find(([name]) => name === (suffix ?? ''))?.[1] ?? 0) : Number(exponent)
  return {
    nano: scaled(unscaled, power + 9 - fraction.length),
    format: exponent === undefined ? 'decimal' : 'exponent',
  }
}

/** The canonical form: no fraction, the largest suffix that leaves a whole number, in the notation that it was written in. */
export function formatQuantity(quantity: Quantity): string {
  if (quantity.nano === 0n) return '0'
  const whole = quantity.nano % NANO === 0n ? quantity.nano / NANO : undefined
  if (quantity.format === 'binary' && whole !== undefined && abs(whole) >= 1024n) return formatBinary(whole)
  return formatDecimal(quantity.nano, quantity.format)
}

/** The canonical form of a quantity's text: `1000m` -> `1`, `1024Ki` -> `1Mi`. Text that is no quantity is returned as it is. */
export function canonicalQuantity(text: string | number): string {
  return PATTERN.test(String(text)) ? formatQuantity(parseQuantity(text)) : String(text)
}

/** Below 0 when a is less than b, above 0 when it is more. */
export function compareQuantities(a: string | number, b: string | number): number {
  const difference = parseQuantity(a).nano - parseQuantity(b).nano
  if (difference === 0n) return 0
  return difference < 0n ? -1 : 1
}

/** The sum of quantities in the notation of the first; `0` for none. */
export function addQuantities(...all: readonly (string | number)[]): string {
  const parsed = all.map(parseQuantity)
  const nano = parsed.reduce((sum, quantity) => sum + quantity.nano, 0n)
  return formatQuantity({ nano, format: parsed.find((quantity) => quantity.nano !== 0n)?.format ?? 'decimal' })
}

/** a - b, in the notation of a. */
export function subtractQuantities(a: string | number, b: string | number): string {
  const left = parseQuantity(a)
  return formatQuantity({ nano: left.nano - parseQuantity(b).nano, format: left.format })
}

/** The value in whole units, rounded up: bytes, or cores. */
export function quantityValue(text: string | number): number {
  return Number(divideUp(parseQuantity(text).nano, NANO))
}

/** The value in thousandths, rounded up: milli-cores. */
export function quantityMilliValue(text: string | number): number {
  return Number(divideUp(parseQuantity(text).nano, 1_000_000n))
}

function scaled(unscaled: bigint, power: number): bigint {
  return power >= 0 ? unscaled * 10n ** BigInt(power) : divideUp(unscaled, 10n ** BigInt(-power))
}

function divideUp(value: bigint, by: bigint): bigint {
  const quotient = value / by
  if (value % by === 0n) return quotient
  return value > 0n ? quotient + 1n : quotient - 1n
}

function abs(value: bigint): bigint {
  return value < 0n ? -value : value
}

function formatBinary(whole: bigint): string {
  for (const [suffix, factor] of [...BINARY].reverse()) if (whole % factor === 0n) return `${whole / factor}${suffix}`
  return String(whole)
}

function formatDecimal(nano: bigint, format: Format): string {
  for (const [suffix, power] of [...DECIMAL].reverse()) {
    const factor = 10n ** BigInt(power + 9)
    if (nano % factor !== 0n) continue
    return format === 'exponent' && power !== 0 ? `${nano / factor}e${power}` : `${nano / factor}${suffix}`
  }
  return `${nano}n`
}
