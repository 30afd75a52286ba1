/** Go's unicode.IsPrint: letters, marks, numbers, punctuation, symbols and the ASCII space. */
export function isPrint(point: number): boolean {
  if (point < 0x7f) return point >= 0x20
  if (point < 0xa1 || point === 0xad) return false
  return /^[\p{L}\p{M}\p{N}\p{P}\p{S}]$/u.test(String.fromCodePoint(point))
}

/** Go's unicode.IsLetter. */
export function isLetter(point: number): boolean {
  if (point < 0x80) return (point >= 65 && point <= 90) || (point >= 97 && point <= 122)
  return /^\p{L}$/u.test(String.fromCodePoint(point))
}

/** Go's unicode.IsDigit. */
export function isDigit(point: number): boolean {
  if (point < 0x80) return point >= 48 && point <= 57
  return /^\p{Nd}$/u.test(String.fromCodePoint(point))
}

/** Go's unicode.IsSpace. */
export function isSpace(point: number): boolean {
  if (point < 0x100) return (point >= 9 && point <= 13) || point === 0x20 || point === 0x85 || point === 0xa0
  return (
    point === 0x1680 ||
    (point >= 0x2000 && point <= 0x200a) ||
    point === 0x2028 ||
    point === 0x2029 ||
    point === 0x202f ||
    point === 0x205f ||
    point === 0x3000
  )
}
