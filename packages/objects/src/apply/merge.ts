import { isRecord } from '../equal.ts'
import { type Fields, keyOfItem, type Shape } from './fields.ts'

/** Merges an applied configuration into a live value: what the configuration sets wins, everything else stays. Lists merge by their keys, new items at the end. */
export function mergeApplied(live: unknown, applied: unknown, shape: Shape): unknown {
  if (shape.kind === 'struct' && isRecord(live) && isRecord(applied)) {
    const result: Record<string, unknown> = { ...live }
    for (const [name, value] of Object.entries(applied))
      result[name] = mergeApplied(live[name], value, shape.member(name))
    return result
  }
  if (shape.kind === 'keyed' && Array.isArray(live) && Array.isArray(applied)) return mergeItems(live, applied, shape)
  if (shape.kind === 'set' && Array.isArray(live) && Array.isArray(applied))
    return [...applied, ...live.filter((item) => !applied.includes(item))]
  return applied
}

// The order is that of the configuration; items that only the live list has keep their place after what stood before them.
function mergeItems(
  live: readonly unknown[],
  applied: readonly unknown[],
  shape: Shape & { kind: 'keyed' },
): unknown[] {
  const byKey = new Map(live.map((item) => [keyOfItem(item, shape), item]))
  const wanted = new Set(applied.map((item) => keyOfItem(item, shape)))
  const result: unknown[] = []
  const rest = live.map((item) => keyOfItem(item, shape))
  const takeUntil = (key: string) => {
    const end = rest.indexOf(key)
    for (const other of rest.splice(0, end + 1)) if (!wanted.has(other)) result.push(byKey.get(other))
  }
  for (const item of applied) {
    const key = keyOfItem(item, shape)
    takeUntil(key)
    result.push(byKey.has(key) ? mergeApplied(byKey.get(key), item, shape.item) : item)
  }
  for (const other of rest) if (!wanted.has(other)) result.push(byKey.get(other))
  return result
}

/** Removes the given fields from a value; containers that a removal leaves empty stay, as in Kubernetes, unless they are list items that are removed as such. */
export function removeFields(value: unknown, fields: Fields, shape: Shape): unknown {
  if (shape.kind === 'struct' && isRecord(value)) {
    const result: Record<string, unknown> = { ...value }
    for (const [path, members] of Object.entries(fields)) {
      const name = path.slice(2)
      if (!path.startsWith('f:') || !(name in result)) continue
      if (isLeaf(members) || '.' in members) delete result[name]
      else result[name] = removeFields(result[name], members, shape.member(name))
    }
    return result
  }
  if (shape.kind === 'keyed' && Array.isArray(value)) return removeItems(value, fields, shape)
  if (shape.kind === 'set' && Array.isArray(value))
    return value.filter((item) => fields[`v:${JSON.stringify(item)}`] === undefined)
  return value
}

function removeItems(value: readonly unknown[], fields: Fields, shape: Shape & { kind: 'keyed' }): unknown[] {
  return value.flatMap((item) => {
    const members = fields[keyOfItem(item, shape)]
    if (members === undefined) return [item]
    if (members['.'] !== undefined) return []
    return [removeFields(item, members, shape.item)]
  })
}

function isLeaf(fields: Fields): boolean {
  return Object.keys(fields).length === 0
}
