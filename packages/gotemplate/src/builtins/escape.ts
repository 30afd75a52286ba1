import { sprint } from '../fmt/printf.ts'
import { encodeString } from '../text/utf8.ts'
import { isPrint } from '../text/unicode.ts'
import { indirect } from '../values/reflect.ts'
import { GoPointer, type Value } from '../values/value.ts'

/** The text of a call's arguments, as `print` writes them; a missing or nil one is `<no value>`. */
export function textOfArguments(args: readonly Value[]): string {
  const [only] = args
  if (args.length === 1 && typeof only === 'string') return only
  return sprint(args.map((arg) => printableOf(arg)))
}

function printableOf(value: Value): Value {
  if (value === undefined || value === null) return '<no value>'
  return value instanceof GoPointer ? indirect(value).value : value
}

const HTML: Readonly<Record<string, string>> = {
  '"': '&#34;',
  "'": '&#39;',
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '\0': '\ufffd',
}

/** Go's template.HTMLEscapeString. */
export function htmlEscape(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: NUL is replaced too
  return text.replace(/["'&<>\0]/g, (char) => HTML[char] ?? char)
}

const JS: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  "'": "\\'",
  '"': '\\"',
  '<': '\\u003C',
  '>': '\\u003E',
  '&': '\\u0026',
  '=': '\\u003D',
}

/** Go's template.JSEscapeString. */
export function jsEscape(text: string): string {
  let out = ''
  for (const char of text) {
    const point = char.codePointAt(0) ?? 0
    const escape = JS[char]
    if (escape !== undefined) out += escape
    else if (point < 0x20) out += `\\u00${hex(point, 2)}`
    else if (point >= 0xdc80 && point <= 0xdcff) out += char
    else out += point < 0x80 || isPrint(point) ? char : `\\u${hex(point, 4)}`
  }
  return out
}

function hex(value: number, width: number): string {
  return value.toString(16).toUpperCase().padStart(width, '0')
}

/** Go's url.QueryEscape. */
export function queryEscape(text: string): string {
  let out = ''
  for (const byte of encodeString(text)) {
    const char = String.fromCharCode(byte)
    if (/[A-Za-z0-9\-_.~]/.test(char)) out += char
    else out += char === ' ' ? '+' : `%${hex(byte, 2)}`
  }
  return out
}
