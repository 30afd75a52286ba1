/** Thrown for a pattern that Go's path matching refuses. */
export class BadPattern extends Error {
  constructor() {
    super('syntax error in pattern')
    this.name = 'BadPattern'
  }
}

type Part =
  | { readonly kind: 'star' }
  | { readonly kind: 'any' }
  | { readonly kind: 'char'; readonly char: string }
  | { readonly kind: 'class'; readonly negated: boolean; readonly ranges: readonly (readonly [number, number])[] }

/** Go's filepath.Match as a test: `*` and `?` stop at slashes, classes are negated by `^`. Throws {@link BadPattern}. */
export function compilePattern(pattern: string): (name: string) => boolean {
  const parts = partsOf([...pattern])
  return (name) => matches(parts, [...name])
}

function partsOf(chars: readonly string[]): Part[] {
  const parts: Part[] = []
  for (let at = 0; at < chars.length; at++) {
    const char = chars[at] ?? ''
    if (char === '*') parts.push({ kind: 'star' })
    else if (char === '?') parts.push({ kind: 'any' })
    else if (char === '[') {
      const found = readClass(chars, at + 1)
      parts.push(found.part)
      at = found.end
    } else if (char === '\\') {
      at++
      if (at >= chars.length) throw new BadPattern()
      parts.push({ kind: 'char', char: chars[at] ?? '' })
    } else parts.push({ kind: 'char', char })
  }
  return parts
}

function readClass(chars: readonly string[], start: number): { part: Part; end: number } {
  const negated = chars[start] === '^'
  let at = negated ? start + 1 : start
  const ranges: [number, number][] = []
  for (let first = true; first || chars[at] !== ']'; first = false) {
    const low = member(chars, at)
    at = low.next
    let high = low
    if (chars[at] === '-') {
      high = member(chars, at + 1)
      at = high.next
    }
    ranges.push([low.code, high.code])
  }
  return { part: { kind: 'class', negated, ranges }, end: at }
}

function member(chars: readonly string[], at: number): { code: number; next: number } {
  const char = chars[at]
  if (char === undefined || char === '-' || char === ']') throw new BadPattern()
  const escaped = char === '\\'
  const value = escaped ? chars[at + 1] : char
  if (value === undefined || chars[escaped ? at + 2 : at + 1] === undefined) throw new BadPattern()
  return { code: value.codePointAt(0) ?? 0, next: at + (escaped ? 2 : 1) }
}

/** Only the last star is tried again with more: what an earlier one took is as good as any. */
function matches(parts: readonly Part[], name: readonly string[]): boolean {
  let at = 0
  let part = 0
  let retry: { part: number; at: number } | undefined
  while (at < name.length || part < parts.length) {
    if (parts[part]?.kind === 'star') {
      retry = { part, at }
      part++
    } else if (at < name.length && fits(parts[part], name[at] ?? '')) {
      at++
      part++
    } else {
      if (retry === undefined || retry.at >= name.length || name[retry.at] === '/') return false
      retry.at++
      at = retry.at
      part = retry.part + 1
    }
  }
  return true
}

function fits(part: Part | undefined, char: string): boolean {
  switch (part?.kind) {
    case 'any':
      return char !== '/'
    case 'char':
      return part.char === char
    case 'class': {
      // A negated class does match a slash in Go, too: only stars and question marks stop there.
      const code = char.codePointAt(0) ?? 0
      return part.ranges.some(([low, high]) => low <= code && code <= high) !== part.negated
    }
    default:
      return false
  }
}
