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
      const table = tableAt(values, `${each.name}.${entry.child}`)
      if (table === undefined) warn(`level=WARN msg="ImportValues missing table from chart" chart=${each.name}`)
      else imported = coalesceTables(imported, atPath(entry.parent, table), { merge: true, warn, compat })
    }
    if (each.importValues !== undefined) each.importValues = importsOf(each)
  }
  chart.values = coalesceTables(copyTable(values), imported, { merge: true, warn, compat })
}

interface Import {
  readonly child: string
  readonly parent: string
}

function importsOf(dependency: Dependency): Import[] {
  return (dependency.importValues ?? []).flatMap((entry) => {
    if (typeof entry === 'string') return [{ child: `exports.${entry}`, parent: '.' }]
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
