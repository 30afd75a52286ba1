import { type GoMap, sprintf, type Value, untag } from '@slipway/gotemplate'
import type { Chart } from '../chart.ts'
import type { Compat } from '../compat.ts'
import { ChartError } from '../errors.ts'
import { copyTable, emptyMap, isNull, shallowTable, tableOf } from './table.ts'

/** How values are brought together. */
export interface CoalesceOptions {
  /** Keeps nulls, for when another coalescing follows; else they delete. */
  readonly merge: boolean
  readonly compat: Compat
  /** Gets the lines that Helm logs. */
  readonly warn: (line: string) => void
}

const GLOBAL = 'global'

/**
 * The values of a chart and, under their names, of its dependencies: given ones over the charts' defaults (coalesce.go CoalesceValues and
 * MergeValues). Nothing that is handed in is changed.
 */
export function coalesceValues(chart: Chart, values: GoMap, options: CoalesceOptions): GoMap {
  return coalesce(chart, copyTable(values), { ...options, prefix: '' })
}

interface Context extends CoalesceOptions {
  readonly prefix: string
}

function coalesce(chart: Chart, target: GoMap, context: Context): GoMap {
  coalesceOwn(chart, target, context)
  for (const child of chart.dependencies) coalesceChild(chart, child, { target, context })
  return target
}

function coalesceChild(chart: Chart, child: Chart, of: { target: GoMap; context: Context }): void {
  const { target, context } = of
  if (!target.entries.has(child.name)) target.entries.set(child.name, emptyMap())
  const value = target.entries.get(child.name)
  const table = tableOf(value)
  if (table === undefined) {
    throw new ChartError('CHART_VALUES', sprintf('type mismatch on %s: %t', [child.name, untag(value)]), {
      hint: `Make the values of ${child.name} a map, as it is the name of a subchart.`,
    })
  }
  const inner = { ...context, prefix: joined(context.prefix, chart.name) }
  coalesceGlobals(table, target, inner)
  target.entries.set(child.name, coalesce(child, table, inner))
}

function coalesceGlobals(target: GoMap, source: GoMap, context: Context): void {
  const into = globalsOf(target)
  if (into === undefined) return context.warn(`warning: skipping globals because destination ${GLOBAL} is not a table.`)
  const from = globalsOf(source)
  if (from === undefined) return context.warn(`warning: skipping globals because source ${GLOBAL} is not a table.`)
  for (const [key, value] of from.entries) coalesceGlobal(into, { key, value, context })
  target.entries.set(GLOBAL, into)
}

function globalsOf(map: GoMap): GoMap | undefined {
  return map.entries.has(GLOBAL) ? tableOf(map.entries.get(GLOBAL)) : emptyMap()
}

function coalesceGlobal(into: GoMap, of: { key: string; value: Value; context: Context }): void {
  const { key, value, context } = of
  const table = tableOf(value)
  const exists = into.entries.has(key)
  const existing = tableOf(into.entries.get(key))
  if (table === undefined) {
    if (existing !== undefined) context.warn(`key ${key} is table. Skipping`)
    else into.entries.set(key, value)
    return
  }
  if (exists && existing === undefined) {
    return context.warn(`Conflict: cannot merge map onto non-map for "${key}". Skipping.`)
  }
  const copy = shallowTable(table)
  if (existing !== undefined) {
    coalesceTables(copy, existing, { ...context, merge: true, prefix: joined(context.prefix, key) })
  }
  into.entries.set(key, copy)
}

function coalesceOwn(chart: Chart, target: GoMap, context: Context): void {
  const prefix = joined(context.prefix, chart.name)
  const defaults = copyTable(chart.values)
  for (const [key, value] of defaults.entries) coalesceKey(chart, target, { key, value, context, prefix })
}

function coalesceKey(
  chart: Chart,
  target: GoMap,
  of: { key: string; value: Value; context: Context; prefix: string },
): void {
  const { key, value, context, prefix } = of
  const source = tableOf(value)
  if (!target.entries.has(key)) {
    // Helm 3 lets nulls of the defaults through.
    const cleans = !context.merge && context.compat === 'helm4'
    if (cleans && isNull(value)) return
    if (cleans && source !== undefined) cleanNulls(source)
    target.entries.set(key, value)
    return
  }
  const given = target.entries.get(key)
  if (isNull(given) && !context.merge) {
    target.entries.delete(key)
    return
  }
  const table = tableOf(given)
  if (table === undefined) return
  if (source === undefined) {
    if (!isNull(value)) context.warn(`warning: skipped value for ${prefix}.${key}: Not a table.`)
    return
  }
  const merge = context.merge || chart.dependencies.some((child) => child.name === key)
  if (!merge && context.compat === 'helm4') cleanNulls(source)
  coalesceTables(table, source, { ...context, merge, prefix: joined(prefix, key) })
}

/** Fills a table from another one, which is changed, too; the first one's values count (coalesceTablesFullKey). */
export function coalesceTables(target: GoMap, source: GoMap, context: CoalesceOptions & { prefix?: string }): GoMap {
  const given = new Set([...source.entries].filter(([, value]) => !isNull(value)).map(([key]) => key))
  for (const [key, value] of target.entries) if (isNull(value)) source.entries.set(key, value)
  for (const [key, value] of source.entries) {
    const prefix = joined(context.prefix ?? '', key)
    coalesceEntry(target, { key, value, wasGiven: given.has(key), context: { ...context, prefix } })
  }
  return target
}

function coalesceEntry(target: GoMap, of: { key: string; value: Value; wasGiven: boolean; context: Context }): void {
  const { key, value, wasGiven, context } = of
  const exists = target.entries.has(key)
  const existing = target.entries.get(key)
  if (exists && !context.merge && isNull(existing) && wasGiven) {
    target.entries.delete(key)
    return
  }
  if (!exists) {
    target.entries.set(key, value)
    return
  }
  const source = tableOf(value)
  const table = tableOf(existing)
  if (source !== undefined && table !== undefined) coalesceTables(table, source, context)
  else if (source !== undefined) {
    context.warn(sprintf('warning: cannot overwrite table with non table for %s (%v)', [context.prefix, untag(value)]))
  } else if (table !== undefined && !isNull(value)) {
    context.warn(
      sprintf('warning: destination for %s is a table. Ignoring non-table value (%v)', [context.prefix, untag(value)]),
    )
  }
}

function cleanNulls(map: GoMap): void {
  for (const [key, value] of map.entries) {
    const table = tableOf(value)
    if (isNull(value)) map.entries.delete(key)
    else if (table !== undefined) cleanNulls(table)
  }
}

function joined(prefix: string, key: string): string {
  return prefix === '' ? key : `${prefix}.${key}`
}
