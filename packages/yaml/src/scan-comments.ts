import { isBlank, isBreak, isBreakOrEnd } from './characters.ts'
import type { CommentQueue } from './comment-queue.ts'
import type { Cursor } from './cursor.ts'
import type { Mark } from './token.ts'

const HASH = 0x23
/** go-yaml v3 looks no further than this. */
const REACH = 512
const LINE_COMMENT = /[ \t]{0,511}#/y
/** Stands for a byte inside of a line break of more than one, at which go-yaml v3 looks as if it were a character. */
const INSIDE_BREAK = 0xfffd

/** Takes a comment on the line of a token, where one stands behind it; `token` is where the token begins. */
export function scanLineComment(cursor: Cursor, token: number, into: CommentQueue): void {
  const code = cursor.peek()
  if (!isBlank(code) && code !== HASH) return
  LINE_COMMENT.lastIndex = cursor.pos
  if (!LINE_COMMENT.test(cursor.text) || breaksBefore(cursor.text, cursor.pos) > 0) return
  cursor.skipBlanks()
  const start = { offset: cursor.pos, line: cursor.line, column: cursor.column + 1 }
  const text = readComment(cursor)
  into.add({ kind: 'line', text, token, start, from: 0, end: 0 })
}

/** Where comments are met that stand on lines of their own, or behind the `-` of a list item. */
export interface CommentPlace {
  /** Where the scanner stood before it skipped what stands before them. */
  readonly from: Mark
  /** Where the token before them begins, and whether it is the `:` of a mapping. */
  readonly token: number
  readonly isValue: boolean
  /** The column of the innermost block, 0 outside of all. */
  readonly indent: number
  readonly inFlow: boolean
}

/** Takes the comments from here to the next token; the cursor stands at the first `#`, and at the end of the last comment then. */
export function scanComments(cursor: Cursor, place: CommentPlace, into: CommentQueue): void {
  new CommentScan(cursor, place, into).run()
}

/** How many line breaks lie between a place and what is before it. */
function breaksBefore(text: string, at: number): number {
  let breaks = 0
  for (let back = at - 1; back >= 0; back--) {
    const code = text.charCodeAt(back)
    if (isBreak(code)) breaks += code === 0x0a && text.charCodeAt(back - 1) === 0x0d ? 0 : 1
    else if (!isBlank(code)) break
  }
  return breaks
}

function readComment(cursor: Cursor): string {
  const from = cursor.pos
  cursor.skipToBreak()
  return cursor.text.slice(from, cursor.pos)
}

class CommentScan {
  readonly #cursor: Cursor
  readonly #place: CommentPlace
  readonly #into: CommentQueue
  /** The line in which a comment has to begin to be the foot of what is before. */
  readonly #footLine: number
  #from: number
  #token: number
  #text = ''
  #start = { offset: 0, line: 0, column: 0 }
  #line: number
  #column: number
  /** Whether no empty line was met yet, and whether the last line was one. */
  #noneEmpty: boolean
  #afterEmpty = false

  constructor(cursor: Cursor, place: CommentPlace, into: CommentQueue) {
    this.#cursor = cursor
    this.#place = place
    this.#into = into
    this.#from = place.from.offset
    this.#token = place.token
    this.#line = cursor.line
    this.#column = cursor.column
    const breaks = breaksBefore(cursor.text, cursor.pos)
    this.#noneEmpty = breaks <= 1
    const below = cursor.line - breaks + (breaks === 0 && cursor.column > 1 ? 2 : 1)
    this.#footLine = place.from.line > 0 ? below : -1
  }

  run(): void {
    let ahead = 0
    for (; ahead < REACH; ahead++) {
      this.#column++
      const code = this.#codeAt(ahead)
      if (isBlank(code)) continue
      const closes = this.#place.inFlow && (code === 0x5d || code === 0x7d)
      if (closes || isBreakOrEnd(code)) {
        this.#endLine(ahead, closes, code)
        if (closes || !isBreak(code)) break
        continue
      }
      if (this.#column - 1 < this.#place.indent && this.#column !== this.#start.column) this.#endFoot(ahead)
      if (code !== HASH) break
      this.#comment(ahead)
      // Its line break is passed over: the next line begins behind it.
      ahead = 0
    }
    if (this.#text !== '') this.#add('head', this.#start.offset, this.#cursor.pos + ahead - 1)
  }

  #codeAt(ahead: number): number {
    const before = ahead === 0 ? 0 : this.#cursor.peek(ahead - 1)
    return before >= 0x85 && isBreak(before) ? INSIDE_BREAK : this.#cursor.peek(ahead)
  }

  #endLine(ahead: number, closes: boolean, code: number): void {
    if (closes || !this.#afterEmpty) {
      const isDedented = this.#start.column - 1 < this.#place.indent
      const isBelow = this.#start.line === this.#footLine && !this.#place.isValue
      if (closes || (this.#noneEmpty && (isBelow || isDedented))) {
        if (isDedented && this.#text !== '') this.#token = this.#start.offset
        this.#endFoot(ahead)
      } else if (this.#text !== '' && code !== 0) this.#text += '\n'
    }
    this.#noneEmpty = false
    this.#afterEmpty = true
    this.#column = 0
    this.#line++
  }

  #endFoot(ahead: number): void {
    if (this.#text === '') return
    const end = this.#cursor.pos + ahead
    this.#add('foot', this.#token, end)
    this.#from = end
    this.#token = end
    this.#text = ''
  }

  #add(kind: 'head' | 'foot', token: number, end: number): void {
    this.#into.add({ kind, text: this.#text, token, start: this.#start, from: this.#from, end })
  }

  #comment(ahead: number): void {
    const cursor = this.#cursor
    const offset = cursor.pos + ahead
    if (this.#text === '') this.#start = { offset, line: this.#line, column: this.#column }
    else this.#text += '\n'
    while (cursor.pos < offset) if (cursor.readBreak() === '') cursor.pos++
    this.#text += readComment(cursor)
    this.#afterEmpty = false
    this.#column = 0
    this.#line = cursor.line
  }
}
