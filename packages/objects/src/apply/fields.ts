import { deepEqual, isRecord } from '../equal.ts'
import { elementOf, type FieldInfo, typeNamed } from '../schema.ts'

/** How apply treats a value: one leaf, a struct or map with members, a list of keyed items, or a set of scalars. */
export type Shape =
  | { readonly kind: 'leaf' }
  | {
      readonly kind: 'struct'
      readonly member: (name: string) => Shape
      /** The members are keys of a map, not fields of a type. */
      readonly map?: boolean
      /** True for fields that are there, empty, even when nobody set them. */
      readonly isThere?: (name: string) => boolean
    }
  | {
      readonly kind: 'keyed'
      readonly keys: readonly string[]
      readonly defaults: Readonly<Record<string, unknown>>
      readonly item: Shape
    }
  | { readonly kind: 'set' }

/** The shape of what apply takes as one value, whatever is in it. */
export const LEAF: Shape = { kind: 'leaf' }
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
    isThere: (field) => isThere(type.fields.get(field)),
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
    return info.mapType === 'atomic' ? LEAF : { kind: 'struct', map: true, member: () => shapeOfType(element) }
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

/** The fields that a value sets, as an applied configuration owns them: containers are owned only as items of a list, as members of a map, or empty. */
export function fieldsOf(value: unknown, shape: Shape): Fields {
  if (shape.kind === 'struct' && isRecord(value)) {
    const result: Fields = {}
    for (const [name, member] of Object.entries(value)) {
      if (member === undefined) continue
      const fields = fieldsOf(member, shape.member(name))
      result[`f:${name}`] = shape.map === true && Object.keys(fields).length > 0 ? { '.': {}, ...fields } : fields
    }
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
  const keys = shape.keys.length > 1 ? [...shape.keys].sort() : shape.keys
  const parts = keys.flatMap((key) => {
    const value = record[key] ?? shape.defaults[key]
    return value === undefined ? [] : [`${JSON.stringify(key)}:${JSON.stringify(value)}`]
  })
  return `k:{${parts.join(',')}}`
}

/** The fields that differ between two values, or exist in the second only; a container that is new is one of them. */
export function changedFields(before: unknown, after: unknown, shape: Shape): Fields {
  return deepEqual(before, after) ? {} : changedBelow(before, after, shape)
}

// For values that are known to differ.
function changedBelow(before: unknown, after: unknown, shape: Shape): Fields {
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
    const had = before[name] ?? (shape.isThere?.(name) === true ? emptyLike(value) : undefined)
    if (value === undefined || deepEqual(had, value)) continue
    const member = shape.member(name)
    result[`f:${name}`] = had === undefined ? addedFields(value, member) : changedBelow(had, value, member)
  }
  return result
}

// Go writes a struct that is embedded by value, and any field without omitempty, even when nobody set it.
function isThere(field: FieldInfo | undefined): boolean {
  return field?.byValue === true || field?.alwaysWritten === true
}

function emptyLike(value: unknown): unknown {
  return Array.isArray(value) ? [] : isRecord(value) ? {} : undefined
}

function changedItems(before: readonly unknown[], after: readonly unknown[], shape: Shape & { kind: 'keyed' }): Fields {
  const had = new Map(before.map((item) => [keyOfItem(item, shape), item]))
  const result: Fields = {}
  for (const item of after) {
    const key = keyOfItem(item, shape)
    const old = had.get(key)
    if (deepEqual(old, item)) continue
    result[key] = old === undefined ? addedFields(item, shape.item) : changedBelow(old, item, shape.item)
  }
  return result
}

/** Every field and container in a value, as an update owns what it adds. */
export function addedFields(value: unknown, shape: Shape): Fields {
  const all: Fields = { '.': {} }
  if (shape.kind === 'struct' && isRecord(value)) {
    for (const [name, member] of Object.entries(value))
      if (member !== undefined) all[`f:${name}`] = addedFields(member, shape.member(name))
  } else if (shape.kind === 'keyed' && Array.isArray(value))
    for (const item of value) all[keyOfItem(item, shape)] = addedFields(item, shape.item)
  else if (shape.kind === 'set' && Array.isArray(value)) Object.assign(all, fieldsOf(value, shape))
  else return {}
  return Object.keys(all).length === 1 ? {} : all
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

/** A field such as `spec.ports[0].colour` as apply names it: items of keyed lists by their keys, others by their index. */
export function displayPath(value: unknown, field: string, shape: Shape): string {
  let [at, how] = [value, shape]
  let text = ''
  for (const [, index, name = ''] of field.matchAll(/\[(\d+)\]|\.?([^.[]+)/g)) {
    if (index === undefined) {
      text += `.${name}`
      at = isRecord(at) ? at[name] : undefined
      how = how.kind === 'struct' ? how.member(name) : LEAF
    } else {
      at = Array.isArray(at) ? at[Number(index)] : undefined
      text += how.kind === 'keyed' ? displayOf(keyOfItem(at, how)) : `[${index}]`
      how = how.kind === 'keyed' ? how.item : LEAF
    }
  }
  return text
}

function displayOf(path: string): string {
  if (path.startsWith('f:')) return `.${path.slice(2)}`
  if (path.startsWith('v:')) return `[=${path.slice(2)}]`
  const keys = Object.entries(JSON.parse(path.slice(2)) as Record<string, unknown>)
  return `[${keys.map(([key, value]) => `${key}=${JSON.stringify(value)}`).join(',')}]`
}
