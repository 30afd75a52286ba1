import { hexValue, isBlank, isBlankOrEnd, isBreakOrEnd, isDigit, isWord } from './characters.ts'
import type { Cursor } from './cursor.ts'
import type { Mark, Token, TokenType } from './token.ts'

const EXCLAMATION = 0x21

/** `&name` or `*name`. */
export function scanAnchor(cursor: Cursor, type: 'anchor' | 'alias'): Token {
  const mark = cursor.mark
  cursor.skip()
  const name = readWord(cursor)
  if (name === '' || !(isBlankOrEnd(cursor.peek()) || '?:,]}%@`'.includes(cursor.text.charAt(cursor.pos)))) {
    cursor.fail('did not find expected alphabetic or numeric character', mark)
  }
  return tokenOf(cursor, { type, mark, value: name, suffix: '' })
}

/** `!local`, `!!core`, `!handle!suffix`, `!<uri>` or `!`. */
export function scanTag(cursor: Cursor): Token {
  const mark = cursor.mark
  const { handle, suffix } = cursor.peek(1) === 0x3c ? scanVerbatim(cursor, mark) : scanShorthand(cursor, mark)
  if (!isBlankOrEnd(cursor.peek())) cursor.fail('did not find expected whitespace or line break', mark)
  return tokenOf(cursor, { type: 'tag', mark, value: handle, suffix })
}

/** `%YAML 1.1` or `%TAG !h! prefix`, with its line break. */
export function scanDirective(cursor: Cursor): Token {
  const mark = cursor.mark
  cursor.skip()
  const name = readWord(cursor)
  if (name === '') cursor.fail('could not find expected directive name', mark)
  if (!isBlankOrEnd(cursor.peek())) cursor.fail('found unexpected non-alphabetical character', mark)
  const token = directiveOf(cursor, name, mark)
  cursor.skipBlanks()
  if (cursor.peek() === 0x23) cursor.skipToBreak()
  if (!isBreakOrEnd(cursor.peek())) cursor.fail('did not find expected comment or line break', mark)
  cursor.readBreak()
  return token
}

function directiveOf(cursor: Cursor, name: string, mark: Mark): Token {
  if (name === 'YAML') {
    const value = scanVersion(cursor, mark)
    return tokenOf(cursor, { type: 'version-directive', mark, value, suffix: '' })
  }
  if (name !== 'TAG') cursor.fail('found unknown directive name', mark)
  const { handle, prefix } = scanTagDirective(cursor, mark)
  return tokenOf(cursor, { type: 'tag-directive', mark, value: handle, suffix: prefix })
}

function tokenOf(cursor: Cursor, of: { type: TokenType; mark: Mark; value: string; suffix: string }): Token {
  const { type, mark, value, suffix } = of
  return { type, start: mark.offset, end: cursor.pos, line: mark.line, value, suffix, style: 'plain' }
}

function readWord(cursor: Cursor): string {
  const from = cursor.pos
  while (isWord(cursor.peek())) cursor.pos++
  return cursor.text.slice(from, cursor.pos)
}

function scanVersion(cursor: Cursor, mark: Mark): string {
  cursor.skipBlanks()
  const major = scanVersionNumber(cursor, mark)
  if (cursor.peek() !== 0x2e) cursor.fail("did not find expected digit or '.' character", mark)
  cursor.skip()
  return `${major}.${scanVersionNumber(cursor, mark)}`
}

function scanVersionNumber(cursor: Cursor, mark: Mark): number {
  const from = cursor.pos
  while (isDigit(cursor.peek())) {
    if (cursor.pos - from >= 2) cursor.fail('found extremely long version number', mark)
    cursor.pos++
  }
  if (cursor.pos === from) cursor.fail('did not find expected version number', mark)
  return Number(cursor.text.slice(from, cursor.pos))
}

function scanTagDirective(cursor: Cursor, mark: Mark): { handle: string; prefix: string } {
  cursor.skipBlanks()
  const handle = scanHandle(cursor, mark, true)
  if (!isBlank(cursor.peek())) cursor.fail('did not find expected whitespace', mark)
  cursor.skipBlanks()
  const prefix = scanUri(cursor, mark, '')
  if (!isBlankOrEnd(cursor.peek())) cursor.fail('did not find expected whitespace or line break', mark)
  return { handle, prefix }
}

function scanVerbatim(cursor: Cursor, mark: Mark): { handle: string; suffix: string } {
  cursor.pos += 2
  const suffix = scanUri(cursor, mark, '')
  if (cursor.peek() !== 0x3e) cursor.fail("did not find the expected '>'", mark)
  cursor.skip()
  return { handle: '', suffix }
}

function scanShorthand(cursor: Cursor, mark: Mark): { handle: string; suffix: string } {
  const handle = scanHandle(cursor, mark, false)
  if (handle.length > 1 && handle.endsWith('!')) return { handle, suffix: scanUri(cursor, mark, '') }
  const suffix = scanUri(cursor, mark, handle)
  return suffix === '' ? { handle: '', suffix: '!' } : { handle: '!', suffix }
}

function scanHandle(cursor: Cursor, mark: Mark, directive: boolean): string {
  if (cursor.peek() !== EXCLAMATION) cursor.fail("did not find expected '!'", mark)
  const from = cursor.pos
  cursor.skip()
  readWord(cursor)
  if (cursor.peek() === EXCLAMATION) cursor.skip()
  else if (directive && cursor.pos - from > 1) cursor.fail("did not find expected '!'", mark)
  return cursor.text.slice(from, cursor.pos)
}

const URI = /[\w\-;/?:@&=+$,.!~*'()[\]%]/

function scanUri(cursor: Cursor, mark: Mark, head: string): string {
  let uri = head.slice(1)
  let found = head !== ''
  while (URI.test(cursor.text.charAt(cursor.pos))) {
    uri += cursor.peek() === 0x25 ? scanEscapes(cursor, mark) : cursor.read()
    found = true
  }
  if (!found) cursor.fail('did not find expected tag URI', mark)
  return uri
}

// One character as %XX octets of UTF-8.
function scanEscapes(cursor: Cursor, mark: Mark): string {
  const octets: number[] = []
  let width = 1
  while (octets.length < width) {
    const high = hexValue(cursor.peek(1))
    const low = hexValue(cursor.peek(2))
    if (cursor.peek() !== 0x25 || high < 0 || low < 0) cursor.fail('did not find URI escaped octet', mark)
    const octet = high * 16 + low
    if (octets.length > 0 && (octet & 0xc0) !== 0x80) cursor.fail('found an incorrect trailing UTF-8 octet', mark)
    if (octets.length === 0) width = utf8Width(octet)
    if (width === 0) cursor.fail('found an incorrect leading UTF-8 octet', mark)
    octets.push(octet)
    cursor.pos += 3
  }
  return new TextDecoder().decode(new Uint8Array(octets))
}

function utf8Width(octet: number): number {
  if ((octet & 0x80) === 0) return 1
  if ((octet & 0xe0) === 0xc0) return 2
  if ((octet & 0xf0) === 0xe0) return 3
  return (octet & 0xf8) === 0xf0 ? 4 : 0
}
