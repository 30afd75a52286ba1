import { unicode, utf8 } from '@slipway/gotemplate'

const SPECIAL_LOWER: Readonly<Record<number, number>> = { 0x130: 0x69 }

/** Go's unicode.ToLower: one rune to one rune. */
export function lowerRune(point: number): number {
  return SPECIAL_LOWER[point] ?? mapRune(point, (text) => text.toLowerCase())
}

/** Go's unicode.ToUpper: one rune to one rune; what JavaScript expands (U+00DF) stays. */
export function upperRune(point: number): number {
  return mapRune(point, (text) => text.toUpperCase())
}

function mapRune(point: number, change: (text: string) => string): number {
  const changed = change(String.fromCodePoint(point))
  const first = utf8.pointAt(changed, 0)
  return changed.length === String.fromCodePoint(first).length ? first : point
}

const TITLE: Readonly<Record<number, number>> = {
  0x1c4: 0x1c5,
  0x1c5: 0x1c5,
  0x1c6: 0x1c5,
  0x1c7: 0x1c8,
  0x1c8: 0x1c8,
  0x1c9: 0x1c8,
  0x1ca: 0x1cb,
  0x1cb: 0x1cb,
  0x1cc: 0x1cb,
  0x1f1: 0x1f2,
  0x1f2: 0x1f2,
  0x1f3: 0x1f2,
}

/** Go's unicode.ToTitle. */
export function titleRune(point: number): number {
  if (point >= 0x10d0 && point <= 0x10ff) return point
  return TITLE[point] ?? upperRune(point)
}

/** Go's unicode.IsUpper. */
export function isUpper(point: number): boolean {
  return /^\p{Lu}$/u.test(String.fromCodePoint(point))
}

/** Go's unicode.IsLower. */
export function isLower(point: number): boolean {
  return /^\p{Ll}$/u.test(String.fromCodePoint(point))
}

function isTitle(point: number): boolean {
  return /^\p{Lt}$/u.test(String.fromCodePoint(point))
}

function mapText(text: string, change: (point: number) => number): string {
  let out = ''
  for (const point of utf8.runesOf(text)) out += utf8.runeToString(change(point))
  return out
}

/** Go's strings.ToLower. Invalid bytes become U+FFFD only in text that is not ASCII, as there. */
export function toLower(text: string): string {
  if (utf8.isAscii(text)) return text.toLowerCase()
  return mapText(text, lowerRune)
}

/** Go's strings.ToUpper. */
export function toUpper(text: string): string {
  if (utf8.isAscii(text)) return text.toUpperCase()
  return mapText(text, upperRune)
}

/** Go's strings.Title: the first letter of each word in title case. */
export function title(text: string): string {
  let previous = 0x20
  return mapText(text, (point) => {
    const start = isSeparator(previous)
    previous = point
    return start ? titleRune(point) : point
  })
}

function isSeparator(point: number): boolean {
  if (point <= 0x7f) return !/[0-9A-Za-z_]/.test(String.fromCharCode(point))
  if (unicode.isLetter(point) || unicode.isDigit(point)) return false
  return unicode.isSpace(point)
}

/** goutils.Uncapitalize without delimiters: the first letter of each word in lower case. */
export function untitle(text: string): string {
  let next = true
  return mapText(text, (point) => {
    if (unicode.isSpace(point)) {
      next = true
      return point
    }
    const changed = next ? lowerRune(point) : point
    next = false
    return changed
  })
}

/** goutils.SwapCase. */
export function swapCase(text: string): string {
  let whitespace = true
  return mapText(text, (point) => {
    if (isUpper(point) || isTitle(point)) {
      whitespace = false
      return lowerRune(point)
    }
    if (isLower(point)) {
      const changed = whitespace ? titleRune(point) : upperRune(point)
      whitespace = false
      return changed
    }
    whitespace = unicode.isSpace(point)
    return point
  })
}
