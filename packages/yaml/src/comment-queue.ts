import type { Comments } from './node.ts'
import type { Mark, Token } from './token.ts'

/** A comment that the scanner met, and what go-yaml v3 takes it for: above a token, on the line of one, or below one. */
export interface FoundComment {
  readonly kind: 'head' | 'line' | 'foot'
  /** Its lines, each with its `#`, and an empty one at the end where an empty line follows a head. */
  readonly text: string
  /** Where the token begins that it belongs to: it is handed over with that one or with the first one behind. */
  readonly token: number
  /** Where it begins; the column counts from 1. */
  readonly start: Mark & { readonly column: number }
  /** Where the look for it began and where it ended; 0 for one that stands on the line of a token. */
  readonly from: number
  readonly end: number
}

/**
 * The comments on their way from the scanner to the nodes, as go-yaml v3 has them: the scanner is some tokens ahead, and what it found is handed over
 * once the parser meets a token that stands not before it, and then waits for the next node that takes comments.
 */
export class CommentQueue {
  /** What waits for a node: texts of comments, '' where there are none. */
  head = ''
  line = ''
  foot = ''
  /** What stands above the `-` of a list item that begins a block. */
  stem = ''
  readonly #found: FoundComment[] = []
  #handedOver = 0

  /** The scanner found one. */
  add(comment: FoundComment): void {
    this.#found.push(comment)
  }

  /** The parser met a token. */
  meet(token: Token): void {
    for (let comment = this.#found[this.#handedOver]; comment !== undefined; comment = this.#found[this.#handedOver]) {
      if (token.start < comment.token) return
      // The end of a block has no head: it is kept for what follows.
      if (comment.kind === 'head' && token.type === 'block-end') return
      this[comment.kind] = joined(this[comment.kind], comment.text)
      this.#handedOver++
    }
  }

  /** Hands all that waits to a node. */
  take(): Comments | undefined {
    const { head, line, foot } = this
    if (head === '' && line === '' && foot === '') return undefined
    this.head = ''
    this.line = ''
    this.foot = ''
    return { ...(head !== '' && { head }), ...(line !== '' && { line }), ...(foot !== '' && { foot }) }
  }

  /** Hands what stands above a collection to it, and drops what waits besides. */
  takeHead(): Comments | undefined {
    const head = this.take()?.head
    return head === undefined ? undefined : { head }
  }

  /** Hands what stands above a list item to the block that the item begins. */
  takeStem(): Comments | undefined {
    const head = this.stem
    this.stem = ''
    return head === '' ? undefined : { head }
  }

  /** Of what stands above the first node, all before the last empty line is the head of the document. */
  splitHead(): string {
    const { head } = this
    if (head.endsWith('\n')) {
      this.head = ''
      return head.slice(0, -1)
    }
    const at = head.lastIndexOf('\n\n')
    if (at < 0) return ''
    this.head = head.slice(at + 2)
    return head.slice(0, at)
  }

  /** The first `length` characters of the head are of the block that begins here, the rest of what is in it. */
  splitStem(length: number): void {
    this.stem = this.head.slice(0, length)
    this.head = this.head.slice(length + 1)
  }

  /**
   * Where a block ends that is indented to `column`, `from` where nothing follows: before the comments behind it that are indented as it is not, so that they become what stands
   * above or below its parents.
   */
  endOfBlock(from: Mark, column: number): Mark {
    let stop = from.offset
    let end = from
    for (let index = this.#found.length - 1; index >= this.#handedOver; index--) {
      const comment = this.#found[index]
      if (comment === undefined || comment.end < stop) break
      if (comment.start.column === column + 1) end = comment.start
      stop = comment.from
    }
    return end
  }

  /** A comment behind `-` is the head of what follows, where it was not handed over yet; `token` is where that begins if it is the next line. */
  turnIntoHead(token: Mark): void {
    const last = this.#found.at(-1)
    if (last === undefined || last.kind !== 'line' || this.#found.length === this.#handedOver) return
    const isAbove = last.start.line === token.line - 1
    this.#found[this.#found.length - 1] = { ...last, kind: 'head', token: isAbove ? token.offset : last.token }
  }
}

function joined(before: string, text: string): string {
  return before === '' ? text : `${before}\n${text}`
}
