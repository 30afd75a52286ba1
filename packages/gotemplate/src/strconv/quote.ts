import { byteLength, decodeBytes, pointAt, pushUtf8, replaceInvalid } from '../text/utf8.ts'
import { isPrint } from '../text/unicode.ts'

/** What the quoting functions escape besides control characters. */
export interface QuoteOptions {
  readonly quote?: '"' | "'"
  readonly ascii?: boolean
}

const PLAIN = /^[\x20\x21\x23-\x5b\x5d-\x7e]*$/

/** Go's strconv.Quote and strconv.QuoteToASCII. */
export function quote(text: string, options: QuoteOptions = {}): string {
  const mark = options.quote ?? '"'
  if (mark === '"' && PLAIN.test(text)) return `"${text}"`
  let out = mark as string
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    if (unit >= 0xdc80 && unit <= 0xdcff) {
      out += `\\x${(unit - 0xdc00).toString(16)}`
      continue
    }
    const point = pointAt(text, i)
    if (point > 0xffff) i++
    out += escapeRune(point, mark, options.ascii === true)
  }
  return out + mark
}

/** Go's strconv.QuoteRune and strconv.QuoteRuneToASCII, of a valid rune. */
export function quoteRune(point: number, ascii = false): string {
  return `'${escapeRune(point, "'", ascii)}'`
}

const NAMED: Readonly<Record<number, string>> = {
  7: '\\a',
  8: '\\b',
  12: '\\f',
  10: '\\n',
  13: '\\r',
  9: '\\t',
  11: '\\v',
}

function escapeRune(point: number, mark: string, ascii: boolean): string {
  const text = String.fromCodePoint(point)
  if (text === mark || text === '\\') return `\\${text}`
  if (ascii ? point < 0x80 && isPrint(point) : isPrint(point)) return text
  const named = NAMED[point]
  if (named !== undefined) return named
  if (point < 0x20 || point === 0x7f) return `\\x${point.toString(16).padStart(2, '0')}`
  if (point < 0x10000) return `\\u${point.toString(16).padStart(4, '0')}`
  return `\\U${point.toString(16).padStart(8, '0')}`
}

/** Go's strconv.CanBackquote. */
export function canBackquote(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    if (unit === 0xfeff || (unit >= 0xdc80 && unit <= 0xdcff && !isPair(text, i))) return false
    if ((unit < 0x20 && unit !== 9) || unit === 0x60 || unit === 0x7f) return false
  }
  return true
}

function isPair(text: string, at: number): boolean {
  const before = text.charCodeAt(at - 1)
  return before >= 0xd800 && before <= 0xdbff
}

/** One unquoted character and what is left; undefined for a syntax error. `byte` is set for an octal or hex escape, which is a byte, no rune. */
export interface UnquotedChar {
  readonly value: number
  readonly byte: boolean
  readonly tail: string
}

const SIMPLE: Readonly<Record<string, number>> = { a: 7, b: 8, f: 12, n: 10, r: 13, t: 9, v: 11, '\\': 92 }

/** Go's strconv.UnquoteChar, of a text that is not empty. */
export function unquoteChar(text: string, mark: string): UnquotedChar | undefined {
  const first = text.charAt(0)
  if (first === mark) return undefined
  if (first !== '\\') {
    const point = pointAt(text, 0)
    if (point >= 0xdc80 && point <= 0xdcff) return { value: 0xfffd, byte: false, tail: text.slice(1) }
    return { value: point, byte: false, tail: text.slice(point > 0xffff ? 2 : 1) }
  }
  return unquoteEscape(text, mark)
}

function unquoteEscape(text: string, mark: string): UnquotedChar | undefined {
  const letter = text.charAt(1)
  const simple = SIMPLE[letter]
  if (simple !== undefined) return { value: simple, byte: false, tail: text.slice(2) }
  if (letter === 'x' || letter === 'u' || letter === 'U') return unquoteHex(text, letter)
  if (letter >= '0' && letter <= '7') {
    const digits = text.slice(1, 4)
    if (!/^[0-7]{3}$/.test(digits)) return undefined
    const value = Number.parseInt(digits, 8)
    return value > 255 ? undefined : { value, byte: true, tail: text.slice(4) }
  }
  if (letter === "'" || letter === '"') {
    return letter === mark ? { value: letter.charCodeAt(0), byte: false, tail: text.slice(2) } : undefined
  }
  return undefined
}

function unquoteHex(text: string, letter: string): UnquotedChar | undefined {
  const length = letter === 'x' ? 2 : letter === 'u' ? 4 : 8
  const digits = text.slice(2, 2 + length)
  if (digits.length !== length || !/^[0-9a-fA-F]+$/.test(digits)) return undefined
  const value = Number.parseInt(digits, 16)
  if (letter !== 'x' && (value > 0x10ffff || (value >= 0xd800 && value <= 0xdfff))) return undefined
  return { value, byte: letter === 'x', tail: text.slice(2 + length) }
}

/** Go's strconv.Unquote of a string literal as the lexer cuts it; undefined for `invalid syntax`. Bytes that are no UTF-8 live in raw strings only. */
export function unquote(literal: string): string | undefined {
  const body = literal.slice(1, -1)
  if (literal.startsWith('`')) return body.replaceAll('\r', '')
  return body.includes('\\') ? unquoteBody(body) : replaceInvalid(body)
}

function unquoteBody(body: string): string | undefined {
  const bytes: number[] = []
  let rest = body
  while (rest !== '') {
    const char = unquoteChar(rest, '"')
    if (char === undefined) return undefined
    if (char.byte) bytes.push(char.value)
    else pushUtf8(bytes, char.value)
    rest = char.tail
  }
  return decodeBytes(Uint8Array.from(bytes))
}

/** Bytes of a string literal before a given UTF-16 offset: what Go calls a position. */
export function byteOffset(text: string, offset: number): number {
  return byteLength(text.slice(0, offset))
}
