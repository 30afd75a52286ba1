/** Why a number did not parse, in Go's words. */
export type NumberFault = 'invalid syntax' | 'value out of range'

/** A parsed number, or the fault with the value that Go returns beside the error. */
export interface ParsedInt {
  readonly value: bigint
  readonly fault?: NumberFault
}

const MAX = (1n << 63n) - 1n
const MIN = -(1n << 63n)
const MAX_UNSIGNED = (1n << 64n) - 1n

/** Go's strconv.ParseUint(text, base, 64); base 0 reads the prefix and allows underscores. */
export function parseUint(text: string, base: number): ParsedInt {
  if (text === '') return { value: 0n, fault: 'invalid syntax' }
  const { digits, radix } = base === 0 ? splitPrefix(text) : { digits: text, radix: base }
  const clean = base === 0 ? digits.replaceAll('_', '') : digits
  if (clean === '' || !isDigits(clean, radix)) return { value: 0n, fault: 'invalid syntax' }
  if (base === 0 && digits.includes('_') && !underscoresOk(text)) return { value: 0n, fault: 'invalid syntax' }
  const value = toBigInt(clean, radix)
  return value > MAX_UNSIGNED ? { value: MAX_UNSIGNED, fault: 'value out of range' } : { value }
}

/** Go's strconv.ParseInt(text, base, 64). */
export function parseInt64(text: string, base: number): ParsedInt {
  const negative = text.startsWith('-')
  const signed = negative || text.startsWith('+')
  const parsed = parseUint(signed ? text.slice(1) : text, base)
  if (parsed.fault === 'invalid syntax') return { value: 0n, fault: parsed.fault }
  if (!negative && parsed.value > MAX) return { value: MAX, fault: 'value out of range' }
  if (negative && -parsed.value < MIN) return { value: MIN, fault: 'value out of range' }
  return { value: negative ? -parsed.value : parsed.value }
}

/** Go's strconv.Atoi, whose faults name ParseInt's. */
export function atoi(text: string): ParsedInt {
  return parseInt64(text, 10)
}

function splitPrefix(text: string): { digits: string; radix: number } {
  if (text[0] !== '0') return { digits: text, radix: 10 }
  const letter = (text[1] ?? '').toLowerCase()
  if (text.length >= 3 && letter === 'b') return { digits: text.slice(2), radix: 2 }
  if (text.length >= 3 && letter === 'o') return { digits: text.slice(2), radix: 8 }
  if (text.length >= 3 && letter === 'x') return { digits: text.slice(2), radix: 16 }
  return text === '0' ? { digits: text, radix: 10 } : { digits: text.slice(1), radix: 8 }
}

function isDigits(text: string, radix: number): boolean {
  for (const char of text) {
    const value = digitValue(char)
    if (value < 0 || value >= radix) return false
  }
  return true
}

function digitValue(char: string): number {
  const code = char.charCodeAt(0)
  if (code >= 48 && code <= 57) return code - 48
  if (code >= 97 && code <= 122) return code - 87
  if (code >= 65 && code <= 90) return code - 55
  return -1
}

function toBigInt(digits: string, radix: number): bigint {
  if (radix === 10) return BigInt(digits)
  if (radix === 16) return BigInt(`0x${digits}`)
  if (radix === 8) return BigInt(`0o${digits}`)
  if (radix === 2) return BigInt(`0b${digits}`)
  let value = 0n
  for (const char of digits) value = value * BigInt(radix) + BigInt(digitValue(char))
  return value
}

/** Underscores must separate digits, and only after a base prefix (Go's underscoreOK). */
export function underscoresOk(text: string): boolean {
  let rest = text.replace(/^[-+]/, '')
  let last = '^'
  let hex = false
  if (/^0[bBoOxX]/.test(rest)) {
    hex = /^0[xX]/.test(rest)
    rest = rest.slice(2)
    last = '0'
  } else if (rest.startsWith('0')) last = '^'
  for (const char of rest) {
    const digit = /[0-9]/.test(char) || (hex && /[a-fA-F]/.test(char))
    if (digit) last = '0'
    else if (char === '_') {
      if (last !== '0') return false
      last = '_'
    } else {
      if (last === '_') return false
      last = '!'
    }
  }
  return last !== '_'
}
