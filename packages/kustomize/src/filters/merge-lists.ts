import { demandKind, field, isEmptyMap } from '../tree/fields.ts'
import { type Node, isEmpty, isMissing } from '../tree/node.ts'

/** kyaml's ElementSetter: puts an element in the place of those whose keys have the values, at the end where there is none; without an element takes them out. */
export function setElement(
  list: Node,
  keys: readonly string[],
  values: readonly string[],
  element: Node | undefined,
): void {
  demandKind(list, 'seq')
  const byKeys = (keys[0] ?? '') !== '' && (values[0] ?? '') !== ''
  const content: Node[] = []
  let found = false
  for (const item of list.content) {
    if (isMissing(item) || isEmptyMap(item)) continue
    if (byKeys && item.kind !== 'map') {
      content.push(item)
      continue
    }
    if (!matches(item, keys, values)) {
      if (values.length > 0) content.push(item)
      continue
    }
    found = true
    if (element !== undefined) content.push(element)
  }
  list.content = content
  if (isMissing(element)) return
  if (!found) list.content.push(element)
}

function matches(item: Node, keys: readonly string[], values: readonly string[]): boolean {
  let value: Node | undefined
  for (const [at, key] of keys.entries()) {
    if (at < values.length) value = matchField(item, key, values[at] ?? '')
    if (value === undefined) return false
  }
  return true
}

// An empty value stands for any value; an empty key for the item itself.
function matchField(item: Node, key: string, value: string): Node | undefined {
  if (key === '') return item.value === value ? item : undefined
  const found = field(item, key)
  return found !== undefined && (value === '' || found.value === value) ? found : undefined
}

/** The item whose keys have the values; an empty value is only that of an empty text. */
export function findElement(
  list: Node | undefined,
  keys: readonly string[],
  values: readonly string[],
): Node | undefined {
  if (list === undefined || list.kind !== 'seq') return undefined
  if ((keys[0] ?? '') === '') return list.content.find((item) => item.value === (values[0] ?? ''))
  if (keys.length !== values.length) return undefined
  return list.content.find(
    (item) => item.kind === 'map' && keys.every((key, at) => field(item, key)?.value === values[at]),
  )
}

/** The values of the keys of each item, '' where an item has none. */
export function keyValues(list: Node | undefined, keys: readonly string[]): string[][] {
  if (list === undefined || list.kind !== 'seq') return []
  return list.content.map((item) => keys.map((key) => keyText(item, key)))
}

function keyText(item: Node, key: string): string {
  const value = field(item, key)
  return value === undefined || isEmpty(value) ? '' : value.value
}

/** The keys that at least one item has; all where none has any. */
export function usedKeys(
  all: readonly (readonly string[])[],
  keys: readonly string[],
  values: readonly string[],
): { keys: string[]; values: string[] } {
  const used = new Set<string>()
  for (const each of all) for (const [at, value] of each.entries()) if (value !== '') used.add(keys[at] ?? '')
  if (used.size === 0) return { keys: [...keys], values: [...values] }
  return {
    keys: keys.filter((key) => used.has(key)),
    values: values.filter((value, at) => value !== '' || used.has(keys[at] ?? '')),
  }
}

/** Items of the same identity where some name fewer keys become one: `8080` and `8080, TCP`. */
export function unifyValues(all: string[][]): string[][] {
  for (const [i, a] of all.entries()) {
    for (const [j, b] of all.entries()) {
      const unified = unify(all[i] ?? a, b)
      if (unified === undefined) continue
      all[i] = unified
      all[j] = unified
    }
  }
  return all
}

function unify(a: readonly string[], b: readonly string[]): string[] | undefined {
  if (a.length !== b.length) return undefined
  let common = false
  const result: string[] = []
  for (const [at, left] of a.entries()) {
    const right = b[at] ?? ''
    if (left === right) common = true
    else if (left !== '' && right !== '') return undefined
    result.push(left === '' ? right : left)
  }
  return common ? result : undefined
}

/** Adds the items of one list to another, in the place of those with the same keys. */
export function addElements(into: Node, from: Node, keys: readonly string[]): void {
  for (const item of from.content) {
    if ((keys[0] ?? '') === '') {
      setElement(into, [''], [item.value], item)
      continue
    }
    const values: string[] = []
    for (const key of keys) {
      const value = field(item, key)
      if (value === undefined) into.content.push(item)
      else values.push(value.value)
    }
    if (keys.length > 1) setElement(into, keys, values, undefined)
    setElement(into, keys, values, item)
  }
}
