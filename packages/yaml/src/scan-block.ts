import { isBlank, isBreak, isBreakOrEnd, isDigit } from './characters.ts'
import type { CommentQueue } from './comment-queue.ts'
import type { Cursor } from './cursor.ts'
import { scanLineComment } from './scan-comments.ts'
import type { Mark, Token } from './token.ts'

const PLUS = 0x2b
const MINUS = 0x2d
const HASH = 0x23
const GREATER = 0x3e

/** Where a block scalar stands. */
export interface BlockPlace {
  /** The column of the block that holds it, -1 at the top. */
  readonly parentIndent: number
  /** What takes the comment on its first line. */
  readonly comments: CommentQueue | undefined
}

/** A literal or folded block scalar; the cursor stands at `|` or `>`. */
export function scanBlock(cursor: Cursor, { parentIndent, comments }: BlockPlace): Token {
  const mark = cursor.mark
  const style = cursor.peek() === GREATER ? 'folded' : 'literal'
  cursor.skip()
  const header = scanHeader(cursor, mark, comments)
  const body = new BlockBody(cursor, { mark, parentIndent, increment: header.increment })
  const value = body.read(style === 'folded', header.chomp)
  return { type: 'scalar', start: mark.offset, end: body.end, line: mark.line, value, suffix: '', style }
}

type Chomp = 'clip' | 'strip' | 'keep'

function scanHeader(
  cursor: Cursor,
  mark: Mark,
  comments: CommentQueue | undefined,
): { chomp: Chomp; increment: number } {
  let chomp = scanChomp(cursor)
  const increment = scanIncrement(cursor, mark)
  chomp ??= scanChomp(cursor)
  cursor.skipBlanks()
  if (cursor.peek() === HASH) {
    if (comments !== undefined) scanLineComment(cursor, mark.offset, comments)
    cursor.skipToBreak()
  }
  if (!isBreakOrEnd(cursor.peek())) cursor.fail('did not find expected comment or line break', mark)
  cursor.readBreak()
  return { chomp: chomp ?? 'clip', increment }
}

function scanChomp(cursor: Cursor): Chomp | undefined {
  const code = cursor.peek()
  if (code !== PLUS && code !== MINUS) return undefined
  cursor.skip()
  return code === PLUS ? 'keep' : 'strip'
}

function scanIncrement(cursor: Cursor, mark: Mark): number {
  const code = cursor.peek()
  if (!isDigit(code)) return 0
  if (code === 0x30) cursor.fail('found an indentation indicator equal to 0', mark)
  cursor.skip()
  return code - 0x30
}

class BlockBody {
  end: number
  readonly #cursor: Cursor
  readonly #mark: Mark
  readonly #parentIndent: number
  #indent: number
  #breaks = ''

  constructor(cursor: Cursor, at: { mark: Mark; parentIndent: number; increment: number }) {
    this.#cursor = cursor
    this.#mark = at.mark
    this.#parentIndent = at.parentIndent
    this.#indent = at.increment > 0 ? Math.max(at.parentIndent, 0) + at.increment : 0
    this.end = cursor.pos
  }

  read(folded: boolean, chomp: Chomp): string {
    const cursor = this.#cursor
    let value = ''
    let lineBreak = ''
    let afterBlank = false
    this.#skipBreaks()
    while (cursor.column === this.#indent && cursor.peek() !== 0) {
      const blank = isBlank(cursor.peek())
      const folds = folded && !afterBlank && !blank && lineBreak === '\n'
      if (!folds) value += lineBreak
      else if (this.#breaks === '') value += ' '
      value += this.#breaks
      afterBlank = blank
      const from = cursor.pos
      cursor.skipToBreak()
      value += cursor.text.slice(from, cursor.pos)
      lineBreak = cursor.readBreak()
      this.#skipBreaks()
    }
    if (chomp !== 'strip') value += lineBreak
    return chomp === 'keep' ? value + this.#breaks : value
  }

  // Empty lines and the indentation of the next one; the first call without an indicator finds the indentation.
  #skipBreaks(): void {
    const cursor = this.#cursor
    let widest = 0
    this.#breaks = ''
    this.end = cursor.pos
    for (;;) {
      while (this.#wantsIndent() && cursor.peek() === 0x20) cursor.skip()
      widest = Math.max(widest, cursor.column)
      if (this.#wantsIndent() && cursor.peek() === 0x09) {
        cursor.fail('found a tab character where an indentation space is expected', this.#mark)
      }
      if (!isBreak(cursor.peek())) break
      this.#breaks += cursor.readBreak()
      this.end = cursor.pos
    }
    if (this.#indent === 0) this.#indent = Math.max(widest, this.#parentIndent + 1, 1)
  }

  #wantsIndent(): boolean {
    return this.#indent === 0 || this.#cursor.column < this.#indent
  }
}
