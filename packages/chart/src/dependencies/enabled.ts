import { type GoMap, type Value, untag } from '@slipway/gotemplate'
import { parseConstraints, parseVersion, satisfies } from '@slipway/sprig'
import type { Chart } from '../chart.ts'
import type { Compat } from '../compat.ts'
import type { Dependency } from '../metadata.ts'
import { coalesceValues } from '../values/coalesce.ts'
import { tableAt, tableOf } from '../values/table.ts'

/** Whether a version lies in a range; false for what is no version or no range (IsCompatibleRange). */
export function isCompatible(range: string, version: string): boolean {
  try {
    return satisfies(parseVersion(version), parseConstraints(range))
  } catch {
    return false
  }
}

/** How conditions are read. */
export interface ConditionOptions {
  readonly warn: (line: string) => void
  readonly compat: Compat
}

/** Takes out the dependencies that conditions and tags turn off, and makes copies for aliases, in place (processDependencyEnabled). */
export function applyConditions(chart: Chart, values: GoMap, options: ConditionOptions, path = ''): void {
  const { warn, compat } = options
  const declared = chart.metadata.dependencies?.filter((each) => each !== null)
  if (declared === undefined) return
  chart.setDependencies(matched(chart, declared, compat))
  for (const each of declared) {
    if (each.alias !== '') each.name = each.alias
    each.enabled = true
  }
  const merged = coalesceValues(chart, values, { merge: false, warn, compat })
  applyTags(declared, merged, warn)
  for (const each of declared) applyCondition(each, { values: merged, path, warn })
  const removed = new Set(declared.filter((each) => !each.enabled).map((each) => each.name))
  const kept = chart.dependencies.filter((each) => !removed.has(each.name))
  for (const child of kept) applyConditions(child, merged, options, `${path}${child.name}.`)
  const left = declared.filter((each) => !removed.has(each.name))
  chart.metadata.dependencies = left.length === 0 ? undefined : left
  chart.setDependencies(kept)
}

/** Charts that nobody declared come first, then those of each declaration, copied under their alias. */
function matched(chart: Chart, declared: readonly Dependency[], compat: Compat): Chart[] {
  const fits = (child: Chart, each: Dependency): boolean =>
    child.name === each.name && isCompatible(each.version, child.metadata.version)
  const undeclared = chart.dependencies.filter((child) => !declared.some((each) => fits(child, each)))
  const found = declared.map((each) => {
    const child = chart.dependencies.find((candidate) => fits(candidate, each))
    if (child === undefined) return undefined
    const copy = compat === 'helm3' ? child.sharingCopy() : copyOf(child)
    if (each.alias !== '') copy.metadata.name = each.alias
    return copy
  })
  return [...undeclared, ...found.filter((copy) => copy !== undefined)]
}

// Helm 3 leaves the charts below to the one that was copied: they keep its name in their paths, and two aliases of it share them.
function copyOf(child: Chart): Chart {
  const copy = child.shallowCopy()
  copy.setDependencies(child.dependencies.map((grandchild) => grandchild.shallowCopy()))
  return copy
}

function applyTags(declared: readonly Dependency[], values: GoMap, warn: (line: string) => void): void {
  const tags = tableOf(values.entries.get('tags'))
  if (tags === undefined) return
  for (const each of declared) {
    const named = (each.tags ?? []).filter((tag) => tags.entries.has(tag))
    const set = named.map((tag) => untag(tags.entries.get(tag)))
    for (const [at, tag] of named.entries()) {
      if (typeof set[at] !== 'boolean') warn(`level=WARN msg="returned non-bool value" tag=${tag} chart=${each.name}`)
    }
    each.enabled = set.includes(true) || !set.includes(false)
  }
}

function applyCondition(each: Dependency, of: { values: GoMap; path: string; warn: (line: string) => void }): void {
  for (const condition of each.condition.trim().split(',')) {
    const value = condition === '' ? undefined : untag(valueAt(of.values, of.path + condition))
    if (value === undefined) continue
    if (typeof value === 'boolean') {
      each.enabled = value
      return
    }
    of.warn(`level=WARN msg="returned non-bool value" path=${condition} chart=${each.name}`)
  }
}

/** The value at a dotted path that is no table (Values.PathValue). */
function valueAt(values: GoMap, path: string): Value {
  const dot = path.lastIndexOf('.')
  const table = dot < 0 ? values : tableAt(values, path.slice(0, dot))
  const key = path.slice(dot + 1)
  if (table === undefined || !table.entries.has(key) || tableOf(table.entries.get(key)) !== undefined) return undefined
  return table.entries.get(key)
}
