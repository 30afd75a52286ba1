import { YamlError, parseFirst, toValue } from '@slipway/yaml'
import { failure } from '../errors.ts'
import { Node, type NodeKind, type NodeStyle, isEmpty, isMissing, isStringNode } from './node.ts'
import { renderInner, renderNode } from './render.ts'

/** The value of a key; undefined where the node is no map or has no such key. */
export function field(node: Node | undefined, name: string): Node | undefined {
  if (node === undefined || node.kind !== 'map') return undefined
  const at = indexOfKey(node, name)
  return at < 0 ? undefined : node.content[at + 1]
}

/** Where a key stands in the content, or -1. */
export function indexOfKey(map: Node, name: string): number {
  const { content } = map
  for (let at = 0; at < content.length; at += 2) if (content[at]?.value === name) return at
  return -1
}

/** Calls back with each key and value; keys are read first, so that the map may change meanwhile. */
export function entriesOf(map: Node): [Node, Node][] {
  const entries: [Node, Node][] = []
  for (let at = 0; at + 1 < map.content.length; at += 2) {
    const [key, value] = [map.content[at], map.content[at + 1]]
    if (key !== undefined && value !== undefined) entries.push([key, value])
  }
  return entries
}

const GO_KIND: Readonly<Record<NodeKind, string>> = {
  scalar: 'ScalarNode',
  map: 'MappingNode',
  seq: 'SequenceNode',
  alias: 'AliasNode',
}

/** Throws where the node is of another kind; nulls pass. */
export function demandKind(node: Node | undefined, kind: NodeKind): void {
  if (isMissing(node) || node.kind === kind) return
  const words = `wrong node kind: expected ${GO_KIND[kind]} but got ${GO_KIND[node.kind]}`
  // Where a list is looked for, kustomize prints the document around the node, too.
  const contents = kind === 'seq' ? renderInner(node) : renderNode(node)
  throw failure(`${words}: node contents:\n${contents}`, { range: rangeOf(node) })
}

/** The source range of a node, where it has one. */
export function rangeOf(node: Node): ReturnType<typeof rangeOfExtent> {
  return rangeOfExtent(node.at)
}

/** The source range of an extent. */
export function rangeOfExtent(at: Node['at']) {
  if (at === undefined) return undefined
  const { file, lines } = at.source
  return { file, start: lines.at(at.start), end: lines.at(at.end) }
}

/** The value of a key, as kyaml's FieldMatcher finds it; throws for what is no map. */
export function getField(node: Node | undefined, name: string): Node | undefined {
  if (isMissing(node)) return undefined
  demandKind(node, 'map')
  return field(node, name)
}

/** Takes a key out. */
export function clearField(map: Node, name: string): Node | undefined {
  demandKind(map, 'map')
  const at = indexOfKey(map, name)
  return at < 0 ? undefined : map.content.splice(at, 2)[1]
}

/** How {@link setField} treats what is there. */
export interface SetOptions {
  /** The style of a key that is added. */
  readonly keyStyle?: NodeStyle
  /** A null is a value to keep, not a wish to delete. */
  readonly keepNull?: boolean
}

/** kyaml's FieldSetter: sets a key to a node, or deletes it for a missing one; the old value's quoting stays. Gives the value that is there then. */
export function setField(map: Node, name: string, value: Node | undefined, options: SetOptions = {}): Node | undefined {
  quoteIfNeeded(value)
  if (value === undefined || (value.tag === '!!null' && options.keepNull !== true)) {
    clearField(map, name)
    return undefined
  }
  const existing = getField(map, name)
  if (existing !== undefined) {
    value.style = existing.style
    existing.set(value)
    return existing
  }
  const key = new Node('scalar', '', name)
  key.style = options.keyStyle ?? ''
  key.maker = value.maker
  map.content = [...map.content, key, value]
  return value
}

/** The same for a scalar itself. */
export function setScalar(node: Node, value: Node): void {
  quoteIfNeeded(value)
  demandKind(node, 'scalar')
  if (isMissing(value)) return
  value.style = node.style
  node.set(value)
}

function quoteIfNeeded(value: Node | undefined): void {
  if (value !== undefined && value.style === '' && isStringNode(value) && isOldNonString(value.value))
    value.style = 'double'
}

const SURELY_STRING = /^(?![yYnNtTfFoO])[A-Za-z][A-Za-z0-9_./-]*$|^[A-Za-z][A-Za-z0-9_./-]{5,}$/

/** Whether YAML 1.1 reads the text, as a whole document, as something else than a string. */
export function isOldNonString(text: string): boolean {
  if (text === '' || text.includes('\n') || SURELY_STRING.test(text)) return false
  try {
    const node = parseFirst(text, { dialect: 'sigs' })
    return node === undefined || typeof toValue(node, { dialect: 'sigs' }) !== 'string'
  } catch (error) {
    if (error instanceof YamlError) return false
    throw error
  }
}

/** Items of a sequence; throws for another kind, empty for a null. */
export function elementsOf(node: Node): readonly Node[] {
  demandKind(node, 'seq')
  return [...node.content]
}

/** Whether a map has nothing in it. */
export function isEmptyMap(node: Node | undefined): boolean {
  return node !== undefined && node.kind === 'map' && node.content.length === 0
}

/** The text of a field below a map, '' where it is missing or empty. */
export function textOf(map: Node | undefined, name: string): string {
  const value = field(map, name)
  return value === undefined || isEmpty(value) ? '' : value.value
}
