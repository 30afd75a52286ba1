/** A place in a text: `offset` counts UTF-16 units from 0, `line` and `column` count from 1. */
export interface Position {
  readonly offset: number
  readonly line: number
  readonly column: number
}

/** A stretch of one file; `end` is exclusive. `file` is the path as the user would write it, relative to the repository or the chart. */
export interface SourceRange {
  readonly file: string
  readonly start: Position
  readonly end: Position
}

/** Turns offsets of one text into lines and columns, in O(log lines). */
export class LineIndex {
  readonly #starts: number[] = [0]

  constructor(text: string) {
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) this.#starts.push(at + 1)
  }

  /** The position of an offset; offsets past the end keep counting on the last line. */
  at(offset: number): Position {
    let low = 0
    let high = this.#starts.length - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if ((this.#starts[middle] ?? 0) <= offset) low = middle
      else high = middle - 1
    }
    return { offset, line: low + 1, column: offset - (this.#starts[low] ?? 0) + 1 }
  }

  /** The offset where a line (from 1) starts; the end of the last line for lines past it. */
  startOf(line: number): number {
    return this.#starts[Math.min(line, this.#starts.length) - 1] ?? 0
  }
}

/** The range between two offsets of a text that `lines` indexes. */
export function rangeOf(file: string, lines: LineIndex, offsets: { start: number; end: number }): SourceRange {
  return { file, start: lines.at(offsets.start), end: lines.at(offsets.end) }
}

/** `file:line:column`, as editors and terminals link it. */
export function formatLocation(range: SourceRange): string {
  return `${range.file}:${range.start.line}:${range.start.column}`
}
