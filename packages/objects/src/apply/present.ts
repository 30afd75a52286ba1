import { isRecord } from '../equal.ts'
import { type Fields, keyOfItem, LEAF, type Shape } from './fields.ts'
import { holds, isEmpty } from './sets.ts'

interface Member {
  readonly value: unknown
  readonly shape: Shape
}

/** What a set has of the fields and containers that a value has: the set itself where that is all of it. */
export function presentFields(fields: Fields, value: unknown, shape: Shape): Fields {
  return node(false, fields, { value, shape }) ?? {}
}

function node(self: boolean, fields: Fields, at: Member): Fields | undefined {
  const memberOf = membersOf(at)
  const paths = Object.keys(fields)
  let count = 0
  // Made once something differs: mostly nothing does.
  let members: Fields | undefined
  for (const [index, path] of paths.entries()) {
    const inner = fields[path]
    if (inner === undefined) continue
    if (path === '.') {
      if (!self || index > 0 || !isEmpty(inner)) members ??= firstOf(fields, paths.slice(0, index), self)
      continue
    }
    const member = memberOf(path)
    const kept = member === undefined ? undefined : node(holds(inner), inner, member)
    if (kept !== inner) members ??= firstOf(fields, paths.slice(0, index), self)
    if (kept === undefined) continue
    if (members !== undefined) members[path] = kept
    count++
  }
  if (count > 0) return members ?? fields
  if (!self) return undefined
  return paths.length === 0 ? fields : {}
}

function firstOf(fields: Fields, paths: readonly string[], self: boolean): Fields {
  const members: Fields = self ? { '.': {} } : {}
  for (const path of paths) if (path !== '.') members[path] = fields[path] ?? {}
  return members
}

/** Finds a value's member by its path. */
function membersOf({ value, shape }: Member): (path: string) => Member | undefined {
  if (shape.kind === 'struct' && isRecord(value)) {
    return (path) => {
      const name = path.slice(2)
      if (!path.startsWith('f:') || !Object.hasOwn(value, name) || value[name] === undefined) return undefined
      return { value: value[name], shape: shape.member(name) }
    }
  }
  if (shape.kind === 'keyed' && Array.isArray(value)) {
    const items = new Map(value.map((item): [string, unknown] => [keyOfItem(item, shape), item]))
    return (path) => (items.has(path) ? { value: items.get(path), shape: shape.item } : undefined)
  }
  if (shape.kind === 'set' && Array.isArray(value)) {
    const items = new Set(value.map((item) => `v:${JSON.stringify(item)}`))
    return (path) => (items.has(path) ? { value: undefined, shape: LEAF } : undefined)
  }
  return () => undefined
}
