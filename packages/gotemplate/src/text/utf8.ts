/**
 * Go strings are bytes. Here a Go string is a JavaScript string in which every byte that is not part of valid UTF-8 stands as the lone low
 * surrogate U+DC00 + byte (0xDC80-0xDCFF). Valid text never holds a lone surrogate, so both directions are exact.
 */

const strictDecoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
const encoder = new TextEncoder()
const SURROGATE = /[\ud800-\udfff]/

/** The Go string that holds the bytes. */
export function decodeBytes(bytes: Uint8Array): string {
  try {
    return strictDecoder.decode(bytes)
  } catch {
    return decodeLossless(bytes)
  }
}

/** The code point at an offset in UTF-16 units; NaN behind the end. */
export function pointAt(text: string, at: number): number {
  return Number(text.codePointAt(at))
}

/** The bytes of a Go string. */
export function encodeString(text: string): Uint8Array {
  if (!SURROGATE.test(text)) return encoder.encode(text)
  const parts: number[] = []
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    if (unit >= 0xdc80 && unit <= 0xdcff) {
      parts.push(unit - 0xdc00)
      continue
    }
    const point = pointAt(text, i)
    if (point > 0xffff) i++
    pushUtf8(parts, point)
  }
  return Uint8Array.from(parts)
}

/** Joins bytes that became valid UTF-8 by concatenation: the same Go string in its one canonical form. */
export function canonical(text: string): string {
  return /[\udc80-\udcff]/.test(text) && hasEscape(text) ? decodeBytes(encodeString(text)) : text
}

/** True when the string holds a byte that is not valid UTF-8. */
export function hasEscape(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    if (unit >= 0xd800 && unit <= 0xdbff) i++
    else if (unit >= 0xdc80 && unit <= 0xdcff) return true
  }
  return false
}

/** The same text with U+FFFD for each byte that is not valid UTF-8; offsets stay what they were. */
export function replaceInvalid(text: string): string {
  return hasEscape(text) ? text.replace(/(?<![\ud800-\udbff])[\udc80-\udcff]/g, '\ufffd') : text
}

/** Appends the UTF-8 of a code point; lone surrogates give U+FFFD, as in Go. */
export function pushUtf8(out: number[], point: number): void {
  const p = (point >= 0xd800 && point <= 0xdfff) || point > 0x10ffff || point < 0 ? 0xfffd : point
  if (p < 0x80) out.push(p)
  else if (p < 0x800) out.push(0xc0 | (p >> 6), 0x80 | (p & 63))
  else if (p < 0x10000) out.push(0xe0 | (p >> 12), 0x80 | ((p >> 6) & 63), 0x80 | (p & 63))
  else out.push(0xf0 | (p >> 18), 0x80 | ((p >> 12) & 63), 0x80 | ((p >> 6) & 63), 0x80 | (p & 63))
}

/** A Go rune as a string: U+FFFD for what is no code point. */
export function runeToString(point: number): string {
  return (point >= 0xd800 && point <= 0xdfff) || point > 0x10ffff || point < 0 ? '\ufffd' : String.fromCodePoint(point)
}

/** The length in bytes. */
export function byteLength(text: string): number {
  let length = 0
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    if (unit < 0x80) length += 1
    else if (unit < 0x800) length += 2
    else if (unit >= 0xd800 && unit <= 0xdbff) {
      length += 4
      i++
    } else length += unit >= 0xdc80 && unit <= 0xdcff ? 1 : 3
  }
  return length
}

/** True for text in which offsets in bytes and in UTF-16 units are the same. */
export function isAscii(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) >= 0x80) return false
  return true
}

/** `text[from:to]` of Go, offsets in bytes; the caller has checked the bounds. */
export function sliceBytes(text: string, from: number, to: number): string {
  if (isAscii(text)) return text.slice(from, to)
  return decodeBytes(encodeString(text).subarray(from, to))
}

/** The runes that `for range` of Go sees: an invalid byte is U+FFFD. */
export function runesOf(text: string): number[] {
  const runes: number[] = []
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    if (unit >= 0xdc80 && unit <= 0xdcff) {
      runes.push(0xfffd)
      continue
    }
    const point = pointAt(text, i)
    if (point > 0xffff) i++
    runes.push(point)
  }
  return runes
}

/** The number of runes, an invalid byte counting as one. */
export function runeCount(text: string): number {
  let count = text.length
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    if (unit >= 0xd800 && unit <= 0xdbff) {
      count--
      i++
    }
  }
  return count
}

/** Orders strings by their bytes, as Go's `<` does. */
export function compareStrings(a: string, b: string): number {
  if (a === b) return 0
  const length = Math.min(a.length, b.length)
  for (let i = 0; i < length; i++) {
    const x = a.charCodeAt(i)
    const y = b.charCodeAt(i)
    if (x === y) continue
    if ((x & 0xf800) === 0xd800 || (y & 0xf800) === 0xd800) return compareEncoded(a, b)
    return x < y ? -1 : 1
  }
  return a.length - b.length
}

function compareEncoded(a: string, b: string): number {
  const x = encodeString(a)
  const y = encodeString(b)
  const length = Math.min(x.length, y.length)
  for (let i = 0; i < length; i++) if (x[i] !== y[i]) return Number(x[i]) - Number(y[i])
  return x.length - y.length
}

function decodeLossless(bytes: Uint8Array): string {
  let text = ''
  for (let i = 0; i < bytes.length; ) {
    const size = sequenceLength(bytes, i)
    if (size === 0) {
      text += String.fromCharCode(0xdc00 + Number(bytes[i]))
      i++
    } else {
      text += strictDecoder.decode(bytes.subarray(i, i + size))
      i += size
    }
  }
  return text
}

/** The length of the valid sequence at `at`, 0 for an invalid byte: no overlong forms, no surrogates, nothing above U+10FFFF. */
function sequenceLength(bytes: Uint8Array, at: number): number {
  const first = Number(bytes[at])
  if (first < 0x80) return 1
  const size =
    first >= 0xc2 && first <= 0xdf ? 2 : first >= 0xe0 && first <= 0xef ? 3 : first >= 0xf0 && first <= 0xf4 ? 4 : 0
  if (size === 0 || at + size > bytes.length) return 0
  const [low, high] = secondByteRange(first)
  const second = Number(bytes[at + 1])
  if (second < low || second > high) return 0
  for (let i = 2; i < size; i++) if ((Number(bytes[at + i]) & 0xc0) !== 0x80) return 0
  return size
}

function secondByteRange(first: number): [number, number] {
  if (first === 0xe0) return [0xa0, 0xbf]
  if (first === 0xed) return [0x80, 0x9f]
  if (first === 0xf0) return [0x90, 0xbf]
  if (first === 0xf4) return [0x80, 0x8f]
  return [0x80, 0xbf]
}
