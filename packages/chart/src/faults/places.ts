import { LineIndex, rangeOf, type SourceRange, type SourceTree, textInTree } from '@slipway/diag'

/** The files of a chart, by their names in it: what errors of loading are placed in. */
export class ChartFiles {
  readonly #tree: SourceTree
  readonly #folder: string

  constructor(tree: SourceTree, folder: string) {
    this.#tree = tree
    this.#folder = folder
  }

  /** A file's path in the tree. */
  pathOf(name: string): string {
    return this.#folder === '' ? name : `${this.#folder}/${name}`
  }

  /** The text of a file of the tree. */
  textAt(path: string): string | undefined {
    return textInTree(this.#tree, path)
  }

  /** The rest of the line from where a pattern first matches; the first line of the file where it does not. */
  line(name: string, pattern: RegExp): SourceRange | undefined {
    const text = this.textAt(this.pathOf(name))
    if (text === undefined) return undefined
    const start = pattern.exec(text)?.index ?? 0
    return rangeOf(this.pathOf(name), new LineIndex(text), { start, end: lineEnd(text, start) })
  }
}

/** Where the line of an offset ends. */
export function lineEnd(text: string, from: number): number {
  const end = text.indexOf('\n', from)
  return end < 0 ? text.length : end
}
