import { breakText, isBlank, isBlankOrEnd, isBreak, isBreakOrEnd } from './characters.ts'
import type { SourceText } from './node.ts'
import type { Mark } from './token.ts'

/** A fault of the text as the scanner or the parser meets it; the dialect words it later. */
export class SyntaxProblem extends Error {
  readonly problem: string
  readonly at: Mark
  readonly context: Mark | undefined
  readonly by: 'scanner' | 'parser'

  constructor(
    by: 'scanner' | 'parser',
    problem: string,
    marks: { readonly at: Mark; readonly context?: Mark | undefined },
  ) {
    super(problem)
    this.by = by
    this.problem = problem
    this.at = marks.at
    this.context = marks.context
  }
}

/** A place in the text, with the line and column that YAML's indentation rules need. */
export class Cursor {
  readonly source: SourceText
  /** The text and four NULs, so that looking ahead never leaves it. */
  readonly text: string
  pos: number
  line = 0
  // Moves by one for each surrogate pair of a line, so that `column` counts characters as Go does.
  #lineStart: number

  constructor(source: SourceText) {
    this.source = source
    this.text = `${source.text}\0\0\0\0`
    this.pos = source.text.charCodeAt(0) === 0xfeff ? 1 : 0
    this.#lineStart = this.pos
  }

  get column(): number {
    return this.pos - this.#lineStart
  }

  get mark(): Mark {
    return { offset: this.pos, line: this.line }
  }

  /** The character code at the cursor, or some places behind it. */
  peek(ahead = 0): number {
    return this.text.charCodeAt(this.pos + ahead)
  }

  /** Steps over one character that is no line break. */
  skip(): void {
    const code = this.text.charCodeAt(this.pos)
    if (code >= 0xd800 && code <= 0xdbff) {
      this.pos += 2
      this.#lineStart++
    } else this.pos++
  }

  /** Steps over one character that is no line break and gives its text. */
  read(): string {
    const start = this.pos
    this.skip()
    return this.text.slice(start, this.pos)
  }

  /** Steps over a line break, `\r\n` as one, and gives what it reads as; '' where there is none. */
  readBreak(): string {
    const code = this.peek()
    if (!isBreak(code)) return ''
    this.pos += code === 0x0d && this.peek(1) === 0x0a ? 2 : 1
    this.line++
    this.#lineStart = this.pos
    return breakText(code)
  }

  skipBlanks(): void {
    while (isBlank(this.peek())) this.pos++
  }

  /** Steps to the end of the line. */
  skipToBreak(): void {
    while (!isBreakOrEnd(this.peek())) this.skip()
  }

  /** Pretends that the last line ended with a break, as libyaml does at the end of a stream. */
  endLine(): void {
    if (this.column === 0) return
    this.line++
    this.#lineStart = this.pos
  }

  /** Whether `---` or `...` with a blank behind stands at the start of this line. */
  atDocumentIndicator(): boolean {
    if (this.column !== 0) return false
    const code = this.peek()
    if (code !== 0x2d && code !== 0x2e) return false
    return this.peek(1) === code && this.peek(2) === code && isBlankOrEnd(this.peek(3))
  }

  /** Throws a scanner fault here; `context` is where the token began. */
  fail(problem: string, context?: Mark): never {
    throw new SyntaxProblem('scanner', problem, { at: this.mark, context })
  }
}
