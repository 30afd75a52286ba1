import { unicode, utf8 } from '@slipway/gotemplate'
import { checkSlice, fail } from '../panics.ts'
import { searchable } from './search.ts'

/** `s[from:to]` of Go with its panics; offsets in bytes. */
export function byteSlice(text: string, from: number, to: number): string {
  checkSlice(utf8.byteLength(text), from, to)
  return utf8.sliceBytes(text, from, to)
}

/** goutils.WrapCustom; lengths in bytes. */
export function wrap(text: string, options: { length: number; separator: string; longWords: boolean }): string {
  const bytes = utf8.encodeString(text)
  const length = Math.max(options.length, 1)
  const separator = utf8.encodeString(options.separator === '' ? '\n' : options.separator)
  const out: number[] = []
  let offset = 0
  while (bytes.length - offset > length) {
    if (bytes[offset] === 0x20) {
      offset++
      continue
    }
    const space = bytes.subarray(offset, length + offset + 1).lastIndexOf(0x20)
    const cut = space >= 0 ? offset + space : longCut(bytes, offset + length, options.longWords)
    out.push(...bytes.subarray(offset, cut))
    if (space >= 0 || options.longWords || cut < bytes.length) out.push(...separator)
    offset = space >= 0 || (!options.longWords && cut < bytes.length) ? cut + 1 : cut
  }
  out.push(...bytes.subarray(offset))
  return utf8.decodeBytes(Uint8Array.from(out))
}

/** Where a word that is too long ends: at the length, or at the next space. */
function longCut(bytes: Uint8Array, end: number, longWords: boolean): number {
  if (longWords) return end
  const space = bytes.indexOf(0x20, end)
  return space < 0 ? bytes.length : space
}

/** goutils.AbbreviateFull; empty where that returns an error, as sprig ignores it. */
export function abbreviate(text: string, offset: number, width: number): string {
  const length = utf8.byteLength(text)
  if (text === '' || width < 4) return ''
  if (length <= width) return text
  let from = Math.min(offset, length)
  if (length - from < width - 3) from = length - (width - 3)
  if (from <= 4) return `${byteSlice(text, 0, width - 3)}...`
  if (width < 7) return ''
  if (from + width - 3 < length) return `...${abbreviate(byteSlice(text, from, length), 0, width - 3)}`
  return `...${byteSlice(text, length - (width - 3), length)}`
}

/** goutils.Initials: it walks bytes, each as a rune. */
export function initials(text: string): string {
  let out = ''
  let gap = true
  for (const byte of utf8.encodeString(text)) {
    const space = unicode.isSpace(byte)
    if (!space && gap) out += String.fromCharCode(byte)
    gap = space
  }
  return out
}

/** goutils.DeleteWhiteSpace: bytes are runes too, so text that is not ASCII comes out as Latin-1 once a space was there. */
export function deleteWhiteSpace(text: string): string {
  const bytes = utf8.encodeString(text)
  const kept = bytes.filter((byte) => !unicode.isSpace(byte))
  return kept.length === bytes.length ? text : String.fromCharCode(...kept)
}

/** sprig's trunc: from the end for negative counts. */
export function truncate(count: bigint, text: string): string {
  const length = utf8.byteLength(text)
  const number = Number(count)
  if (number < 0 && length + number > 0) return byteSlice(text, length + number, length)
  return number >= 0 && length > number ? byteSlice(text, 0, number) : text
}

/** sprig's substr. */
export function substring(start: number, end: number, text: string): string {
  const length = utf8.byteLength(text)
  if (start < 0) return byteSlice(text, 0, end)
  if (end < 0 || end > length) return byteSlice(text, start, length)
  return byteSlice(text, start, end)
}

/** Go's strings.Repeat. */
export function repeat(text: string, count: bigint): string {
  if (count < 0n) fail('strings: negative Repeat count')
  return utf8.canonical(text.repeat(Number(count)))
}

/** sprig's indent: also before an empty text. */
export function indent(spaces: bigint, text: string): string {
  const pad = repeat(' ', spaces)
  return pad + text.replaceAll('\n', `\n${pad}`)
}

/** Go's strings.TrimSpace. */
export function trimSpace(text: string): string {
  let start = 0
  let end = text.length
  while (start < end && unicode.isSpace(text.charCodeAt(start))) start++
  while (end > start && unicode.isSpace(text.charCodeAt(end - 1))) end--
  return text.slice(start, end)
}

/** The stretch that Go's strings.Trim(text, cutset) keeps. */
export function trimRange(text: string, cutset: string): [start: number, end: number] {
  const set = new Set([...cutset].map(runeKey))
  const runes = [...text]
  let first = 0
  let last = runes.length
  while (first < last && set.has(runeKey(String(runes[first])))) first++
  while (last > first && set.has(runeKey(String(runes[last - 1])))) last--
  const start = runes.slice(0, first).join('').length
  return [start, start + runes.slice(first, last).join('').length]
}

/** All invalid bytes are the rune U+FFFD. */
function runeKey(rune: string): string {
  return utf8.hasEscape(rune) ? '\ufffd' : rune
}

/** Go's strings.Split and SplitN; an empty separator cuts into runes. */
export function split(text: string, separator: string, count = -1): string[] {
  if (count === 0) return []
  const found = searchable(separator, text)
  const parts = separator === '' ? [...text] : found.text.split(found.part).map(found.back)
  if (count < 0 || parts.length <= count) return parts
  return [...parts.slice(0, count - 1), parts.slice(count - 1).join(separator)]
}
