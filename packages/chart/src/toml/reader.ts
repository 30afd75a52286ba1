import { FunctionError } from '@slipway/gotemplate'

const ESCAPES: Readonly<Record<string, string>> = {
  b: '\b',
  t: '\t',
  n: '\n',
  f: '\f',
  r: '\r',
  e: '\u001b',
  '"': '"',
  '\\': '\\',
}

/** Reads the tokens of a TOML text. */
export class TomlReader {
  readonly #text: string
  #at = 0

  constructor(text: string) {
    this.#text = text.replaceAll('\r\n', '\n')
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#text.length
  }

  peek(): string {
    return this.#text.charAt(this.#at)
  }

  /** Takes a text that stands here. */
  take(text: string): boolean {
    if (!this.#text.startsWith(text, this.#at)) return false
    this.#at += text.length
    return true
  }

  expect(text: string): void {
    this.skipSpace()
    if (!this.take(text)) throw this.fault(`expected '${text}' but got ${this.shown()}`)
  }

  /** What a sticky expression matches here; undefined when it does not. */
  match(expression: RegExp): string | undefined {
    expression.lastIndex = this.#at
    const found = expression.exec(this.#text)?.[0]
    this.#at += found?.length ?? 0
    return found
  }

  skipSpace(): void {
    this.match(/[ \t]*/y)
  }

  /** Skips space, lines and comments. */
  skipBlank(): void {
    this.match(/(?:[ \t\n]|#[^\n]*)*/y)
  }

  /** Nothing but a comment may follow on the line. */
  endLine(): void {
    this.match(/[ \t]*(?:#[^\n]*)?/y)
    if (!this.isAtEnd && !this.take('\n')) {
      throw this.fault(
        `expected a top-level item to end with a newline, comment, or EOF, but got ${this.shown()} instead`,
      )
    }
  }

  /** What stands here, for a message. */
  shown(text = this.peek()): string {
    return text === '' ? 'EOF' : `'${text}'`
  }

  fault(problem: string): FunctionError {
    const line = this.#text.slice(0, this.#at).split('\n').length
    return new FunctionError(`toml: line ${line}: ${problem}`)
  }

  /** A string of any of the four kinds. */
  string(): string {
    for (const quote of ['"""', "'''"]) {
      if (!this.take(quote)) continue
      this.take('\n')
      return this.#until(quote, quote.startsWith('"'))
    }
    const quote = this.peek()
    this.#at++
    const line = this.#text.indexOf('\n', this.#at)
    const text = this.#until(quote, quote === '"')
    if (line >= 0 && this.#at > line) throw this.fault('strings cannot contain newlines')
    return text
  }

  #until(quote: string, escapes: boolean): string {
    let out = ''
    while (!this.take(quote)) {
      if (this.isAtEnd) throw this.fault('unexpected EOF')
      const char = this.peek()
      this.#at++
      out += char === '\\' && escapes ? this.#escape() : char
    }
    // Up to two more quotes belong to a text of many lines.
    while (quote.length === 3 && this.peek() === quote.charAt(0)) {
      out += quote.charAt(0)
      this.#at++
    }
    return out
  }

  #escape(): string {
    if (this.match(/[ \t]*\n\s*/y) !== undefined) return ''
    const char = this.peek()
    this.#at++
    const simple = ESCAPES[char]
    if (simple !== undefined) return simple
    const width = char === 'u' ? 4 : char === 'U' ? 8 : 0
    const digits = this.#text.slice(this.#at, this.#at + width)
    if (width === 0 || !/^[0-9a-fA-F]+$/.test(digits)) throw this.fault(`invalid escape character '${char}'`)
    this.#at += width
    return String.fromCodePoint(Math.min(Number.parseInt(digits, 16), 0x10ffff))
  }
}
