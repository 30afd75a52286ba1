import type { Data } from './types.ts'

type Combination = Readonly<Record<string, Data>>

/**
 * The combinations of a job's matrix: all of its lists, without what `exclude` names, with what `include` adds, as GitHub's documentation describes. One empty
 * combination for a job without matrix; none for a matrix that is an expression, which only a run can know.
 */
export function combinations(matrix: Data | undefined): readonly Combination[] {
  if (matrix === undefined) return [{}]
  if (!isMap(matrix)) return []
  const axes = Object.entries(matrix).filter(([name]) => name !== 'include' && name !== 'exclude')
  let found: Combination[] = axes.length === 0 ? [] : [{}]
  for (const [name, values] of axes) {
    if (!isList(values)) return []
    found = found.flatMap((each) => values.map((value) => ({ ...each, [name]: value })))
  }
  const kept = found.filter((each) => !mapsIn(matrix['exclude']).some((excluded) => contains(each, excluded)))
  return mapsIn(matrix['include']).reduce(
    (all, included) => include(all, included, new Set(axes.map(([name]) => name))),
    kept,
  )
}

/** An entry is added to the combinations whose own axes it does not contradict, else it is a combination itself. */
function include(all: readonly Combination[], entry: Combination, axes: ReadonlySet<string>): Combination[] {
  const own = Object.fromEntries(Object.entries(entry).filter(([name]) => axes.has(name)))
  const matches = all.map((each) => axes.size > 0 && contains(each, own))
  if (!matches.some(Boolean)) return [...all, entry]
  return all.map((each, index) => (matches[index] === true ? { ...each, ...entry } : each))
}

function contains(whole: Combination, part: Combination): boolean {
  return Object.entries(part).every(([name, value]) => JSON.stringify(whole[name]) === JSON.stringify(value))
}

function mapsIn(value: Data | undefined): readonly Combination[] {
  return value !== undefined && isList(value) ? value.filter(isMap) : []
}

function isList(value: Data): value is readonly Data[] {
  return Array.isArray(value)
}

function isMap(value: Data): value is { readonly [key: string]: Data } {
  return value !== null && typeof value === 'object' && !Array.isArray(value)
}
