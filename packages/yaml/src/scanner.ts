import { isBlank, isBlankOrEnd, isBreak } from './characters.ts'
import { CommentQueue } from './comment-queue.ts'
import type { Cursor } from './cursor.ts'
import { scanBlock } from './scan-block.ts'
import { scanComments, scanLineComment } from './scan-comments.ts'
import { scanPlain } from './scan-plain.ts'
import { scanAnchor, scanDirective, scanTag } from './scan-properties.ts'
import { scanQuoted } from './scan-quoted.ts'
import type { Mark, Token, TokenType } from './token.ts'

interface SimpleKey {
  possible: boolean
  required: boolean
  /** The number of the token that would be the key, counted over the whole stream. */
  number: number
  mark: Mark
  column: number
}

// A simple key ends on its line and within 1024 characters (YAML 1.1, section 9.2.1).
const KEY_LENGTH = 1024
/** How many blocks or flow collections may lie inside each other; go-yaml's limit is 10000, beyond what a stack of ours holds. */
export const MAX_DEPTH = 1000

/**
 * Turns characters into tokens, as libyaml's scanner does: block structure becomes start and end tokens from the indentation, and a `key` token is put
 * before a scalar only once the `:` behind it is seen, which is why tokens wait in a queue.
 */
export class Scanner {
  /** The comments that belong to the tokens up to the one that {@link peek} gave; none for go-yaml v2, which has no lookahead. */
  readonly comments = new CommentQueue()
  readonly #cursor: Cursor
  readonly #lookahead: number
  #queue: Token[] = []
  #lastTaken: Token | undefined
  #taken = 0
  #indent = -1
  #indents: number[] = []
  #flowLevel = 0
  #keyAllowed = true
  #keys: SimpleKey[] = [noKey()]
  // Token number to depth: libyaml looks a key up by the depth it was saved at, whatever stands there by then.
  #keyDepths = new Map<number, number>()

  /** `lookahead` is how many tokens are scanned beyond the needed one: go-yaml v3 scans two, so it meets some faults earlier. */
  constructor(cursor: Cursor, lookahead: number) {
    this.#cursor = cursor
    this.#lookahead = lookahead
  }

  /** The next token, not taken; after the end of the stream the end again. */
  peek(): Token {
    this.#fill()
    const token = this.#queue[0]
    if (token === undefined) throw new TypeError('the token queue is empty')
    this.comments.meet(token)
    return token
  }

  /** Takes the token that {@link peek} gave. */
  take(): void {
    this.#lastTaken = this.#queue.shift()
    this.#taken++
  }

  #fill(): void {
    while (this.#needsMore()) this.#fetch()
  }

  #needsMore(): boolean {
    if (this.#queue.length <= this.#lookahead) return true
    const depth = this.#keyDepths.get(this.#taken)
    const key = depth === undefined ? undefined : this.#keys[depth]
    return key !== undefined && this.#isValid(key)
  }

  #fetch(): void {
    const cursor = this.#cursor
    const from = cursor.mark
    this.#skipToToken(from)
    this.#unroll(cursor.column, from)
    const code = cursor.peek()
    if (code === 0) return this.#fetchEnd()
    if (cursor.column === 0 && code === 0x25) return this.#fetchDirective()
    if (cursor.atDocumentIndicator()) return this.#fetchDocumentIndicator(code)
    // What stands behind a `:` or a `,` is a comment of what is before it.
    const isBehind = code === (this.#flowLevel > 0 ? 0x2c : 0x3a)
    const commented = isBehind ? (this.#last()?.start ?? cursor.pos) : cursor.pos
    if (this.#fetchIndicator(code) !== undefined) this.#fetchPlain(code)
    if (this.#lookahead > 0 && this.#last()?.type !== 'block-entry') scanLineComment(cursor, commented, this.comments)
  }

  #fetchPlain(code: number): void {
    const cursor = this.#cursor
    if (!this.#startsPlain(code)) cursor.fail('found character that cannot start any token', cursor.mark)
    this.#saveKey()
    this.#keyAllowed = false
    const { token, brokeLine } = scanPlain(cursor, { indent: this.#indent + 1, flow: this.#flowLevel > 0 })
    this.#queue.push(token)
    if (brokeLine) this.#keyAllowed = true
  }

  // undefined where a token was fetched
  #fetchIndicator(code: number): number | undefined {
    const spaceBehind = isBlankOrEnd(this.#cursor.peek(1))
    const inFlow = this.#flowLevel > 0
    switch (code) {
      case 0x5b:
        return this.#fetchFlowStart('flow-sequence-start')
      case 0x7b:
        return this.#fetchFlowStart('flow-mapping-start')
      case 0x5d:
        return this.#fetchFlowEnd('flow-sequence-end')
      case 0x7d:
        return this.#fetchFlowEnd('flow-mapping-end')
      case 0x2c:
        return this.#fetchFlowEntry()
      case 0x2d:
        return spaceBehind ? this.#fetchBlockEntry() : code
      case 0x3f:
        return inFlow || spaceBehind ? this.#fetchKey() : code
      case 0x3a:
        return inFlow || spaceBehind ? this.#fetchValue() : code
      case 0x2a:
        return this.#fetchProperty(() => scanAnchor(this.#cursor, 'alias'))
      case 0x26:
        return this.#fetchProperty(() => scanAnchor(this.#cursor, 'anchor'))
      case 0x21:
        return this.#fetchProperty(() => scanTag(this.#cursor))
      case 0x27:
      case 0x22:
        return this.#fetchProperty(() => scanQuoted(this.#cursor))
      case 0x7c:
      case 0x3e:
        return inFlow ? code : this.#fetchBlockScalar()
      default:
        return code
    }
  }

  #startsPlain(code: number): boolean {
    const next = this.#cursor.peek(1)
    if (code === 0x2d) return !isBlank(next)
    if (code === 0x3f || code === 0x3a) return this.#flowLevel === 0 && !isBlankOrEnd(next)
    return !isBlankOrEnd(code) && !',[]{}#&*!|>\'"%@`'.includes(String.fromCharCode(code))
  }

  #last(): Token | undefined {
    return this.#queue.at(-1) ?? this.#lastTaken
  }

  #skipToToken(from: Mark): void {
    const cursor = this.#cursor
    for (;;) {
      const tabs = this.#flowLevel > 0 || !this.#keyAllowed
      for (let code = cursor.peek(); code === 0x20 || (tabs && code === 0x09); code = cursor.peek()) cursor.pos++
      if (this.#lookahead > 0) this.#turnIntoHead()
      if (cursor.peek() === 0x23) this.#skipComments(from)
      if (!isBreak(cursor.peek())) return
      cursor.readBreak()
      if (this.#flowLevel === 0) this.#keyAllowed = true
    }
  }

  // go-yaml v3 takes comments that follow each other as one, with all blanks and empty lines between them.
  #skipComments(from: Mark): void {
    if (this.#lookahead === 0) return this.#cursor.skipToBreak()
    const last = this.#last()
    const token = last?.type === 'flow-entry' ? (this.#queue.at(-2) ?? last) : last
    const place = {
      from,
      token: token?.start ?? 0,
      isValue: token?.type === 'value',
      indent: Math.max(this.#indent, 0),
      inFlow: this.#flowLevel > 0,
    }
    scanComments(this.#cursor, place, this.comments)
  }

  #turnIntoHead(): void {
    if (this.#queue.at(-1)?.type !== 'block-entry' || this.#queue.at(-2)?.type !== 'block-sequence-start') return
    if (!isBreak(this.#cursor.peek())) this.comments.turnIntoHead(this.#cursor.mark)
  }

  #isValid(key: SimpleKey): boolean {
    if (!key.possible) return false
    if (key.mark.line >= this.#cursor.line && key.mark.offset + KEY_LENGTH >= this.#cursor.pos) return true
    if (key.required) this.#cursor.fail("could not find expected ':'", key.mark)
    key.possible = false
    return false
  }

  #saveKey(): void {
    if (!this.#keyAllowed) return
    const { mark, column } = this.#cursor
    const required = this.#flowLevel === 0 && this.#indent === column
    this.#dropKey()
    const key = { possible: true, required, number: this.#taken + this.#queue.length, mark, column }
    this.#keys[this.#keys.length - 1] = key
    this.#keyDepths.set(key.number, this.#keys.length - 1)
  }

  #dropKey(): void {
    const key = this.#lastKey()
    if (!key.possible) return
    if (key.required) this.#cursor.fail("could not find expected ':'", key.mark)
    key.possible = false
    this.#keyDepths.delete(key.number)
  }

  #lastKey(): SimpleKey {
    return this.#keys.at(-1) ?? noKey()
  }

  #roll(at: { column: number; mark: Mark; type: TokenType; number?: number }): void {
    if (this.#flowLevel > 0 || this.#indent >= at.column) return
    this.#indents.push(this.#indent)
    this.#indent = at.column
    if (this.#indents.length > MAX_DEPTH) this.#cursor.fail(`exceeded max depth of ${MAX_DEPTH}`, this.#lastKey().mark)
    const token = emptyToken(at.type, at.mark)
    if (at.number === undefined) this.#queue.push(token)
    else this.#insert(at.number, token)
  }

  // Before the token with that number; at the end where that one is already taken.
  #insert(number: number, token: Token): void {
    const at = number - this.#taken
    if (at < 0) this.#queue.push(token)
    else this.#queue.splice(at, 0, token)
  }

  #unroll(column: number, from: Mark): void {
    if (this.#flowLevel > 0) return
    let end = this.#lookahead > 0 ? { offset: from.offset - 1, line: from.line } : this.#cursor.mark
    while (this.#indent > column) {
      if (this.#lookahead > 0) end = this.comments.endOfBlock(end, this.#indent)
      this.#queue.push(emptyToken('block-end', end))
      this.#indent = this.#indents.pop() ?? -1
    }
  }

  #push(type: TokenType, length: number): undefined {
    const { pos, line } = this.#cursor
    this.#cursor.pos += length
    this.#queue.push({ type, start: pos, end: pos + length, line, value: '', suffix: '', style: 'plain' })
    return undefined
  }

  #fetchEnd(): void {
    this.#cursor.endLine()
    this.#unroll(-1, this.#cursor.mark)
    this.#dropKey()
    this.#keyAllowed = false
    this.#push('stream-end', 0)
  }

  #fetchDirective(): void {
    this.#unroll(-1, this.#cursor.mark)
    this.#dropKey()
    this.#keyAllowed = false
    this.#queue.push(scanDirective(this.#cursor))
  }

  #fetchDocumentIndicator(code: number): void {
    this.#unroll(-1, this.#cursor.mark)
    this.#dropKey()
    this.#keyAllowed = false
    this.#push(code === 0x2d ? 'document-start' : 'document-end', 3)
  }

  #fetchFlowStart(type: TokenType): undefined {
    this.#saveKey()
    this.#keys.push({ ...noKey(), number: this.#taken + this.#queue.length, mark: this.#cursor.mark })
    this.#flowLevel++
    if (this.#flowLevel > MAX_DEPTH) this.#cursor.fail(`exceeded max depth of ${MAX_DEPTH}`, this.#lastKey().mark)
    this.#keyAllowed = true
    return this.#push(type, 1)
  }

  #fetchFlowEnd(type: TokenType): undefined {
    this.#dropKey()
    if (this.#flowLevel > 0) {
      this.#flowLevel--
      const key = this.#keys.pop()
      if (key !== undefined) this.#keyDepths.delete(key.number)
    }
    this.#keyAllowed = false
    return this.#push(type, 1)
  }

  #fetchFlowEntry(): undefined {
    this.#dropKey()
    this.#keyAllowed = true
    return this.#push('flow-entry', 1)
  }

  #fetchBlockEntry(): undefined {
    const cursor = this.#cursor
    if (this.#flowLevel === 0) {
      if (!this.#keyAllowed) cursor.fail('block sequence entries are not allowed in this context', cursor.mark)
      this.#roll({ column: cursor.column, mark: cursor.mark, type: 'block-sequence-start' })
    }
    this.#dropKey()
    this.#keyAllowed = true
    return this.#push('block-entry', 1)
  }

  #fetchKey(): undefined {
    const cursor = this.#cursor
    if (this.#flowLevel === 0) {
      if (!this.#keyAllowed) cursor.fail('mapping keys are not allowed in this context', cursor.mark)
      this.#roll({ column: cursor.column, mark: cursor.mark, type: 'block-mapping-start' })
    }
    this.#dropKey()
    this.#keyAllowed = this.#flowLevel === 0
    return this.#push('key', 1)
  }

  #fetchValue(): undefined {
    const cursor = this.#cursor
    const key = this.#lastKey()
    if (this.#isValid(key)) {
      this.#insert(key.number, emptyToken('key', key.mark))
      this.#roll({ column: key.column, mark: key.mark, type: 'block-mapping-start', number: key.number })
      key.possible = false
      this.#keyDepths.delete(key.number)
      this.#keyAllowed = false
    } else {
      if (this.#flowLevel === 0) {
        if (!this.#keyAllowed) cursor.fail('mapping values are not allowed in this context', cursor.mark)
        this.#roll({ column: cursor.column, mark: cursor.mark, type: 'block-mapping-start' })
      }
      this.#keyAllowed = this.#flowLevel === 0
    }
    return this.#push('value', 1)
  }

  #fetchProperty(scan: () => Token): undefined {
    this.#saveKey()
    this.#keyAllowed = false
    this.#queue.push(scan())
    return undefined
  }

  #fetchBlockScalar(): undefined {
    this.#dropKey()
    this.#keyAllowed = true
    const comments = this.#lookahead > 0 ? this.comments : undefined
    this.#queue.push(scanBlock(this.#cursor, { parentIndent: this.#indent, comments }))
    return undefined
  }
}

function noKey(): SimpleKey {
  return { possible: false, required: false, number: -1, mark: { offset: 0, line: 0 }, column: 0 }
}

function emptyToken(type: TokenType, mark: Mark): Token {
  return { type, start: mark.offset, end: mark.offset, line: mark.line, value: '', suffix: '', style: 'plain' }
}
