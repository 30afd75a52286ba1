import { quote, utf8 } from '@slipway/gotemplate'
import { fail } from '../panics.ts'

/** Which part of a URL a text stands in. */
type Part = 'path' | 'host' | 'zone' | 'userPassword' | 'fragment'

const SAFE: Readonly<Record<Part, RegExp>> = {
  path: /[A-Za-z0-9\-_.~$&+,/:;=@]/,
  host: /[A-Za-z0-9\-_.~!$&'()*+,;=:[\]<>"]/,
  zone: /[A-Za-z0-9\-_.~!$&'()*+,;=:[\]<>"]/,
  userPassword: /[A-Za-z0-9\-_.~$&+,;=]/,
  fragment: /[A-Za-z0-9\-_.~$&+,/:;=?@!()*]/,
}

/** True when net/url escapes the byte in that part. */
function shouldEscape(byte: number, part: Part): boolean {
  return byte >= 0x80 || !SAFE[part].test(String.fromCharCode(byte))
}

/** net/url's escape. */
export function escapePart(text: string, part: Part): string {
  let out = ''
  for (const byte of utf8.encodeString(text)) {
    out += shouldEscape(byte, part) ? `%${byte.toString(16).toUpperCase().padStart(2, '0')}` : String.fromCharCode(byte)
  }
  return out
}

/** net/url's unescape. Throws with its text. */
export function unescapePart(text: string, part: Part): string {
  const bytes = utf8.encodeString(text)
  const out: number[] = []
  for (let at = 0; at < bytes.length; at++) {
    const byte = Number(bytes[at])
    if (byte !== 0x25) {
      if ((part === 'host' || part === 'zone') && byte < 0x80 && shouldEscape(byte, part)) {
        fail(`invalid character ${quote(String.fromCharCode(byte))} in host name`)
      }
      out.push(byte)
      continue
    }
    out.push(escapedByte(bytes, at, part))
    at += 2
  }
  return utf8.decodeBytes(Uint8Array.from(out))
}

function escapedByte(bytes: Uint8Array, at: number, part: Part): number {
  const sequence = utf8.decodeBytes(bytes.slice(at, at + 3))
  if (!/^%[0-9A-Fa-f]{2}$/.test(sequence)) return fail(`invalid URL escape ${quote(sequence)}`)
  const value = Number.parseInt(sequence.slice(1), 16)
  if (part === 'host' && value < 0x80 && sequence !== '%25') return fail(`invalid URL escape ${quote(sequence)}`)
  if (part === 'zone' && sequence !== '%25' && value !== 0x20 && shouldEscape(value, 'host')) {
    return fail(`invalid URL escape ${quote(sequence)}`)
  }
  return value
}
