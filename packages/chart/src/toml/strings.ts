import { quote as goQuote } from '@slipway/gotemplate'
import { END, isBreak, type TomlReader } from './reader.ts'

const SIMPLE: Readonly<Record<string, string>> = {
  b: '\b',
  t: '\t',
  n: '\n',
  f: '\f',
  r: '\r',
  e: '\u001b',
  '"': '"',
  '\\': '\\',
}
const HEX: Readonly<Record<string, readonly [digits: number, word: string]>> = {
  x: [2, 'two'],
  u: [4, 'four'],
  U: [8, 'eight'],
}

/** A string of one line; its first quote is taken already. */
export function readString(reader: TomlReader, quote: '"' | "'"): string {
  reader.start = reader.at
  for (;;) {
    const char = reader.next()
    if (char === END) throw reader.unexpected(`unexpected EOF; expected ${quote === '"' ? `'"'` : `"'"`}`, char)
    if (isBreak(char)) throw reader.above('strings cannot contain newlines')
    if (char === '\\' && quote === '"') skipEscape(reader)
    if (char !== quote) continue
    const text = reader.text.slice(reader.start, reader.at - 1)
    const line = reader.lineAt(reader.at - 1)
    reader.start = reader.at
    return quote === '"' ? unescaped(reader, text, line) : text
  }
}

/** A string of many lines; its three quotes are taken already. */
export function readLongString(reader: TomlReader, quote: '"' | "'"): string {
  reader.start = reader.at
  const end = quote.repeat(3)
  for (;;) {
    const char = reader.next()
    if (char === END) throw reader.unexpected(`unexpected EOF; expected ${quote === '"' ? `'"""'` : `"'''"`}`, char)
    if (char === '\\' && quote === '"') {
      if (isBreak(reader.peek())) reader.next()
      else skipEscape(reader)
    }
    if (char !== quote || !isClosed(reader, quote)) continue
    const to = reader.at - 1
    const text = withoutFirstBreak(reader.text.slice(reader.start, to))
    const line = reader.lineAt(to)
    reader.at = to + end.length
    reader.start = reader.at
    return quote === '"' ? unescaped(reader, joined(text), line) : text
  }
}

/** Whether the quote that was taken is the first of the last three: up to two more belong to the text. */
function isClosed(reader: TomlReader, quote: string): boolean {
  const first = reader.at
  const isThree = reader.accept(quote) && reader.accept(quote)
  if (!isThree) {
    reader.at = first
    return false
  }
  if (reader.peek() === quote) {
    const text = reader.current()
    const five = quote.repeat(5)
    if (text.endsWith(five) && !(quote === '"' && text.endsWith(`\\${five}`)))
      throw reader.fault(`unexpected ${quote === '"' ? `'""""""'` : `"''''''"`}`)
    reader.at = first
    return false
  }
  reader.at = first
  return true
}

/** Checks what follows a backslash. */
function skipEscape(reader: TomlReader): void {
  const char = reader.next()
  if (SIMPLE[char] !== undefined || char === ' ' || char === '\t') return
  const hex = HEX[char]
  if (hex === undefined) {
    const line = reader.lineAt() - (char === END && reader.at >= reader.text.length ? 1 : 0)
    throw reader.fault(`invalid escape in string '\\${char}'`, line)
  }
  const [digits, word] = hex
  for (let count = 0; count < digits; count++) {
    const digit = reader.next()
    if (/^[0-9a-fA-F]$/.test(digit)) continue
    const message = `expected ${word} hexadecimal digits after '\\${char}', but got ${goQuote(reader.current())} instead`
    throw reader.unexpected(message, digit)
  }
}

function withoutFirstBreak(text: string): string {
  return text.replace(/^\r?\n/, '')
}

/** Without line breaks behind a backslash, and the blanks that follow them. */
function joined(text: string): string {
  return text.replace(/\\(?:\\|[ \t\r\n]+)/g, (found) => (found.includes('\n') ? '' : found))
}

function unescaped(reader: TomlReader, text: string, line: number): string {
  if (!text.includes('\\')) return text
  return text.replace(/\\(?:x(..)|u(.{4})|U(.{8})|(.))/gsu, (_, two, four, eight, one?: string) => {
    if (one !== undefined) {
      const simple = SIMPLE[one]
      if (simple === undefined) throw reader.fault(`invalid escape: '\\${one}'`, line)
      return simple
    }
    const digits = String(two ?? four ?? eight)
    const code = Number.parseInt(digits, 16)
    if (code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff))
      throw reader.fault(`Escaped character '\\u${digits}' is not valid UTF-8.`, line)
    return String.fromCodePoint(code)
  })
}
