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
  if (shape.kind === 'keyed' && Array.isArray(live) && Array.isArray(applied)) {
    const keyed = (list: readonly unknown[]): Keyed => list.map((item) => [keyOfItem(item, shape), item])
    return mergeByKey(keyed(live), keyed(applied), (before, item) => mergeApplied(before, item, shape.item))
  }
  if (shape.kind === 'set' && Array.isArray(live) && Array.isArray(applied)) {
    const keyed = (list: readonly unknown[]): Keyed => list.map((item) => [JSON.stringify(item), item])
    return mergeByKey(keyed(live), keyed(applied), (_, item) => item)
  }
  return applied
}

// Items of both lists come in the order of the configuration; what only the live list has stays before what only the configuration has where both could be
// next: sigs.k8s.io/structured-merge-diff/typed/merge.go, visitListItems.
function mergeByKey(live: Keyed, applied: Keyed, merge: (before: unknown, item: unknown) => unknown): unknown[] {
  const [had, wanted] = [new Map(live), new Map(applied)]
  const shared = applied.flatMap(([key]) => (had.has(key) ? [key] : []))
  const done = new Set<string>()
  const result: unknown[] = []
  const takeApplied = ([key, item]: Keyed[number]): void => {
    result.push(had.has(key) ? merge(had.get(key), item) : item)
    done.add(key)
    if (shared[0] === key) shared.shift()
  }
  let [left, right] = [0, 0]
  while (left < live.length || right < applied.length) {
    const [before, item] = [live[left], applied[right]]
    if (before !== undefined && !wanted.has(before[0])) {
      result.push(before[1])
      left++
    } else if (before !== undefined && (item === undefined || done.has(before[0]) || isOutOfTurn(before, item, shared)))
      left++
    else if (item !== undefined) {
      if (before?.[0] === item[0]) left++
      takeApplied(item)
      right++
    }
  }
  return result
}

type Keyed = readonly (readonly [key: string, item: unknown])[]

// An item that both lists have, at another place than the next one of those in the configuration.
function isOutOfTurn([key]: Keyed[number], item: Keyed[number], shared: readonly string[]): boolean {
  return key !== item[0] && shared.length > 0 && shared[0] !== key
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
