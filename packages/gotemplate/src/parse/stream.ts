import { TemplateError } from '../errors.ts'
import { quote } from '../strconv/quote.ts'
import { byteLength } from '../text/utf8.ts'
import type { Lexer, Token, TokenType } from './lexer.ts'

const KEYWORDS = new Set<TokenType>([
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

/** How deep parentheses and blocks may nest: Go's own limit for parentheses where stacks are small, as on WebAssembly. */
const MAX_DEPTH = 1000

/** The lexer's tokens with three of lookahead, and the parser's error messages. */
export class TokenStream {
  readonly #lexer: Lexer
  readonly #parseName: string
  readonly #tokens: [Token, Token, Token]
  #peeked = 0
  #depth = 0
  /** Line of the delimiter that opened the current action, 0 between actions. */
  actionLine = 0

  constructor(lexer: Lexer, parseName: string) {
    this.#lexer = lexer
    this.#parseName = parseName
    const none: Token = { type: 'eof', pos: 0, value: '', line: 0 }
    this.#tokens = [none, none, none]
  }

  /** Goes one level deeper into parentheses or blocks. */
  enter(): void {
    if (this.#depth >= MAX_DEPTH) this.fail('max expression depth exceeded')
    this.#depth++
  }

  leave(): void {
    this.#depth--
  }

  next(): Token {
    if (this.#peeked > 0) this.#peeked--
    else this.#tokens[0] = this.#lexer.next()
    return this.#tokens[this.#peeked as 0 | 1 | 2]
  }

  backup(): void {
    this.#peeked++
  }

  backup2(token: Token): void {
    this.#tokens[1] = token
    this.#peeked = 2
  }

  /** Pushes back two tokens before the current one; the last argument comes out last. */
  backup3(second: Token, first: Token): void {
    this.#tokens[1] = first
    this.#tokens[2] = second
    this.#peeked = 3
  }

  peek(): Token {
    if (this.#peeked > 0) return this.#tokens[(this.#peeked - 1) as 0 | 1 | 2]
    this.#peeked = 1
    this.#tokens[0] = this.#lexer.next()
    return this.#tokens[0]
  }

  nextNonSpace(): Token {
    for (;;) {
      const token = this.next()
      if (token.type !== 'space') return token
    }
  }

  peekNonSpace(): Token {
    const token = this.nextNonSpace()
    this.backup()
    return token
  }

  expect(type: TokenType, context: string): Token {
    const token = this.nextNonSpace()
    if (token.type !== type) this.unexpected(token, context)
    return token
  }

  /** The token read last. */
  get last(): Token {
    return this.#tokens[0]
  }

  /** Fails with Go's text and the line of a token, by default the one read last. */
  fail(reason: string, at: Token = this.#tokens[0]): never {
    const { line, pos } = at
    throw new TemplateError('TEMPLATE_PARSE', `template: ${this.#parseName}:${line}: ${reason}`, {
      place: { file: this.#parseName, line, offset: pos },
      reason,
    })
  }

  unexpected(token: Token, context: string): never {
    if (token.type !== 'error') return this.fail(`unexpected ${describe(token)} in ${context}`)
    if (this.actionLine === 0 || this.actionLine === token.line) return this.fail(token.value)
    const started = ` started at ${this.#parseName}:${this.actionLine}`
    return this.fail(token.value + (token.value.endsWith(' action') ? '' : ' in action') + started)
  }
}

function describe(token: Token): string {
  if (token.type === 'eof') return 'EOF'
  if (KEYWORDS.has(token.type)) return `<${token.value}>`
  return byteLength(token.value) > 10 ? `${quote([...token.value].slice(0, 10).join(''))}...` : quote(token.value)
}
