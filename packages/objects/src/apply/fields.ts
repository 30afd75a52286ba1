import { deepEqual, isRecord } from '../equal.ts'
import { elementOf, typeNamed } from '../schema.ts'

/** How apply treats a value: one leaf, a struct or map with members, a list of keyed items, or a set of scalars. */
export type Shape =
  | { readonly kind: 'leaf' }
  | { readonly kind: 'struct'; readonly member: (name: string) => Shape }
  | {
      readonly kind: 'keyed'
      readonly keys: readonly string[]
      readonly defaults: Readonly<Record<string, unknown>>
      readonly item: Shape
    }
  | { readonly kind: 'set' }

const LEAF: Shape = { kind: 'leaf' }
const shapes = new Map<string, Shape>()

/** The shape of a built-in type. */
export function shapeOfType(name: string): Shape {
  const known = shapes.get(name)
  if (known !== undefined) return known
  const type = typeNamed(name)
  if (type === undefined) return LEAF
  if (type.mapType === 'atomic') return LEAF
  const members = new Map<string, Shape>()
  const shape: Shape = {
    kind: 'struct',
    member: (field) => {
      const found = members.get(field) ?? memberShape(name, field)
      members.set(field, found)
      return found
    },
  }
  shapes.set(name, shape)
  return shape
}

function memberShape(typeName: string, field: string): Shape {
  const info = typeNamed(typeName)?.fields.get(field)
  if (info === undefined) return UNTYPED
  const element = elementOf(info.type)
  if (element === undefined) return info.mapType === 'atomic' ? LEAF : shapeOfType(info.type)
  if (info.type.startsWith('{}'))
    return info.mapType === 'atomic' ? LEAF : { kind: 'struct', member: () => shapeOfType(element) }
  if (info.listType === 'atomic') return LEAF
  if (info.listType === 'set') return { kind: 'set' }
  const item = typeNamed(element)
  const defaults = Object.fromEntries(
    info.mapKeys.flatMap((key) =>
      item?.fields.get(key)?.default === undefined ? [] : [[key, item.fields.get(key)?.default]],
    ),
  )
  return { kind: 'keyed', keys: info.mapKeys, defaults, item: shapeOfType(element) }
}

/** The shape of values without a schema: maps have members, lists are one value. */
export const UNTYPED: Shape = { kind: 'struct', member: () => UNTYPED }

/** `meta/v1.FieldsV1`: `f:name`, `k:{"name":"x"}`, `v:"x"` members, `.` for the value itself. */
export interface Fields {
  [path: string]: Fields
}

/** The fields that a value sets, as managedFields lists them. */
export function fieldsOf(value: unknown, shape: Shape): Fields {
  if (shape.kind === 'struct' && isRecord(value)) {
    const result: Fields = {}
    for (const [name, member] of Object.entries(value))
      if (member !== undefined) result[`f:${name}`] = fieldsOf(member, shape.member(name))
    return result
  }
  if (shape.kind === 'keyed' && Array.isArray(value)) {
    return Object.fromEntries(
      value.map((item): [string, Fields] => [keyOfItem(item, shape), { '.': {}, ...fieldsOf(item, shape.item) }]),
    )
  }
  if (shape.kind === 'set' && Array.isArray(value))
    return Object.fromEntries(value.map((item): [string, Fields] => [`v:${JSON.stringify(item)}`, {}]))
  return {}
}

/** The `k:` member of a keyed list's item. */
export function keyOfItem(item: unknown, shape: Shape & { kind: 'keyed' }): string {
  const record = isRecord(item) ? item : {}
  const keys = [...shape.keys].sort()
  const parts = keys.flatMap((key) => {
    const value = record[key] ?? shape.defaults[key]
    return value === undefined ? [] : [`${JSON.stringify(key)}:${JSON.stringify(value)}`]
  })
  return `k:{${parts.join(',')}}`
}

/** The paths of a set of fields that differ between two values, or exist in the second only. */
export function changedFields(before: unknown, after: unknown, shape: Shape): Fields {
  if (deepEqual(before, after)) return {}
  if (shape.kind === 'struct' && isRecord(after)) return changedMembers(isRecord(before) ? before : {}, after, shape)
  if (shape.kind === 'keyed' && Array.isArray(after))
    return changedItems(Array.isArray(before) ? before : [], after, shape)
  if (shape.kind === 'set' && Array.isArray(after)) {
    const had = Array.isArray(before) ? before : []
    return fieldsOf(
      after.filter((item) => !had.includes(item)),
      shape,
    )
  }
  return {}
}

function changedMembers(
  before: Record<string, unknown>,
  after: Record<string, unknown>,
  shape: Shape & { kind: 'struct' },
): Fields {
  const result: Fields = {}
  for (const [name, value] of Object.entries(after)) {
    if (deepEqual(before[name], value)) continue
    result[`f:${name}`] =
      before[name] === undefined
        ? fieldsOf(value, shape.member(name))
        : changedFields(before[name], value, shape.member(name))
  }
  return result
}

function changedItems(before: readonly unknown[], after: readonly unknown[], shape: Shape & { kind: 'keyed' }): Fields {
  const had = new Map(before.map((item) => [keyOfItem(item, shape), item]))
  const result: Fields = {}
  for (const item of after) {
    const key = keyOfItem(item, shape)
    const old = had.get(key)
    if (deepEqual(old, item)) continue
    result[key] = old === undefined ? { '.': {}, ...fieldsOf(item, shape.item) } : changedFields(old, item, shape.item)
  }
  return result
}

/** Both sets together. */
export function union(a: Fields, b: Fields): Fields {
  const result: Fields = { ...a }
  for (const [path, fields] of Object.entries(b)) result[path] = union(result[path] ?? {}, fields)
  return result
}

/** What is in a and not in b. A member without members of its own is a leaf. */
export function difference(a: Fields, b: Fields): Fields {
  const result: Fields = {}
  for (const [path, fields] of Object.entries(a)) {
    const other = b[path]
    if (other === undefined) result[path] = fields
    else if (Object.keys(fields).length > 0) {
      const rest = difference(fields, other)
      if (Object.keys(rest).length > 0) result[path] = rest
    }
  }
  return result
}

/** What is in both. */
export function intersection(a: Fields, b: Fields): Fields {
  const result: Fields = {}
  for (const [path, fields] of Object.entries(a)) {
    const other = b[path]
    if (other === undefined) continue
    if (Object.keys(fields).length === 0 || Object.keys(other).length === 0) result[path] = {}
    else {
      const both = intersection(fields, other)
      if (Object.keys(both).length > 0) result[path] = both
    }
  }
  return result
}

/** The leaves of a set as dotted paths with list keys in brackets, as conflict messages name them: `.spec.template.spec.containers[name="web"].image`. */
export function leafPaths(fields: Fields, prefix = ''): string[] {
  return Object.entries(fields).flatMap(([path, members]) => {
    if (path === '.') return []
    const here = prefix + displayOf(path)
    const inner = leafPaths(members, here)
    return inner.length === 0 ? [here] : inner
  })
}

function displayOf(path: string): string {
  if (path.startsWith('f:')) return `.${path.slice(2)}`
  if (path.startsWith('v:')) return `[=${path.slice(2)}]`
  const keys = Object.entries(JSON.parse(path.slice(2)) as Record<string, unknown>)
  return `[${keys.map(([key, value]) => `${key}=${JSON.stringify(value)}`).join(',')}]`
}
