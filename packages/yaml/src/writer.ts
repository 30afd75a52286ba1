import { isUnprintable } from './analyze.ts'
import { isBlankOrEnd, isBreak } from './characters.ts'
import type { Dialect } from './dialect.ts'

/** Beyond this column a space may become a line break; go-yaml v3 lets lines be as long as they are. */
const BEST_WIDTH = { sigs: 80, kyaml: Number.POSITIVE_INFINITY } as const
const LATIN = /^[\x20-\x7e]*$/
const WORD_RUN = /[^ \n\r\x85\u2028\u2029]+/y

/**
 * Text with the state that libyaml's emitter keeps between tokens: the column, whether whitespace was just written, and whether only
 * indentation was written on this line.
 */
export class Writer {
  out = ''
  column = 0
  whitespace = true
  indention = true
  /** The column where lines of the current block start; -1 at the top. */
  indent = -1
  /** Characters before a forced foot-comment gap; see go-yaml v3's foot_indent. */
  footIndent = -1
  readonly #dialect: Dialect
  readonly #width: number

  constructor(dialect: Dialect) {
    this.#dialect = dialect
    this.#width = BEST_WIDTH[dialect]
  }

  /** Appends text without line breaks. */
  put(text: string): void {
    this.out += text
    this.column += LATIN.test(text) ? text.length : [...text].length
  }

  lineBreak(): void {
    this.out += '\n'
    this.column = 0
    if (this.#dialect === 'kyaml') this.indention = true
  }

  /** Starts a line at the current indentation, unless this one has nothing else yet. */
  startLine(): void {
    const indent = Math.max(this.indent, 0)
    if (!this.indention || this.column > indent || (this.column === indent && !this.whitespace)) this.lineBreak()
    if (this.footIndent === indent) this.lineBreak()
    if (this.column < indent) this.put(' '.repeat(indent - this.column))
    this.whitespace = true
    if (this.#dialect === 'sigs') this.indention = true
    this.footIndent = -1
  }

  /** A punctuation mark; `spaced` puts a space before it where none is, `opens` means that whitespace may follow, `indents` that it counts as indentation. */
  indicator(
    text: string,
    how: { readonly spaced?: boolean; readonly opens?: boolean; readonly indents?: boolean } = {},
  ): void {
    if (how.spaced === true && !this.whitespace) this.put(' ')
    this.put(text)
    this.whitespace = how.opens === true
    this.indention = this.indention && how.indents === true
  }

  /** A comment of one or more lines, each with its `#`, and the line break behind it. */
  comment(text: string): void {
    for (const [at, line] of text.split('\n').entries()) {
      if (at > 0) this.lineBreak()
      if (line === '') continue
      if (at > 0) this.startLine()
      this.put(line)
      this.indention = false
    }
    if (!text.endsWith('\n')) this.lineBreak()
    this.whitespace = true
  }

  plain(text: string, folds: boolean): void {
    if (text === '' && this.#dialect === 'kyaml') {
      this.indention = false
      return
    }
    if (!this.whitespace) this.put(' ')
    this.#words(text, { folds, edges: true, quote: '' })
    this.whitespace = false
    this.indention = false
  }

  singleQuoted(text: string, folds: boolean): void {
    this.indicator("'", { spaced: true })
    this.#words(text, { folds, edges: false, quote: "'" })
    this.indicator("'")
    this.whitespace = false
    this.indention = false
  }

  // A space beyond the best width becomes a line break where the reader folds it back to one space.
  #words(text: string, how: { folds: boolean; edges: boolean; quote: string }): void {
    let at = 0
    let spaces = false
    let breaks = false
    while (at < text.length) {
      const code = text.charCodeAt(at)
      if (code === 0x20) {
        const inside = how.edges || (at > 0 && at < text.length - 1)
        if (how.folds && !spaces && this.column > this.#width && inside && text.charCodeAt(at + 1) !== 0x20)
          this.startLine()
        else this.put(' ')
        spaces = true
        at++
      } else if (isBreak(code)) {
        if (!breaks && code === 0x0a) this.lineBreak()
        this.#copyBreak(text.charAt(at))
        this.indention = true
        breaks = true
        at++
      } else {
        if (breaks) this.startLine()
        at = this.#copyWord(text, at, how.quote)
        this.indention = false
        spaces = false
        breaks = false
      }
    }
  }

  #copyWord(text: string, at: number, quote: string): number {
    WORD_RUN.lastIndex = at
    const run = WORD_RUN.test(text) ? text.slice(at, WORD_RUN.lastIndex) : text.charAt(at)
    this.put(quote === '' ? run : run.replaceAll("'", "''"))
    return at + run.length
  }

  #copyBreak(char: string): void {
    if (char === '\n') return this.lineBreak()
    this.out += char
    this.column = 0
  }

  doubleQuoted(text: string, folds: boolean): void {
    // libyaml looks for a byte order mark at the start of the text, wherever it stands: then all is escaped.
    const escapeAll = text.startsWith('\ufeff')
    this.indicator('"', { spaced: true })
    let spaces = false
    let at = 0
    for (const char of text) {
      const next = at + char.length
      if (escapeAll || char === '"' || char === '\\' || isUnprintable(char) || isBreak(char.charCodeAt(0))) {
        this.put(escapeChar(char))
        spaces = false
      } else if (char === ' ') {
        if (folds && !spaces && this.column > this.#width && at > 0 && at < text.length - 1) {
          this.startLine()
          if (text.charCodeAt(next) === 0x20) this.put('\\')
        } else this.put(' ')
        spaces = true
      } else {
        this.put(char)
        spaces = false
      }
      at = next
    }
    this.indicator('"')
    this.whitespace = false
    this.indention = false
  }

  /** A block scalar; `lineEnd` writes the end of the header line, where go-yaml v3 puts a line comment. */
  block(text: string, style: 'literal' | 'folded', lineEnd: () => void): void {
    this.indicator(style === 'literal' ? '|' : '>', { spaced: true })
    this.#blockHints(text)
    lineEnd()
    if (this.#dialect === 'sigs') this.indention = true
    this.whitespace = true
    if (style === 'literal') this.#literalLines(text)
    else this.#foldedLines(text)
  }

  #blockHints(text: string): void {
    const first = text.charCodeAt(0)
    if (first === 0x20 || isBreak(first)) this.indicator('2')
    const chars = [...text]
    const last = chars.at(-1) ?? ''
    if (!isBreak(last.charCodeAt(0))) this.indicator('-')
    else if (chars.length === 1 || isBreak((chars.at(-2) ?? '').charCodeAt(0))) this.indicator('+')
  }

  #literalLines(text: string): void {
    let breaks = true
    for (const part of text.split(/([\n\r\x85\u2028\u2029])/)) {
      if (part === '') continue
      if (isBreak(part.charCodeAt(0))) {
        this.#copyBreak(part)
        this.indention = true
        breaks = true
      } else {
        if (breaks) this.startLine()
        this.put(part)
        this.indention = false
        breaks = false
      }
    }
  }

  #foldedLines(text: string): void {
    let breaks = true
    let leadingSpaces = true
    for (let at = 0; at < text.length; at++) {
      const code = text.charCodeAt(at)
      if (isBreak(code)) {
        if (!breaks && !leadingSpaces && code === 0x0a && !startsBlank(text)) this.lineBreak()
        this.#copyBreak(text.charAt(at))
        this.indention = true
        breaks = true
        continue
      }
      if (breaks) {
        this.startLine()
        leadingSpaces = code === 0x20 || code === 0x09
      }
      const folds = !breaks && code === 0x20 && text.charCodeAt(at + 1) !== 0x20 && this.column > this.#width
      if (folds) this.startLine()
      else {
        const char = String.fromCodePoint(text.codePointAt(at) ?? 0)
        this.put(char)
        at += char.length - 1
      }
      this.indention = false
      breaks = false
    }
  }
}

// libyaml skips the breaks at the start of the whole text here, not at the place of writing; kept, as output depends on it.
function startsBlank(text: string): boolean {
  let at = 0
  while (at < text.length && isBreak(text.charCodeAt(at))) at++
  return at >= text.length || isBlankOrEnd(text.charCodeAt(at))
}

const ESCAPES: Readonly<Record<string, string>> = {
  '\0': '\\0',
  '\x07': '\\a',
  '\b': '\\b',
  '\t': '\\t',
  '\n': '\\n',
  '\v': '\\v',
  '\f': '\\f',
  '\r': '\\r',
  '\x1b': '\\e',
  '"': '\\"',
  '\\': '\\\\',
  '\x85': '\\N',
  '\xa0': '\\_',
  '\u2028': '\\L',
  '\u2029': '\\P',
}

function escapeChar(char: string): string {
  const known = ESCAPES[char]
  if (known !== undefined) return known
  const code = char.codePointAt(0) ?? 0
  const hex = code.toString(16).toUpperCase()
  if (code <= 0xff) return `\\x${hex.padStart(2, '0')}`
  return code <= 0xffff ? `\\u${hex.padStart(4, '0')}` : `\\U${hex.padStart(8, '0')}`
}
