import { hexValue, isBlank, isBlankOrEnd, isBreak } from './characters.ts'
import type { Cursor } from './cursor.ts'
import { Whitespace } from './scan-plain.ts'
import type { Mark, Token } from './token.ts'

const APOSTROPHE = 0x27
const QUOTE = 0x22
const BACKSLASH = 0x5c

/** A scalar in single or double quotes; the cursor stands at the opening one. */
export function scanQuoted(cursor: Cursor): Token {
  const mark = cursor.mark
  const quote = cursor.peek()
  cursor.skip()
  const space = new Whitespace()
  let value = ''
  for (;;) {
    if (cursor.atDocumentIndicator()) cursor.fail('found unexpected document indicator', mark)
    if (cursor.peek() === 0) cursor.fail('found unexpected end of stream', mark)
    value += readRun(cursor, { quote, space, mark })
    if (cursor.peek() === quote) break
    skipWhitespace(cursor, space)
    value += space.take()
  }
  cursor.skip()
  const style = quote === APOSTROPHE ? 'single' : 'double'
  return { type: 'scalar', start: mark.offset, end: cursor.pos, line: mark.line, value, suffix: '', style }
}

function readRun(cursor: Cursor, at: { quote: number; space: Whitespace; mark: Mark }): string {
  let value = ''
  let from = cursor.pos
  const flush = (): void => {
    value += cursor.text.slice(from, cursor.pos)
  }
  for (let code = cursor.peek(); !isBlankOrEnd(code); code = cursor.peek()) {
    if (code === at.quote && !(at.quote === APOSTROPHE && cursor.peek(1) === APOSTROPHE)) break
    if (code === APOSTROPHE && at.quote === APOSTROPHE) {
      flush()
      value += "'"
      cursor.pos += 2
      from = cursor.pos
    } else if (code === BACKSLASH && at.quote === QUOTE) {
      flush()
      if (isBreak(cursor.peek(1))) {
        cursor.skip()
        cursor.readBreak()
        at.space.continueLine()
        return value
      }
      value += readEscape(cursor, at.mark)
      from = cursor.pos
    } else cursor.skip()
  }
  flush()
  return value
}

function skipWhitespace(cursor: Cursor, space: Whitespace): void {
  for (let code = cursor.peek(); isBlank(code) || isBreak(code); code = cursor.peek()) {
    if (isBlank(code)) space.blank(cursor.read())
    else space.lineBreak(cursor.readBreak())
  }
}

const ESCAPES: Readonly<Record<string, string>> = {
  '0': '\0',
  a: '\x07',
  b: '\b',
  t: '\t',
  '\t': '\t',
  n: '\n',
  v: '\v',
  f: '\f',
  r: '\r',
  e: '\x1b',
  ' ': ' ',
  '"': '"',
  "'": "'",
  '\\': '\\',
  N: '\x85',
  _: '\xa0',
  L: '\u2028',
  P: '\u2029',
}
const HEX_LENGTH: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 }

function readEscape(cursor: Cursor, mark: Mark): string {
  const letter = cursor.text.charAt(cursor.pos + 1)
  const length = HEX_LENGTH[letter]
  const text = ESCAPES[letter]
  if (length === undefined && text === undefined) cursor.fail('found unknown escape character', mark)
  cursor.pos += 2
  return length === undefined ? (text ?? '') : readCodePoint(cursor, length, mark)
}

function readCodePoint(cursor: Cursor, length: number, mark: Mark): string {
  let value = 0
  for (let at = 0; at < length; at++) {
    const digit = hexValue(cursor.peek(at))
    if (digit < 0) cursor.fail('did not find expected hexdecimal number', mark)
    value = value * 16 + digit
  }
  if ((value >= 0xd800 && value <= 0xdfff) || value > 0x10ffff) {
    cursor.fail('found invalid Unicode character escape code', mark)
  }
  cursor.pos += length
  return String.fromCodePoint(value)
}
