import { type FunctionTable, TemplateError, TemplateSet, type Tree } from '@slipway/gotemplate'
import type { Chart } from '../chart.ts'
import { helmFunctions, type RenderEnvironment } from '../functions/index.ts'
import { baseName, textOf } from '../render/templates.ts'
import { ReadSet } from './read-set.ts'
import type { Path } from './shape.ts'
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
  const walk = new TemplateWalk({ reads, lookup: (name) => set.lookup(name), names: () => set.names() })
  for (const { name, scope } of files) {
    const tree = set.lookup(name)
    if (tree !== undefined) walk.run(tree, { kind: 'context', scope })
  }
  const texts = [...(options.texts ?? []), ...fileTexts(chart)].filter((text) => text.includes('{{'))
  for (const scope of scopesOf(chart, [])) {
    for (const [index, text] of texts.entries()) walkText(walk, { functions, text, name: `text ${index}`, scope })
  }
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

function scopesOf(chart: Chart, scope: Path): Path[] {
  return [scope, ...chart.dependencies.flatMap((child) => scopesOf(child, [...scope, child.name]))]
}

function fileTexts(chart: Chart): string[] {
  return [...chart.files.map(textOf), ...chart.dependencies.flatMap(fileTexts)]
}

function walkText(walk: TemplateWalk, of: { functions: FunctionTable; text: string; name: string; scope: Path }): void {
  for (const tree of parseText(of)) walk.run(tree, { kind: 'context', scope: of.scope })
}

function parseText({ functions, text, name }: { functions: FunctionTable; text: string; name: string }): Tree[] {
  try {
    return new TemplateSet({ functions }).parseTrees(name, text)
  } catch (error) {
    // What does not parse is no template.
    if (error instanceof TemplateError) return []
    throw error
  }
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
