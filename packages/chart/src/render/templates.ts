import { GoMap, utf8, type Value } from '@slipway/gotemplate'
import { compareBytes } from '@slipway/diag'
import type { Chart, ChartFile } from '../chart.ts'
import type { Compat } from '../compat.ts'
import { chartStruct } from '../data/chart-struct.ts'
import { chartValue } from '../data/chart-value.ts'
import { filesValue } from '../data/files.ts'
import { valuesType } from '../data/types.ts'
import { tableOf } from '../values/table.ts'

/** A template file with the data that it is rendered with. */
export interface ChartTemplate {
  /** `parent/charts/child/templates/a.yaml`. */
  readonly name: string
  readonly file: ChartFile
  readonly chart: Chart
  /** What `.` is; shared by all templates of a chart. */
  readonly data: GoMap
  readonly basePath: string
}

/** What charts share: `.Release` and `.Capabilities`. */
export interface SharedData {
  readonly release: GoMap
  readonly capabilities: Value
  readonly compat: Compat
}

/** The templates of a chart and its dependencies in the order in which Helm parses and runs them: deeper ones first, each depth backwards. */
export function templatesOf(chart: Chart, values: GoMap, shared: SharedData): ChartTemplate[] {
  const found = new Map<string, ChartTemplate>()
  collect(chart, asValues(values, shared.compat), { shared, found })
  return [...found.values()].sort((a, b) => depthOf(b.name) - depthOf(a.name) || compareBytes(b.name, a.name))
}

function depthOf(name: string): number {
  let depth = 0
  for (let at = name.indexOf('/'); at >= 0; at = name.indexOf('/', at + 1)) depth++
  return depth
}

/** The same entries under Helm's type, so that what one template sets the others see. */
function asValues(map: GoMap, compat: Compat): GoMap {
  return new GoMap(valuesType(compat), map.entries)
}

function collect(chart: Chart, values: GoMap, into: { shared: SharedData; found: Map<string, ChartTemplate> }): GoMap {
  const subcharts = new GoMap()
  const { compat } = into.shared
  const data = new GoMap(
    valuesType(compat),
    new Map<string, Value>([
      ['Chart', into.shared.compat === 'helm3' ? chartStruct(chart) : chartValue(chart)],
      ['Files', filesValue(chart.files)],
      ['Release', into.shared.release],
      ['Capabilities', into.shared.capabilities],
      ['Values', values],
      ['Subcharts', subcharts],
    ]),
  )
  for (const child of chart.dependencies) {
    const table = tableOf(values.entries.get(child.name))
    const inner = collect(child, table === undefined ? new GoMap(valuesType(compat)) : asValues(table, compat), into)
    subcharts.entries.set(child.name, new GoMap(undefined, inner.entries))
  }
  const path = chart.fullPath
  for (const file of chart.templates) {
    if (chart.isLibrary && !baseName(file.name).startsWith('_')) continue
    const name = `${path}/${file.name}`
    into.found.set(name, { name, file, chart, data, basePath: `${path}/templates` })
  }
  return data
}

/** The last part of a path. */
export function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}

const texts = new WeakMap<ChartFile, string>()

/** The text of a file, decoded once. */
export function textOf(file: ChartFile): string {
  const known = texts.get(file)
  if (known !== undefined) return known
  const text = utf8.decodeBytes(file.data)
  texts.set(file, text)
  return text
}
