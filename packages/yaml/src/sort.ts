import type { Dialect } from './dialect.ts'

const LETTER = /^\p{L}/u
const DIGIT = /^\p{Nd}/u
const PLAIN = /^[A-Za-z]*$/

/** Orders the keys of a map as go-yaml writes them: letters by code, numbers inside a key by their value, other characters before letters. */
export function compareKeys(a: string, b: string, dialect: Dialect): number {
  if (a === b) return 0
  if (PLAIN.test(a) && PLAIN.test(b)) return a < b ? -1 : 1
  return isLess([...a], [...b], dialect) ? -1 : 1
}

function isLess(a: readonly string[], b: readonly string[], dialect: Dialect): boolean {
  let afterDigit = false
  for (let at = 0; at < Math.min(a.length, b.length); at++) {
    const left = a[at] ?? ''
    const right = b[at] ?? ''
    if (left === right) {
      afterDigit = DIGIT.test(left)
      continue
    }
    const leftLetter = LETTER.test(left)
    const rightLetter = LETTER.test(right)
    if (leftLetter && rightLetter) return codeOf(left) < codeOf(right)
    if (leftLetter || rightLetter) return dialect === 'kyaml' && afterDigit ? leftLetter : rightLetter
    return isLessNumber({ a, b, at })
  }
  return a.length < b.length
}

function isLessNumber(of: { a: readonly string[]; b: readonly string[]; at: number }): boolean {
  const { a, b, at } = of
  const started = (a[at] === '0' || b[at] === '0') && insideNumber(a, at)
  const left = numberFrom(a, at, started)
  const right = numberFrom(b, at, started)
  if (left.value !== right.value) return left.value < right.value
  if (left.end !== right.end) return left.end < right.end
  return codeOf(a[at] ?? '') < codeOf(b[at] ?? '')
}

// Behind a digit other than 0 a zero counts as one: 1 comes before 10.
function insideNumber(text: readonly string[], at: number): boolean {
  for (let back = at - 1; back >= 0 && DIGIT.test(text[back] ?? ''); back--) if (text[back] !== '0') return true
  return false
}

function numberFrom(text: readonly string[], at: number, started: boolean): { value: bigint; end: number } {
  let value = started ? 1n : 0n
  let end = at
  for (; end < text.length && DIGIT.test(text[end] ?? ''); end++) {
    value = BigInt.asIntN(64, value * 10n + BigInt(codeOf(text[end] ?? '') - 0x30))
  }
  return { value, end }
}

function codeOf(char: string): number {
  return char.codePointAt(0) ?? 0
}
