import { FunctionError, goInt, sprintf } from '@slipway/gotemplate'

/** What stands behind the end of a text. */
export const END = '\0'

/** What a message says beside its text. */
export interface Place {
  readonly line: number
  /** The key that was read last, as TOML writes it. */
  readonly lastKey: string
}

/** The error of BurntSushi's parser. */
export function tomlFault(message: string, { line, lastKey }: Place): FunctionError {
  const key = lastKey === '' ? '' : ` (last key ${sprintf('%q', [lastKey])})`
  return new FunctionError(`toml: line ${line}${key}: ${message}`)
}

/** Characters of a TOML text, one after the other; what TOML does not allow is an error as soon as it is looked at. */
export class TomlReader {
  readonly text: string
  at = 0
  /** Where the present token began. */
  start = 0
  readonly #lastKey: () => string
  #line = 1
  #counted = 0

  constructor(text: string, lastKey: () => string) {
    this.text = text
    this.#lastKey = lastKey
  }

  /** The line that a place of the text is in. */
  lineAt(at = this.at): number {
    if (at < this.#counted) {
      this.#line = 1
      this.#counted = 0
    }
    for (; this.#counted < at; this.#counted++) if (this.text.charCodeAt(this.#counted) === 0x0a) this.#line++
    return this.#line
  }

  /** The next character, or END. */
  peek(): string {
    if (this.at >= this.text.length) return END
    const char = String.fromCodePoint(this.text.codePointAt(this.at) ?? 0)
    const code = char.charCodeAt(0)
    if (char.length === 1 && code >= 0xdc80 && code <= 0xdcff)
      throw this.fault(`invalid UTF-8 byte: ${hex(code - 0xdc00)}`)
    if (isControl(code) || (char === '\r' && this.text.charAt(this.at + 1) !== '\n'))
      throw this.fault(`TOML files cannot contain control characters: '${hex(code)}'`)
    return char
  }

  next(): string {
    const char = this.peek()
    if (this.at < this.text.length) this.at += char.length
    return char
  }

  /** Takes a character where it stands here. */
  accept(char: string): boolean {
    if (this.peek() !== char) return false
    this.at += char.length
    return true
  }

  skipSpace(): void {
    this.#skip((char) => char === ' ' || char === '\t')
  }

  /** Blanks, line breaks and comments. */
  skipBlank(): void {
    this.#skip((char) => isBlank(char))
    while (this.peek() === '#') {
      this.skipComment()
      this.#skip((char) => isBlank(char))
    }
  }

  skipComment(): void {
    this.#skip((char) => !isBreak(char) && char !== END)
  }

  #skip(belongs: (char: string) => boolean): void {
    while (belongs(this.peek()) && this.at < this.text.length) this.next()
    this.start = this.at
  }

  /** The present token so far. */
  current(): string {
    return this.text.slice(this.start, this.at)
  }

  fault(message: string, line = this.lineAt()): FunctionError {
    return tomlFault(message, { line, lastKey: this.#lastKey() })
  }

  /** An error about a character that was taken; behind the end it is one of the line before where that is empty. */
  unexpected(message: string, char: string): FunctionError {
    const isAfterBreak = char === END && this.text.charAt(this.at - 1) === '\n'
    return this.fault(message, this.lineAt() - (isAfterBreak ? 1 : 0))
  }

  /** The same for what is said to be in the line above. */
  above(message: string): FunctionError {
    return this.fault(message, this.lineAt() - 1)
  }
}

export function isBreak(char: string): boolean {
  return char === '\n' || char === '\r'
}

function isBlank(char: string): boolean {
  return char === ' ' || char === '\t' || isBreak(char)
}

function isControl(code: number): boolean {
  return (code < 0x20 && code !== 0x09 && code !== 0x0a && code !== 0x0d) || code === 0x7f
}

function hex(code: number): string {
  return `0x${code.toString(16).padStart(2, '0')}`
}

/** A character as Go quotes it. */
export function quoted(char: string): string {
  return sprintf('%q', [goInt(char.codePointAt(0) ?? 0)])
}
