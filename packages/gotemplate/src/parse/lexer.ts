import { quote } from '../strconv/quote.ts'
import { isDigit, isLetter, isPrint } from '../text/unicode.ts'
import { pointAt } from '../text/utf8.ts'

/** Token types of a template. Keywords are named as they are written. */
export type TokenType =
  | 'error'
  | 'bool'
  | 'char'
  | 'charConstant'
  | 'comment'
  | 'complex'
  | 'assign'
  | 'declare'
  | 'eof'
  | 'field'
  | 'identifier'
  | 'leftDelim'
  | 'leftParen'
  | 'number'
  | 'pipe'
  | 'rawString'
  | 'rightDelim'
  | 'rightParen'
  | 'space'
  | 'string'
  | 'text'
  | 'variable'
  | Keyword

type Keyword =
  | '.'
  | 'block'
  | 'break'
  | 'continue'
  | 'define'
  | 'else'
  | 'end'
  | 'if'
  | 'range'
  | 'nil'
  | 'template'
  | 'with'

/** A token; `pos` is its UTF-16 offset, `line` counts from 1. */
export interface Token {
  readonly type: TokenType
  readonly pos: number
  readonly value: string
  readonly line: number
}

const KEYWORDS: ReadonlySet<string> = new Set<Keyword>([
  '.',
  'block',
  'break',
  'continue',
  'define',
  'else',
  'end',
  'if',
  'range',
  'nil',
  'template',
  'with',
])

/** What a template's text is cut with. */
export interface LexOptions {
  readonly leftDelim?: string
  readonly rightDelim?: string
  /** Keywords that a function of the same name hides. */
  readonly breakIsFunction?: boolean
  readonly continueIsFunction?: boolean
  readonly comments?: boolean
}

/** Cuts a template into tokens, one at a time (Go's text/template/parse/lex.go). */
export class Lexer {
  #input: string
  #pos = 0
  #start = 0
  #line = 1
  #startLine = 1
  #parens = 0
  #inside = false
  readonly #left: string
  readonly #right: string
  readonly #options: LexOptions

  constructor(input: string, options: LexOptions = {}) {
    this.#input = input
    this.#left = options.leftDelim || '{{'
    this.#right = options.rightDelim || '}}'
    this.#options = options
  }

  /** The next token; after an error or the end, `eof` for ever. */
  next(): Token {
    return this.#inside ? this.#lexInside() : this.#lexText()
  }

  #emit(type: TokenType): Token {
    const token = { type, pos: this.#start, value: this.#input.slice(this.#start, this.#pos), line: this.#startLine }
    this.#line += countNewlines(token.value)
    this.#ignore()
    return token
  }

  /** Drops the pending input, whose newlines the caller has counted. */
  #ignore(): void {
    this.#start = this.#pos
    this.#startLine = this.#line
  }

  /** Moves over text that is no token. */
  #skip(length: number): void {
    this.#line += countNewlines(this.#input.slice(this.#pos, this.#pos + length))
    this.#pos += length
    this.#ignore()
  }

  #error(message: string): Token {
    const token: Token = { type: 'error', pos: this.#start, value: message, line: this.#startLine }
    this.#start = 0
    this.#pos = 0
    this.#input = ''
    this.#inside = false
    return token
  }

  #lexText(): Token {
    for (;;) {
      const at = this.#input.indexOf(this.#left, this.#pos)
      if (at < 0) {
        this.#pos = this.#input.length
        return this.#emit(this.#pos > this.#start ? 'text' : 'eof')
      }
      const text = this.#textBefore(at)
      if (text !== undefined) return text
      const token = this.#lexLeftDelim()
      if (token !== undefined) return token
    }
  }

  #textBefore(at: number): Token | undefined {
    if (at === this.#pos) return undefined
    const marker = hasLeftMarker(this.#input, at + this.#left.length)
    const text = this.#input.slice(this.#start, at)
    const trimmed = marker ? text.replace(/[ \t\r\n]+$/, '') : text
    this.#pos = this.#start + trimmed.length
    const token = this.#emit('text')
    this.#skip(text.length - trimmed.length)
    return token.value === '' ? undefined : token
  }

  /** The opening delimiter, or undefined when a comment stood there. */
  #lexLeftDelim(): Token | undefined {
    const afterDelim = this.#pos + this.#left.length
    const marker = hasLeftMarker(this.#input, afterDelim) ? 2 : 0
    if (this.#input.startsWith('/*', afterDelim + marker)) {
      this.#skip(this.#left.length + marker)
      return this.#lexComment()
    }
    this.#pos = afterDelim
    const token = this.#emit('leftDelim')
    this.#inside = true
    this.#parens = 0
    this.#skip(marker)
    return token
  }

  #lexComment(): Token | undefined {
    const end = this.#input.indexOf('*/', this.#pos + 2)
    if (end < 0) return this.#error('unclosed comment')
    this.#pos = end + 2
    const delim = this.#rightDelim()
    if (delim === undefined) return this.#error('comment ends before closing delimiter')
    const token = this.#emit('comment')
    this.#skip(delim.length)
    if (delim.trim) this.#skip(spaceAt(this.#input, this.#pos))
    return this.#options.comments === true ? token : undefined
  }

  /** The right delimiter at the cursor, with its trim marker. */
  #rightDelim(): { length: number; trim: boolean } | undefined {
    if (hasRightMarker(this.#input, this.#pos) && this.#input.startsWith(this.#right, this.#pos + 2)) {
      return { length: this.#right.length + 2, trim: true }
    }
    return this.#input.startsWith(this.#right, this.#pos) ? { length: this.#right.length, trim: false } : undefined
  }

  #lexRightDelim(trim: boolean): Token {
    if (trim) this.#skip(2)
    this.#pos += this.#right.length
    const token = this.#emit('rightDelim')
    if (trim) this.#skip(spaceAt(this.#input, this.#pos))
    this.#inside = false
    return token
  }

  #lexInside(): Token {
    const delim = this.#rightDelim()
    if (delim !== undefined) {
      if (this.#parens === 0) return this.#lexRightDelim(delim.trim)
      return this.#error('unclosed left paren')
    }
    const char = this.#input[this.#pos]
    if (char === undefined) return this.#error('unclosed action')
    if (isSpace(char)) return this.#lexSpace()
    switch (char) {
      case '"':
        return this.#lexQuoted('"', 'string', 'unterminated quoted string')
      case "'":
        return this.#lexQuoted("'", 'charConstant', 'unterminated character constant')
      case '`':
        return this.#lexRawString()
      case '$':
        this.#pos++
        return this.#lexFieldOrVariable('variable')
      default:
        return this.#lexOperator(char)
    }
  }

  #lexOperator(char: string): Token {
    if (char === '=') return this.#take(1, 'assign')
    if (char === '|') return this.#take(1, 'pipe')
    if (char === ':') {
      if (this.#input[this.#pos + 1] !== '=') return this.#error('expected :=')
      return this.#take(2, 'declare')
    }
    if (char === '(') {
      this.#parens++
      return this.#take(1, 'leftParen')
    }
    if (char === ')') {
      this.#parens--
      return this.#parens < 0 ? this.#error('unexpected right paren') : this.#take(1, 'rightParen')
    }
    const following = this.#input[this.#pos + 1]
    if (char === '.' && following !== undefined && !/[0-9]/.test(following)) {
      this.#pos++
      return this.#lexFieldOrVariable('field')
    }
    if (/[-+.0-9]/.test(char)) return this.#lexNumber()
    return this.#lexWord()
  }

  #take(length: number, type: TokenType): Token {
    this.#pos += length
    return this.#emit(type)
  }

  #lexWord(): Token {
    const point = this.#point()
    if (isAlphaNumeric(point)) return this.#lexIdentifier()
    if (point < 0x80 && isPrint(point)) return this.#take(1, 'char')
    return this.#error(`unrecognized character in action: ${describeRune(point)}`)
  }

  #lexSpace(): Token {
    let end = this.#pos
    while (isSpace(this.#input.charAt(end))) end++
    const before = end - 1
    if (hasRightMarker(this.#input, before) && this.#input.startsWith(this.#right, before + 2)) {
      if (before === this.#pos) return this.#lexRightDelim(true)
      end = before
    }
    this.#pos = end
    return this.#emit('space')
  }

  #lexIdentifier(): Token {
    this.#skipAlphaNumeric()
    const word = this.#input.slice(this.#start, this.#pos)
    if (!this.#atTerminator()) return this.#error(`bad character ${describeRune(this.#point())}`)
    if (KEYWORDS.has(word) && !this.#isHidden(word)) return this.#emit(word as Keyword)
    return this.#emit(word === 'true' || word === 'false' ? 'bool' : 'identifier')
  }

  #isHidden(word: string): boolean {
    if (word === 'break') return this.#options.breakIsFunction === true
    return word === 'continue' && this.#options.continueIsFunction === true
  }

  #lexFieldOrVariable(type: 'field' | 'variable'): Token {
    if (this.#atTerminator()) return this.#emit(type === 'variable' ? 'variable' : '.')
    this.#skipAlphaNumeric()
    if (!this.#atTerminator()) return this.#error(`bad character ${describeRune(this.#point())}`)
    return this.#emit(type)
  }

  #skipAlphaNumeric(): void {
    while (this.#pos < this.#input.length) {
      const point = this.#point()
      if (!isAlphaNumeric(point)) return
      this.#pos += point > 0xffff ? 2 : 1
    }
  }

  #atTerminator(): boolean {
    const char = this.#input[this.#pos]
    if (char === undefined || isSpace(char) || '.,|:)('.includes(char)) return true
    return this.#input.startsWith(this.#right, this.#pos)
  }

  #lexQuoted(mark: string, type: TokenType, fault: string): Token {
    let at = this.#pos + 1
    for (;;) {
      const char = this.#input[at]
      if (char === mark) return this.#take(at + 1 - this.#pos, type)
      const escaped = char === '\\' ? this.#input[at + 1] : char
      if (escaped === undefined || escaped === '\n') return this.#error(fault)
      at += char === '\\' ? 2 : 1
    }
  }

  #lexRawString(): Token {
    const end = this.#input.indexOf('`', this.#pos + 1)
    if (end < 0) return this.#error('unterminated raw quoted string')
    return this.#take(end + 1 - this.#pos, 'rawString')
  }

  #lexNumber(): Token {
    if (!this.#scanNumber()) return this.#badNumber()
    const sign = this.#input[this.#pos]
    if (sign !== '+' && sign !== '-') return this.#emit('number')
    if (!this.#scanNumber() || this.#input[this.#pos - 1] !== 'i') return this.#badNumber()
    return this.#emit('complex')
  }

  #badNumber(): Token {
    return this.#error(`bad number syntax: ${quote(this.#input.slice(this.#start, this.#pos))}`)
  }

  #scanNumber(): boolean {
    NUMBER.lastIndex = this.#pos
    NUMBER.test(this.#input)
    this.#pos = NUMBER.lastIndex
    const point = this.#point()
    if (!isAlphaNumeric(point)) return true
    this.#pos += point > 0xffff ? 2 : 1
    return false
  }

  /** The code point at the cursor; NaN at the end, U+FFFD for an invalid byte. */
  #point(): number {
    const point = pointAt(this.#input, this.#pos)
    return point >= 0xdc80 && point <= 0xdcff ? 0xfffd : point
  }
}

/** Every alternative may match less than a number: the parser's strconv has the last word. */
const NUMBER =
  /[-+]?(?:0[xX][0-9a-fA-F_]*(?:\.[0-9a-fA-F_]*)?(?:[pP][-+]?[0-9_]*)?|0[oO][0-7_]*(?:\.[0-7_]*)?|0[bB][01_]*(?:\.[01_]*)?|[0-9_]*(?:\.[0-9_]*)?(?:[eE][-+]?[0-9_]*)?)i?/y

function isSpace(char: string): boolean {
  return char === ' ' || char === '\t' || char === '\r' || char === '\n'
}

function isAlphaNumeric(point: number): boolean {
  return point === 0x5f || (point > 0 && (isLetter(point) || isDigit(point)))
}

function hasLeftMarker(input: string, at: number): boolean {
  return input[at] === '-' && isSpace(input.charAt(at + 1))
}

function hasRightMarker(input: string, at: number): boolean {
  return isSpace(input.charAt(at)) && input[at + 1] === '-'
}

function spaceAt(input: string, at: number): number {
  let end = at
  while (isSpace(input.charAt(end))) end++
  return end - at
}

function countNewlines(text: string): number {
  let count = 0
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) count++
  return count
}

/** Go's %#U. */
function describeRune(point: number): string {
  const code = `U+${point.toString(16).toUpperCase().padStart(4, '0')}`
  return isPrint(point) ? `${code} '${String.fromCodePoint(point)}'` : code
}
