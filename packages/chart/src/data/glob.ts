/** A pattern of `.Files.Glob` as a test (gobwas/glob with `/` as separator); undefined for a bad pattern. */
export function compileGlob(pattern: string): ((name: string) => boolean) | undefined {
  const source = new GlobReader(pattern).read()
  if (source === undefined) return undefined
  const regex = new RegExp(`^(?:${source})$`, 'su')
  return (name) => regex.test(name)
}

class GlobReader {
  readonly #chars: readonly string[]
  #at = 0
  #depth = 0

  constructor(pattern: string) {
    this.#chars = [...pattern]
  }

  read(): string | undefined {
    let out = ''
    while (this.#at < this.#chars.length) {
      const part = this.#part()
      if (part === undefined) return undefined
      out += part
    }
    return this.#depth === 0 ? out : undefined
  }

  #part(): string | undefined {
    const char = this.#chars[this.#at++] ?? ''
    switch (char) {
      case '*':
        return this.#stars()
      case '?':
        return '[^/]'
      case '[':
        return this.#class()
      case '{':
        this.#depth++
        return '(?:'
      case '}':
        return this.#depth === 0 ? literal(char) : this.#close()
      case ',':
        return this.#depth > 0 ? '|' : ','
      case '\\':
        return this.#at < this.#chars.length ? literal(this.#chars[this.#at++] ?? '') : undefined
      default:
        return literal(char)
    }
  }

  #close(): string {
    this.#depth--
    return ')'
  }

  #stars(): string {
    if (this.#chars[this.#at] !== '*') return '[^/]*'
    this.#at++
    return '.*'
  }

  #class(): string | undefined {
    const end = this.#chars.indexOf(']', this.#at)
    if (end < 0) return undefined
    const body = this.#chars.slice(this.#at, end)
    this.#at = end + 1
    const negated = body[0] === '!'
    const members = negated ? body.slice(1) : body
    if (members.length === 0) return undefined
    const isRange = members.length === 3 && members[1] === '-'
    const text = isRange ? `${escaped(members[0])}-${escaped(members[2])}` : members.map(escaped).join('')
    return `[${negated ? '^' : ''}${text}]`
  }
}

function literal(char: string): string {
  return /[\\^$.*+?()[\]{}|/]/.test(char) ? `\\${char}` : char
}

function escaped(char = ''): string {
  return /[\\\]^\-[(){}|/]/.test(char) ? `\\${char}` : char
}
