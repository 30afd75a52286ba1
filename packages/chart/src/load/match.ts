/** Thrown for a pattern that Go's path matching refuses. */
export class BadPattern extends Error {
  constructor() {
    super('syntax error in pattern')
    this.name = 'BadPattern'
  }
}

/** Go's filepath.Match as a test: `*` and `?` stop at slashes, classes are negated by `^`. Throws {@link BadPattern}. */
export function compilePattern(pattern: string): (name: string) => boolean {
  const regex = new RegExp(`^(?:${translate(pattern)})$`, 'su')
  return (name) => regex.test(name)
}

function translate(pattern: string): string {
  const chars = [...pattern]
  let out = ''
  for (let at = 0; at < chars.length; at++) {
    const char = chars[at] ?? ''
    if (char === '*') out += '[^/]*'
    else if (char === '?') out += '[^/]'
    else if (char === '[') {
      const found = translateClass(chars, at + 1)
      out += found.text
      at = found.end
    } else if (char === '\\') {
      at++
      if (at >= chars.length) throw new BadPattern()
      out += literal(chars[at] ?? '')
    } else out += literal(char)
  }
  return out
}

function translateClass(chars: readonly string[], start: number): { text: string; end: number } {
  const negated = chars[start] === '^'
  let at = negated ? start + 1 : start
  let members = ''
  for (let first = true; first || chars[at] !== ']'; first = false) {
    const low = member(chars, at)
    at = low.next
    let high = low.char
    if (chars[at] === '-') {
      const end = member(chars, at + 1)
      high = end.char
      at = end.next
    }
    if (low.char <= high) members += `${escapeMember(low.char)}-${escapeMember(high)}`
  }
  if (members === '') return { text: negated ? '[^]' : '[]', end: at }
  // A negated class does match a slash in Go, too: only stars and question marks stop there.
  return { text: `[${negated ? '^' : ''}${members}]`, end: at }
}

function member(chars: readonly string[], at: number): { char: string; next: number } {
  const char = chars[at]
  if (char === undefined || char === '-' || char === ']') throw new BadPattern()
  const escaped = char === '\\'
  const value = escaped ? chars[at + 1] : char
  if (value === undefined || chars[escaped ? at + 2 : at + 1] === undefined) throw new BadPattern()
  return { char: value, next: at + (escaped ? 2 : 1) }
}

function literal(char: string): string {
  return /[\\^$.*+?()[\]{}|/]/.test(char) ? `\\${char}` : char
}

function escapeMember(char: string): string {
  return /[\\\]^-]/.test(char) ? `\\${char}` : /[[(){}|/]/.test(char) ? `\\${char}` : char
}
