import { LineIndex, rangeOf, type SourceRange, type SourceTree } from '@slipway/diag'

/** Offsets in a file of a chart; `end` may lie before `start` where only a point is known. */
export interface Offsets {
  readonly start: number
  readonly end: number
}

/** The files of a chart, by their names in it: what errors of loading and rendering are placed in. */
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

  /** A file's text; undefined where it lies in an archive, or nowhere. */
  text(name: string): string | undefined {
    return this.textAt(this.pathOf(name))
  }

  /** The text of a file of the tree. */
  textAt(path: string): string | undefined {
    const data = this.#tree.read(path)
    return data === undefined ? undefined : new TextDecoder().decode(data)
  }

  /** A place in a file. */
  range(name: string, offsets: (text: string) => Offsets | undefined): SourceRange | undefined {
    const text = this.text(name)
    const found = text === undefined ? undefined : offsets(text)
    if (text === undefined || found === undefined) return undefined
    return rangeOf(this.pathOf(name), new LineIndex(text), {
      start: found.start,
      end: Math.max(found.start, found.end),
    })
  }

  /** The first line that matches; the first of the file where none does. */
  line(name: string, pattern: RegExp): SourceRange | undefined {
    return this.range(name, (text) => {
      const match = pattern.exec(text)
      const start = match?.index ?? 0
      const end = text.indexOf('\n', start)
      return { start, end: end < 0 ? text.length : end }
    })
  }

  /** The name in the chart of a template that Helm calls `chart/charts/sub/templates/a.yaml`. */
  nameOfTemplate(template: string): string {
    return template.slice(template.indexOf('/') + 1)
  }
}
