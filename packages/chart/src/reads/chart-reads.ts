import { TemplateSet } from '@slipway/gotemplate'
import type { Chart } from '../chart.ts'
import { helmFunctions, type RenderEnvironment } from '../functions/index.ts'
import { baseName, textOf } from '../render/templates.ts'
import { ReadSet } from './read-set.ts'
import type { Path } from './shape.ts'
import { TextPool } from './texts.ts'
import { TemplateWalk } from './walk.ts'

/** What {@link chartReads} needs besides the chart. */
export interface ChartReadsOptions {
  readonly environment: RenderEnvironment
  /** Texts that `tpl` may be given: the strings of the values. */
  readonly texts?: readonly string[]
}

/** The parts of the values that some road of some template of a chart or its dependencies can read, by a static look at all of them. */
export function chartReads(chart: Chart, options: ChartReadsOptions): ReadSet {
  const functions = helmFunctions(options.environment)
  const set = new TemplateSet({ name: 'gotpl', functions })
  const files = parseAll(set, chart, [])
  const reads = new ReadSet()
  const texts = new TextPool(functions, [...(options.texts ?? []), ...fileTexts(chart)])
  const walk = new TemplateWalk({ reads, lookup: (name) => set.lookup(name), names: () => set.names(), texts })
  walk.runAll(
    files.flatMap(({ name, scope }) => {
      const tree = set.lookup(name)
      return tree === undefined ? [] : [{ tree, data: { kind: 'context', scope } }]
    }),
  )
  readDeclarations(chart, [], reads)
  return reads
}

interface TemplateFile {
  readonly name: string
  readonly scope: Path
}

/** Parses inner charts first, as outer definitions win; the files that are rendered. */
function parseAll(set: TemplateSet, chart: Chart, scope: Path): TemplateFile[] {
  const inner = chart.dependencies.flatMap((child) => parseAll(set, child, [...scope, child.name]))
  const own = chart.templates.flatMap((file): TemplateFile[] => {
    const name = `${chart.fullPath}/${file.name}`
    const isPartial = baseName(file.name).startsWith('_')
    if (chart.isLibrary && !isPartial) return []
    set.parse(name, textOf(file))
    return isPartial ? [] : [{ name, scope }]
  })
  return [...inner, ...own]
}

function fileTexts(chart: Chart): string[] {
  return [...chart.files.map(textOf), ...chart.dependencies.flatMap(fileTexts)]
}

/** Chart.yaml reads values, too: conditions, tags and imports. */
function readDeclarations(chart: Chart, scope: Path, reads: ReadSet): void {
  for (const each of chart.metadata.dependencies ?? []) {
    if (each === null) continue
    const name = each.alias === '' ? each.name : each.alias
    for (const condition of each.condition.split(',')) {
      if (condition.trim() !== '') reads.add([...scope, ...condition.trim().split('.')], true, undefined)
    }
    for (const tag of each.tags ?? []) reads.add(['tags', tag], true, undefined)
    for (const entry of each.importValues ?? []) {
      const child = typeof entry === 'string' ? `exports.${entry}` : String((entry as { child?: unknown }).child)
      reads.add([...scope, name, ...child.split('.')], true, undefined)
    }
  }
  for (const child of chart.dependencies) readDeclarations(child, [...scope, child.name], reads)
}
