import { isBlank, isBlankOrEnd, isBreak } from './characters.ts'
import type { Cursor } from './cursor.ts'
import type { Token } from './token.ts'

/** What a plain scalar needs to know of where it stands. */
export interface PlainContext {
  /** The column that continuation lines must reach. */
  readonly indent: number
  readonly flow: boolean
}

const HASH = 0x23
const COLON = 0x3a

/** A plain scalar and whether it ended behind a line break, where a new simple key may start. */
export function scanPlain(cursor: Cursor, context: PlainContext): { token: Token; brokeLine: boolean } {
  const mark = cursor.mark
  const space = new Whitespace()
  let value = ''
  let end = cursor.pos
  for (;;) {
    if (cursor.atDocumentIndicator() || cursor.peek() === HASH) break
    const from = cursor.pos
    skipRun(cursor, context.flow)
    if (cursor.pos > from) {
      value += space.take() + cursor.text.slice(from, cursor.pos)
      end = cursor.pos
    }
    if (!isBlank(cursor.peek()) && !isBreak(cursor.peek())) break
    skipWhitespace(cursor, space, { indent: context.indent, mark })
    if (!context.flow && cursor.column < context.indent) break
  }
  const token: Token = { type: 'scalar', start: mark.offset, end, line: mark.line, value, suffix: '', style: 'plain' }
  return { token, brokeLine: space.broken }
}

function skipRun(cursor: Cursor, flow: boolean): void {
  for (let code = cursor.peek(); !isBlankOrEnd(code); code = cursor.peek()) {
    if (code === COLON && isBlankOrEnd(cursor.peek(1))) return
    if (flow && isFlowIndicator(code)) return
    cursor.skip()
  }
}

// , ? [ ] { }
function isFlowIndicator(code: number): boolean {
  return code === 0x2c || code === 0x3f || code === 0x5b || code === 0x5d || code === 0x7b || code === 0x7d
}

function skipWhitespace(cursor: Cursor, space: Whitespace, at: { indent: number; mark: Cursor['mark'] }): void {
  for (let code = cursor.peek(); isBlank(code) || isBreak(code); code = cursor.peek()) {
    if (isBlank(code)) {
      if (space.broken && cursor.column < at.indent && code === 0x09) {
        cursor.fail('found a tab character that violates indentation', at.mark)
      }
      space.blank(cursor.read())
    } else space.lineBreak(cursor.readBreak())
  }
}

/** Blanks and breaks between two words of a plain or quoted scalar, and what they fold to. */
export class Whitespace {
  broken = false
  #blanks = ''
  #first = ''
  #rest = ''

  blank(text: string): void {
    if (!this.broken) this.#blanks += text
  }

  lineBreak(text: string): void {
    if (this.broken) this.#rest += text
    else {
      this.#blanks = ''
      this.#first = text
      this.broken = true
    }
  }

  /** An escaped line break: the line goes on without a space. */
  continueLine(): void {
    this.broken = true
    this.#first = ''
  }

  /** The folded text; starts anew. */
  take(): string {
    const text = this.broken ? this.#folded() : this.#blanks
    this.broken = false
    this.#blanks = ''
    this.#first = ''
    this.#rest = ''
    return text
  }

  #folded(): string {
    if (this.#first !== '\n') return this.#first + this.#rest
    return this.#rest === '' ? ' ' : this.#rest
  }
}
