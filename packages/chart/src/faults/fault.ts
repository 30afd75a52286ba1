import { type Diagnostic, LineIndex, type RelatedPlace, type SourceRange, type SourceTree } from '@slipway/diag'
import { TemplateError, type TemplatePlace } from '@slipway/gotemplate'
import { YamlError } from '@slipway/yaml'
import { ChartError } from '../errors.ts'
import type { Rendered } from '../render/engine.ts'
import { TemplateSources } from '../origins/sources.ts'
import { ChartFiles, lineEnd } from './places.ts'
import { schemaPlaces } from './schema.ts'

/** Where a chart lies, and what is known of a rendering that failed. */
export interface FaultSource {
  readonly tree: SourceTree
  /** The chart's folder in the tree. */
  readonly folder: string
  /** Values files in the order in which they apply, as paths in the tree; those that lie elsewhere are passed over. */
  readonly valueFiles?: readonly string[]
  /** What templates printed (`onOutputs` of a tracked rendering): needed for what is no YAML. */
  readonly outputs?: readonly Rendered[]
}

/**
 * An error of `loadChart` or `renderChart` with its place in the user's files: the action that failed and what includes it, the line that printed what is no
 * YAML, the value that a schema refuses, the entry of Chart.yaml.
 *
 * @returns undefined for what is no {@link ChartError}; without `range` where the place is not known.
 */
export function chartFault(error: unknown, source: FaultSource): Diagnostic | undefined {
  if (!(error instanceof ChartError)) return undefined
  const files = new ChartFiles(source.tree, source.folder)
  const [place, ...more] = placesOf(error, { ...source, files })
  return {
    code: error.code,
    severity: 'error',
    message: error.message.trimEnd(),
    ...(place === undefined ? {} : { range: place.range, related: more }),
    ...(error.hint === undefined ? {} : { hint: error.hint }),
  }
}

interface Known extends FaultSource {
  readonly files: ChartFiles
}

function placesOf(error: ChartError, known: Known): RelatedPlace[] {
  const { files } = known
  switch (error.code) {
    case 'CHART_TEMPLATE':
    case 'CHART_LIMIT':
      return templatePlaces(error)
    case 'CHART_MANIFEST':
      return single(manifestPlace(error, known.outputs ?? []))
    case 'CHART_LOAD':
    case 'CHART_VALUES':
      return single(filePlace(error, known))
    case 'CHART_METADATA':
      return single(files.line('Chart.yaml', fieldPattern(error.message)))
    case 'CHART_KUBE_VERSION':
      return single(files.line('Chart.yaml', /^kubeVersion:.*/m))
    case 'CHART_SCHEMA':
      return schemaPlaces(error.message, files, known.valueFiles ?? [])
    default:
      return []
  }
}

function single(range: SourceRange | undefined): RelatedPlace[] {
  return range === undefined ? [] : [{ message: '', range }]
}

// The innermost action comes first, then what included it.
function templatePlaces(error: ChartError): RelatedPlace[] {
  const sources = error.chart === undefined ? undefined : new TemplateSources(error.chart)
  const places: RelatedPlace[] = []
  for (const each of causes(error)) {
    if (!(each instanceof TemplateError) || each.place === undefined) continue
    const { file } = each.place
    const text = sources?.text(file)
    const range = text === undefined ? undefined : sources?.range(file, actionAt(text, each.place, each.context))
    const same = places.some(
      ({ range: known }) => known.file === range?.file && known.start.offset === range.start.offset,
    )
    if (range !== undefined && !same) places.unshift({ message: 'included here', range })
  }
  return places.slice(0, 5)
}

function actionAt(text: string, { line, offset }: TemplatePlace, context = ''): { start: number; end: number } {
  if (offset === undefined) {
    const start = new LineIndex(text).startOf(line)
    return { start, end: lineEnd(text, start) }
  }
  // Go names the place of a field inside of its chain: the whole chain says more.
  const from = text.lastIndexOf(context, offset)
  if (context !== '' && from >= 0 && from + context.length >= offset) return { start: from, end: from + context.length }
  const [word = ''] = /^[^\s|)}]*/.exec(text.slice(offset)) ?? []
  return { start: offset, end: offset + Math.max(1, word.length) }
}

// What stands in the document leads through what the template printed to the line that printed it.
function manifestPlace({ document, chart, cause }: ChartError, outputs: readonly Rendered[]): SourceRange | undefined {
  if (document === undefined || chart === undefined) return undefined
  const sources = new TemplateSources(chart)
  const offset = document.offset + (yamlRange(cause)?.start.offset ?? 0)
  const printed = outputs.find((each) => each.name === document.source)
  const segment = printed?.segments.find(({ start, end }) => start <= offset && offset < end)
  if (segment === undefined) return sources.range(document.source, { start: 0, end: 0 })
  const { file, start, end } = segment.place
  // Text stands in the output as in the template; of what an action printed, the action is the place.
  if (segment.end - segment.start !== end - start) return sources.range(file, { start, end })
  const from = start + offset - segment.start
  return sources.range(file, { start: from, end: lineEnd(sources.text(file) ?? '', from) })
}

function filePlace(error: ChartError, { files, tree }: Known): SourceRange | undefined {
  const [, loaded] = /^cannot load ([\w.-]+):/.exec(error.message) ?? []
  const [, parsed] = /^failed to parse (.+?): /.exec(error.message) ?? []
  const [, missing] = /missing in charts\/ directory: ([^,]+)/.exec(error.message) ?? []
  if (missing !== undefined)
    return files.line('Chart.yaml', new RegExp(`name: *["']?${missing.replaceAll(/[^\w-]/g, '\\$&')}.*`))
  const range = yamlRange(error)
  if (loaded !== undefined)
    return range === undefined ? files.line(loaded, /^.*/) : { ...range, file: files.pathOf(loaded) }
  if (parsed === undefined || tree.stat(parsed) === undefined) return undefined
  return range === undefined ? new ChartFiles(tree, '').line(parsed, /^.*/) : { ...range, file: parsed }
}

function fieldPattern(message: string): RegExp {
  const [, field = ''] = /chart\.metadata\.(\w+)/.exec(message) ?? /^validation: (\w+)/.exec(message) ?? []
  return new RegExp(`^${field}:.*`, 'm')
}

function yamlRange(error: unknown): SourceRange | undefined {
  for (const each of causes(error)) if (each instanceof YamlError && each.range !== undefined) return each.range
  return undefined
}

function* causes(error: unknown): Generator<Error> {
  for (let at = error; at instanceof Error; at = at.cause) yield at
}
