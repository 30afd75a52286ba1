import { GoMap } from '@slipway/gotemplate'
import type { Chart } from '../chart.ts'
import type { ConditionOptions } from './enabled.ts'
import type { Dependency } from '../metadata.ts'
import { coalesceTables, coalesceValues } from '../values/coalesce.ts'
import { copyTable, emptyMap, tableAt } from '../values/table.ts'

/** Brings values that `import-values` names from children into their parents' defaults, in place, children first (processImportValues). */
export function importValues(chart: Chart, options: ConditionOptions): void {
  const { warn, compat } = options
  for (const child of chart.dependencies) importValues(child, options)
  const declared = chart.metadata.dependencies
  if (declared === undefined) return
  const values = coalesceValues(chart, emptyMap(), { merge: true, warn, compat })
  let imported = emptyMap()
  for (const each of declared) {
    if (each === null) continue
    for (const entry of importsOf(each)) {
      const path = `${each.name}.${entry.child}`
      const table = tableAt(values, path)
      if (table === undefined) warn(missing(entry.isExport ? undefined : each.name, { values, path }))
      else imported = coalesceTables(imported, atPath(entry.parent, table), { merge: true, warn, compat })
    }
    if (each.importValues !== undefined) {
      each.importValues = importsOf(each)
      READ.add(each.importValues)
    }
  }
  chart.values = coalesceTables(copyTable(values), imported, { merge: true, warn, compat })
}

/** The reason names the key that is missing or no table: the first one on the way. */
function missing(chart: string | undefined, { values, path }: { values: GoMap; path: string }): string {
  const keys = path.split('.')
  const key = keys.find((_, at) => tableAt(values, keys.slice(0, at + 1).join('.')) === undefined)
  const reason = JSON.stringify(`${JSON.stringify(key)} is not a table`)
  const where = chart === undefined ? 'missing table"' : `missing table from chart" chart=${chart}`
  return `level=WARN msg="ImportValues ${where} error=${reason}`
}

interface Import {
  readonly child: string
  readonly parent: string
  /** Named by itself: what the child exports under that name. */
  readonly isExport?: boolean
}

// What Helm has read it writes back in a type that it does not read again: copies of a chart under two aliases share the declaration in Helm 3.
const READ = new WeakSet<readonly unknown[]>()

function importsOf(dependency: Dependency): Import[] {
  if (dependency.importValues !== undefined && READ.has(dependency.importValues)) return []
  return (dependency.importValues ?? []).flatMap((entry) => {
    if (typeof entry === 'string') return [{ child: `exports.${entry}`, parent: '.', isExport: true }]
    if (typeof entry !== 'object' || entry === null || Array.isArray(entry)) return []
    const { child, parent } = entry as Record<string, unknown>
    return [{ child: text(child), parent: text(parent) }]
  })
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : value === undefined || value === null ? '<nil>' : JSON.stringify(value)
}

function atPath(path: string, table: GoMap): GoMap {
  if (path === '.') return table
  return path.split('.').reduceRight((inner, key) => new GoMap(undefined, new Map([[key, inner]])), table)
}
