import { parseFloat64 } from '../strconv/float.ts'
import { parseInt64, parseUint } from '../strconv/int.ts'
import { quote, unquoteChar } from '../strconv/quote.ts'

/** A number constant under every type that can hold it. */
export interface NumberValue {
  readonly int: bigint | undefined
  readonly uint: bigint | undefined
  readonly float: number | undefined
  readonly complex: { readonly re: number; readonly im: number } | undefined
}

/** The parsed constant, or Go's words for what is wrong with it. */
export function parseNumber(text: string, type: 'charConstant' | 'complex' | 'number'): NumberValue | string {
  if (type === 'charConstant') return parseChar(text)
  if (type === 'complex') return parseComplex(text)
  if (text.endsWith('i')) {
    const imaginary = parseFloat64(text.slice(0, -1))
    if (imaginary.fault === undefined) return simplify(0, imaginary.value)
  }
  return parseReal(text)
}

function parseChar(text: string): NumberValue | string {
  const char = unquoteChar(text.slice(1), "'")
  if (char === undefined) return 'invalid syntax'
  if (char.tail !== "'") return `malformed character constant: ${text}`
  const value = BigInt(char.value)
  return { int: value, uint: value, float: char.value, complex: undefined }
}

function parseReal(text: string): NumberValue | string {
  const unsigned = parseUint(text, 0)
  const signed = parseInt64(text, 0)
  const int = signed.fault === undefined ? signed.value : undefined
  const uint = unsigned.fault === undefined ? unsigned.value : int === 0n ? 0n : undefined
  if (int !== undefined) return { int, uint, float: Number(int), complex: undefined }
  if (uint !== undefined) return { int, uint, float: Number(uint), complex: undefined }
  const float = parseFloat64(text)
  if (float.fault !== undefined) return `illegal number syntax: ${quote(text)}`
  if (!/[.eEpP]/.test(text)) return `integer overflow: ${quote(text)}`
  return { ...integersOf(float.value), float: float.value, complex: undefined }
}

/** The integers that a float is, by Go's conversions on amd64: out of range gives the smallest int64, whose float differs. */
function integersOf(float: number): { int: bigint | undefined; uint: bigint | undefined } {
  const integral = Number.isInteger(float)
  const int = integral && float >= -(2 ** 63) && float < 2 ** 63 ? BigInt(float) : undefined
  const uint = integral && float >= 0 && float < 2 ** 64 ? BigInt(float) : undefined
  return { int, uint }
}

function parseComplex(text: string): NumberValue | string {
  // The lexer lets nothing through that has no sign between its parts.
  const middle = text.search(/(?<=[^eEpP])[-+](?=[^-+]*(?:[eEpP][-+][^-+]*)?i$)/)
  const re = parseFloat64(text.slice(0, middle))
  const im = parseFloat64(text.slice(middle, -1))
  if (re.fault !== undefined || im.fault !== undefined) return 'syntax error scanning complex number'
  return simplify(re.value, im.value)
}

function simplify(re: number, im: number): NumberValue {
  const complex = { re, im }
  if (im !== 0) return { int: undefined, uint: undefined, float: undefined, complex }
  return { ...integersOf(re), float: re, complex }
}
