import { failure } from '../errors.ts'
import { demandKind, elementsOf, field, getField, setField } from './fields.ts'
import { Node, type NodeKind, isMissing, scalarNode } from './node.ts'

/** Splits a path at a delimiter that no backslash escapes; a leading delimiter counts for nothing. */
export function splitPath(path: string, delimiter: string): string[] {
  let parts = path.split(delimiter)
  if (parts.length > 1 && parts[0] === '') parts = parts.slice(1)
  const result = [parts[0] ?? '']
  for (const part of parts.slice(1)) {
    const last = result.at(-1) ?? ''
    if (last.endsWith('\\')) result[result.length - 1] = `${last.slice(0, -1)}${delimiter}${part}`
    else result.push(part)
  }
  return result
}

/** The same, with delimiters inside `[...]` left alone. */
export function splitSmart(path: string, delimiter: string): string[] {
  const result: string[] = []
  const parts = splitPath(path, delimiter)
  for (let at = 0; at < parts.length; at++) {
    const part = parts[at] ?? ''
    if (!part.startsWith('[') || part.endsWith(']')) {
      result.push(part)
      continue
    }
    const bracketed = [part]
    while (at < parts.length - 1 && !(bracketed.length > 1 && bracketed.at(-1)?.endsWith(']')))
      bracketed.push(parts[++at] ?? '')
    const joined = bracketed.join(delimiter)
    result.push(joined.includes('=') ? joined : joined.replace(/^[[\]]+|[[\]]+$/g, ''))
  }
  return result
}

/** `[name=value]` */
export function isListIndex(part: string): boolean {
  return part.startsWith('[') && part.endsWith(']')
}

/** A list position. */
export function isNumber(part: string): boolean {
  return /^\+?\d+$/.test(part)
}

/** Field and value of `[field=value]`. */
export function splitListIndex(part: string): [string, string] {
  const inner = part.replace(/\]$/, '').replace(/^\[/, '')
  const at = inner.indexOf('=')
  if (at < 0) throw failure('list path element must contain fieldName=fieldValue for element to match')
  return [inner.slice(0, at), inner.slice(at + 1)]
}

/** What a missing part is created as: a list where the next part is an index, else a map, at the end what is asked for. */
export function kindOfPart(next: string, last: NodeKind): NodeKind {
  if (isListIndex(next) || isNumber(next)) return 'seq'
  return next === '' ? last : 'map'
}

/** kyaml's PathGetter: follows names, indexes, `-` and `[name=value]`; with `create` makes what is missing. */
export function lookup(node: Node, path: readonly string[], create?: NodeKind): Node | undefined {
  const parts = path.some(isPadded) ? path.map((part) => part.trim()).filter((part) => part !== '') : path
  let match: Node | undefined = node
  for (let at = 0; at < parts.length && match !== undefined; at++) {
    match = step(match, { part: parts[at] ?? '', next: parts[at + 1] ?? '', create })
  }
  return match
}

function isPadded(part: string): boolean {
  return part === '' || part.trim() !== part
}

function step(node: Node, at: { part: string; next: string; create: NodeKind | undefined }): Node | undefined {
  const { part, next, create } = at
  if (isNumber(part)) return elementsOf(node)[Number(part)]
  if (/^-\d+$/.test(part)) throw failure(`array index ${part} cannot be negative`)
  if (part === '-') return elementsOf(node).at(-1)
  if (part === '*') throw failure('wildcard is not supported in PathGetter')
  if (isListIndex(part)) return element(node, splitListIndex(part), create)
  const found = getField(node, part)
  if (found !== undefined || create === undefined || isMissing(node)) return found
  const kind = kindOfPart(next, create)
  return setField(node, part, new Node(kind, ''), { keepNull: true })
}

function element(node: Node, [name, value]: [string, string], create: NodeKind | undefined): Node | undefined {
  demandKind(node, 'seq')
  const found = node.content.find((item) => (name === '' ? item.value === value : field(item, name)?.value === value))
  if (found !== undefined || create === undefined) return found
  const item = name === '' ? scalarNode(value) : new Node('map', '')
  if (name !== '') item.content = [new Node('scalar', '', name), scalarNode(value)]
  node.content.push(item)
  return item
}

/** Whether a lookup found something that is no null. */
export function isFound(node: Node | undefined): node is Node {
  return !isMissing(node)
}
