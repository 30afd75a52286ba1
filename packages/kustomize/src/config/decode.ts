import { compareBytes } from '@slipway/diag'
import {
  type MapNode,
  type ScalarNode,
  YamlError,
  type YamlNode,
  dereference,
  isMerge,
  resolveScalar,
} from '@slipway/yaml'
import { failure } from '../errors.ts'

/** How a value of a configuration is read: the rules of Go's JSON decoder for a struct. */
export type Shape =
  | { readonly type: 'string' | 'bool' | 'int' | 'strings' | 'pairs' | 'any'; readonly go?: string }
  | { readonly type: 'list'; readonly of: Shape; readonly go: string }
  | {
      readonly type: 'struct'
      readonly name: string
      readonly fields: Fields
      /** The package of Go that it is in; by default `types`. */
      readonly package?: string
      /** Go's types that the struct has fields from, as its messages name them: `ResId.Gvk` for `kind`. */
      readonly embedded?: Readonly<Record<string, string>>
    }

/** The fields of a struct by their JSON names. */
export type Fields = Readonly<Record<string, Shape>>

export const STRING: Shape = { type: 'string' }
export const BOOL: Shape = { type: 'bool' }
export const INT: Shape = { type: 'int' }
export const STRINGS: Shape = { type: 'strings' }
export const PAIRS: Shape = { type: 'pairs' }
export const ANY: Shape = { type: 'any' }

/** A list of structs, or of pointers to them. */
export function listOf(of: Shape & { type: 'struct' }, pointer = ''): Shape {
  return { type: 'list', of, go: `[]${pointer}types.${of.name}` }
}

/** A decoded struct: its fields, those that stand in the text only, and the node that it was read from. */
export interface Decoded {
  readonly [field: string]: unknown
}

/** The node that each decoded struct, list item and string list item was read from, for places. */
export class Places {
  readonly #nodes = new WeakMap<object, YamlNode>()
  readonly #fields = new WeakMap<object, Map<string, YamlNode>>()

  keep(value: object, node: YamlNode): void {
    this.#nodes.set(value, node)
  }

  keepField(value: object, name: string, node: YamlNode): void {
    const fields = this.#fields.get(value) ?? new Map<string, YamlNode>()
    this.#fields.set(value, fields.set(name, node))
  }

  of(value: object): YamlNode | undefined {
    return this.#nodes.get(value)
  }

  /** The node of a field of a struct, and its item where a number is given. */
  ofField(value: object, name: string, item?: number): YamlNode | undefined {
    const node = this.#fields.get(value)?.get(name)
    if (item === undefined || node === undefined) return node
    const list = dereference(node)
    return list.kind === 'seq' ? list.items[item] : node
  }
}

/** What the decoder needs besides the node. */
export interface DecodeContext {
  readonly places: Places
  /** Unknown fields are errors. */
  readonly strict: boolean
  /** Numbers and booleans become texts where a text is wanted, as sigs.k8s.io/yaml does when it decodes into a struct. */
  readonly coerce?: boolean
}

/** Where a node stands, in the words of Go's messages: the innermost struct, and the fields to it from the outermost. */
type At = DecodeContext & { readonly owner?: string; readonly path?: string }

/** Reads a node as a shape; undefined stands for a null. Throws with Go's words where it does not fit. */
export function decode(node: YamlNode, shape: Shape, at: At): unknown {
  const target = dereference(node)
  if (isNull(target)) return undefined
  switch (shape.type) {
    case 'string':
      return scalarAs(target, { type: 'string', go: shape.go ?? 'string' }, at)
    case 'bool':
      return scalarAs(target, { type: 'boolean', go: 'bool' }, at)
    case 'int':
      return scalarAs(target, { type: 'number', go: shape.go ?? 'int' }, at)
    case 'strings':
      return decodeStrings(target, shape.go ?? 'string', at)
    case 'pairs':
      return decodePairs(target, at)
    case 'list':
      return itemsOf(target, shape.go, at).map((item) => decode(item, shape.of, at) ?? {})
    case 'struct':
      return decodeStruct(target, shape, at)
    case 'any':
      if (target.kind !== 'map') throw mismatch(target, 'map[string]interface {}', at)
      return target
  }
}

function decodeStrings(node: YamlNode, go: string, at: At): unknown[] {
  return itemsOf(node, `[]${go}`, at).map((item) => decode(item, { type: 'string', go }, at) ?? '')
}

function decodeStruct(node: YamlNode, shape: Shape & { type: 'struct' }, at: At): Decoded {
  if (node.kind !== 'map') throw mismatch(node, `${shape.package ?? 'types'}.${shape.name}`, at)
  const result: Record<string, unknown> = {}
  at.places.keep(result, node)
  // Go reads the keys of JSON, which are sorted: of several faults the first of those is told.
  const entries = [...effectiveEntries(node)].sort(([a], [b]) => compareBytes(a, b))
  for (const [key, value] of entries) {
    const name = fieldNamed(shape.fields, key)
    const fieldShape = name === undefined ? undefined : shape.fields[name]
    if (name === undefined || fieldShape === undefined) {
      if (!at.strict) continue
      throw failure(`json: unknown field ${JSON.stringify(key)}`, { range: value.range })
    }
    at.places.keepField(result, name, value)
    const path = [at.path, shape.embedded?.[name], name].filter((each) => each !== undefined).join('.')
    const decoded = decode(value, fieldShape, { ...at, owner: shape.name, path })
    if (decoded !== undefined) result[name] = decoded
  }
  return result
}

// Go's JSON decoder falls back to a name that differs in case only.
function fieldNamed(fields: Fields, key: string): string | undefined {
  if (Object.hasOwn(fields, key)) return key
  const lower = key.toLowerCase()
  return Object.keys(fields).find((name) => name.toLowerCase() === lower)
}

/** Keys and values of a map as go-yaml v2 leaves them: merges applied, the last of equal keys. */
export function effectiveEntries(map: MapNode): Map<string, YamlNode> {
  const entries = new Map<string, YamlNode>()
  for (const { key, value } of map.entries) {
    if (isMerge(key)) for (const [name, merged] of mergedEntries(value)) entries.set(name, merged)
    else {
      const name = keyText(key)
      entries.delete(name)
      entries.set(name, value)
    }
  }
  return entries
}

function mergedEntries(value: YamlNode): Map<string, YamlNode> {
  const target = dereference(value)
  if (target.kind === 'map') return effectiveEntries(target)
  const items = target.kind === 'seq' ? target.items.toReversed() : []
  return new Map(items.flatMap((item) => [...mergedEntries(item)]))
}

function keyText(key: YamlNode): string {
  const target = dereference(key)
  if (target.kind !== 'scalar') return ''
  return target.style === 'plain' ? String(resolve(target)) : target.value
}

function decodePairs(node: YamlNode, at: At): Record<string, string> {
  if (node.kind !== 'map') throw mismatch(node, 'map[string]string', at)
  const result: Record<string, string> = Object.create(null) as Record<string, string>
  at.places.keep(result, node)
  for (const [key, value] of effectiveEntries(node)) {
    at.places.keepField(result, key, value)
    result[key] = (decode(value, STRING, at) as string | undefined) ?? ''
  }
  return result
}

function itemsOf(node: YamlNode, go: string, at: At): readonly YamlNode[] {
  if (node.kind !== 'seq') throw mismatch(node, go, at)
  return node.items
}

function scalarAs(
  node: YamlNode,
  { type, go }: { readonly type: 'string' | 'boolean' | 'number'; readonly go: string },
  at: At,
): string | boolean | number | bigint {
  if (node.kind !== 'scalar') throw mismatch(node, go, at)
  const value = resolve(node)
  if (type === 'string' && at.coerce === true && value !== null)
    return typeof value === 'string' ? value : coerced(node, value)
  if (type === 'number' && isNumber(value)) {
    if (!isInt64(value)) throw mismatch(node, go, { ...at, literal: ` ${value}` })
    return value
  }
  if (typeof value !== type) throw mismatch(node, go, at)
  return value as string | boolean
}

function coerced(node: ScalarNode, value: unknown): string {
  const { tag } = resolveScalar(node.value, { dialect: 'sigs', tag: node.tag })
  return tag === '!!float' && typeof value === 'number' ? String(Math.fround(value)) : String(value)
}

function isNull(node: YamlNode): boolean {
  return node.kind === 'scalar' && resolve(node) === null
}

function resolve(node: ScalarNode): unknown {
  if (node.style !== 'plain' && node.tag === '') return node.value
  try {
    return resolveScalar(node.value, { dialect: 'sigs', tag: node.tag }).value
  } catch (error) {
    if (error instanceof YamlError) throw failure(error.message, { range: node.range })
    throw error
  }
}

const isNumber = (value: unknown): value is number | bigint => typeof value === 'number' || typeof value === 'bigint'
const isInt64 = (value: number | bigint): boolean =>
  Number.isInteger(Number(value)) && BigInt.asIntN(64, BigInt(value)) === BigInt(value)

function mismatch(node: YamlNode, go: string, { owner, path, literal = '' }: At & { literal?: string }): Error {
  const goal = owner === undefined || path === undefined ? 'Go value' : `Go struct field ${owner}.${path}`
  return failure(`json: cannot unmarshal ${jsonType(node)}${literal} into ${goal} of type ${go}`, { range: node.range })
}

function jsonType(node: YamlNode): string {
  if (node.kind === 'map') return 'object'
  if (node.kind === 'seq') return 'array'
  const value = node.kind === 'scalar' ? resolve(node) : null
  if (typeof value === 'boolean') return 'bool'
  return isNumber(value) ? 'number' : 'string'
}
