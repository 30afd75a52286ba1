import { isBlank, isBreak } from './characters.ts'

/** Where comments are met: in a text, behind a token, inside of blocks. */
export interface CommentPlace {
  readonly text: string
  /** Where the scanner stood before it skipped what stands before the next token, and where that begins. */
  readonly from: number
  readonly to: number
  /** The line of `from`, counted from 0. */
  readonly line: number
  /** The column of the innermost block, -1 outside of all. */
  readonly indent: number
  /** Whether the token before is the `:` of a mapping. */
  readonly isValue: boolean
}

const COMMENT = /^[ \t]*#/

/**
 * Whether go-yaml v3 holds a comment for the head of the next token: one that no empty line made the foot of what was before, and that is not
 * indented as what was before while the token is not. `endsEmpty` says that an empty line follows the last of the comment.
 */
export function headAbove(place: CommentPlace): { readonly hasHead: boolean; readonly endsEmpty: boolean } {
  const { text, from, to } = place
  const lineStart = from === 0 ? 0 : text.lastIndexOf('\n', from - 1) + 1
  const region = `${' '.repeat(from - lineStart)}${text.slice(from, to)}`
  // Behind a break of more than one byte it begins anew.
  const parts = region.split(/[\u0085\u2028\u2029]/)
  const breaks = breaksBefore(text, text.indexOf('#', from))
  const runs = parts.map((part, at) => runOf(part.split('\n'), { place, breaks: at === 0 ? breaks : 1 }))
  return { hasHead: runs.some((run) => run.column >= 0), endsEmpty: runs.at(-1)?.endsEmpty ?? false }
}

/** How many line breaks lie between a place and what is before it. */
export function breaksBefore(text: string, at: number): number {
  let breaks = 0
  for (let back = at - 1; back >= 0; back--) {
    const code = text.charCodeAt(back)
    if (isBreak(code)) breaks += code === 0x0a && text.charCodeAt(back - 1) === 0x0d ? 0 : 1
    else if (!isBlank(code)) break
  }
  return breaks
}

function runOf(lines: string[], how: { readonly place: CommentPlace; readonly breaks: number }): CommentRun {
  const { place, breaks } = how
  const tokenColumn = lines.pop() ?? ''
  const isBelow = breaks === 1 && place.line > 0 && !place.isValue
  const run = new CommentRun({ indent: Math.max(place.indent, 0), isBelow, isClose: breaks <= 1 })
  const first = lines.findIndex((each) => COMMENT.test(each))
  for (const line of first < 0 ? [] : lines.slice(first)) {
    if (COMMENT.test(line)) run.comment(line.indexOf('#'))
    else run.empty()
  }
  if (COMMENT.test(tokenColumn)) run.comment(tokenColumn.indexOf('#'))
  else run.token(tokenColumn.length)
  return run
}

/** Comments that follow each other, as go-yaml collects them. */
class CommentRun {
  /** The column that the comment began in; -1 while there is none. */
  column = -1
  endsEmpty = false
  readonly #indent: number
  #isBelow: boolean
  #isClose: boolean

  constructor(how: { readonly indent: number; readonly isBelow: boolean; readonly isClose: boolean }) {
    this.#indent = how.indent
    this.#isBelow = how.isBelow
    this.#isClose = how.isClose
  }

  comment(column: number): void {
    this.token(column)
    if (this.column < 0) this.column = column
    this.endsEmpty = false
  }

  empty(): void {
    if (this.endsEmpty) return
    if (this.#isClose && (this.#isBelow || this.column < this.#indent)) this.column = -1
    this.#isClose = false
    this.#isBelow = false
    this.endsEmpty = true
  }

  /** What stands further out than the block, and elsewhere than the comment, makes a foot of it. */
  token(column: number): void {
    if (this.column >= 0 && column < this.#indent && column !== this.column) {
      this.column = -1
      this.#isBelow = false
    }
  }
}
