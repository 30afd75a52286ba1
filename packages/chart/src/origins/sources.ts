import { LineIndex, rangeOf, type SourceRange } from '@slipway/diag'
import type { Chart } from '../chart.ts'
import { textOf } from '../render/templates.ts'

/** Where the templates of a chart and its dependencies lie: names of templates to files and their lines. */
export class TemplateSources {
  readonly #files = new Map<string, { file: string; text: string; lines: LineIndex | undefined }>()

  constructor(chart: Chart) {
    this.#add(chart)
  }

  #add(chart: Chart): void {
    for (const file of chart.templates) {
      const name = `${chart.fullPath}/${file.name}`
      const path =
        chart.directory === '' ? (chart.parent === undefined ? file.name : name) : `${chart.directory}/${file.name}`
      this.#files.set(name, { file: path, text: textOf(file), lines: undefined })
    }
    for (const child of chart.dependencies) this.#add(child)
  }

  /** The text of a template; undefined for what came from `tpl`. */
  text(name: string): string | undefined {
    return this.#files.get(name)?.text
  }

  /** Offsets in a template as a place in its file; undefined for what came from `tpl`. */
  range(name: string, offsets: { start: number; end: number }): SourceRange | undefined {
    const known = this.#files.get(name)
    if (known === undefined) return undefined
    known.lines ??= new LineIndex(known.text)
    return rangeOf(known.file, known.lines, offsets)
  }
}
