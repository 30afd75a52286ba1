import { type MapNode, type YamlNode, dereference, parseFirst, toValue } from '@slipway/yaml'
import { KustomizeError, failure } from '../errors.ts'
import { field, indexOfKey } from '../tree/fields.ts'
import { type Maker, Node } from '../tree/node.ts'
import { nodeOf, valueOf } from '../tree/value.ts'
import { type Place, extentAt } from '../tree/parse.ts'
import { type TextSource, keepPlaces } from '../resource/read.ts'

/** One operation of a JSON patch (RFC 6902). */
export interface JsonPatchOperation {
  readonly op: string
  readonly path: string | undefined
  readonly from: string | undefined
  readonly value: Node | undefined
  /** What `path` and `from` are, in JSON's words, where they are no strings. */
  readonly wrong: { readonly path?: string | undefined; readonly from?: string | undefined }
}

/** Reads a patch from JSON or YAML text; throws where it is no list of operations. */
export function parseJsonPatch({ text, file, place }: TextSource, maker: Maker | undefined): JsonPatchOperation[] {
  demandJson(place === undefined ? text : text.trimStart())
  const root = parseFirst(text, { dialect: 'sigs', file })
  const list = root === undefined ? undefined : dereference(root)
  // What Go's decoder would say; a text that is no YAML at all has thrown already.
  if (list === undefined || list.kind !== 'seq') {
    const value = root === undefined ? null : toValue(root, { dialect: 'sigs' })
    if (value === null) return []
    throw failure(`json: cannot unmarshal ${jsonType(value)} into Go value of type jsonpatch.Patch`)
  }
  return list.items.map((item) => operationOf(dereference(item), { maker, place }))
}

// What starts as JSON has to be JSON; only other texts are read as YAML.
function demandJson(text: string): void {
  if (!text.startsWith('[')) return
  try {
    JSON.parse(text)
  } catch (error) {
    throw failure(`invalid JSON patch: ${error instanceof Error ? error.message : String(error)}`, { cause: error })
  }
}

function jsonType(value: unknown): string {
  if (typeof value === 'object') return 'object'
  return typeof value === 'boolean' ? 'bool' : typeof value === 'string' ? 'string' : 'number'
}

function operationOf(
  item: YamlNode,
  { maker, place }: { maker: Maker | undefined; place: Place | undefined },
): JsonPatchOperation {
  if (item.kind !== 'map') {
    const given = toValue(item, { dialect: 'sigs' })
    if (given === null) return { op: 'unknown', path: undefined, from: undefined, value: undefined, wrong: {} }
    const value = jsonType(given)
    throw failure(`json: cannot unmarshal ${value} into Go value of type jsonpatch.Operation`, { range: item.range })
  }
  const value = entry(item, 'value')
  const at = maker === undefined ? undefined : { ...maker, at: extentAt(item, place) ?? maker.at }
  return {
    op: textOf(item, 'op') ?? 'unknown',
    path: textOf(item, 'path'),
    from: textOf(item, 'from'),
    value: value === undefined ? undefined : valueNode(value, at),
    wrong: { path: wrongType(item, 'path'), from: wrongType(item, 'from') },
  }
}

// The last of equal keys, which JSON may have.
function entry(map: MapNode, name: string): YamlNode | undefined {
  return map.entries.findLast(({ key }) => key.kind === 'scalar' && key.value === name)?.value
}

function valueOfEntry(map: MapNode, name: string): unknown {
  const node = entry(map, name)
  return node === undefined ? null : toValue(node, { dialect: 'sigs' })
}

function textOf(map: MapNode, name: string): string | undefined {
  const value = valueOfEntry(map, name)
  return typeof value === 'string' ? value : undefined
}

function wrongType(map: MapNode, name: string): string | undefined {
  const value = valueOfEntry(map, name)
  if (value === null || typeof value === 'string') return undefined
  return Array.isArray(value) ? 'array' : jsonType(value)
}

function valueNode(value: YamlNode, maker: Maker | undefined): Node {
  return mark(nodeOf(toValue(value, { dialect: 'sigs' })), maker)
}

function mark(node: Node, maker: Maker | undefined): Node {
  node.maker = maker
  node.at = maker?.at
  for (const each of node.content) mark(each, maker)
  return node
}

/**
 * Applies the operations to an object, which goes through JSON as in kustomize: quoting is forgotten and large integers lose precision.
 * What the operations do not touch keeps its places.
 */
export function applyJsonPatch(target: Node, operations: readonly JsonPatchOperation[]): Node {
  const document = keepPlaces(nodeOf(valueOf(target)), target)
  for (const operation of operations) apply(document, operation)
  if (document.kind === 'seq')
    throw failure('json: cannot unmarshal array into Go value of type map[string]interface {}')
  // Read back, as kustomize marshals and parses the result.
  return keepPlaces(nodeOf(valueOf(document)), document)
}

function apply(document: Node, operation: JsonPatchOperation): void {
  switch (operation.op) {
    case 'add':
      return add(document, operation)
    case 'remove':
      return remove(document, operation)
    case 'replace':
      return replace(document, operation)
    case 'move':
      return move(document, operation)
    case 'copy':
      return copy(document, operation)
    case 'test':
      return test(document, operation)
    default:
      throw failure(`Unexpected kind: ${operation.op}`)
  }
}

const NULL = (): Node => new Node('scalar', '!!null', 'null')

interface Spot {
  readonly container: Node
  readonly key: string
}

function spotOf(document: Node, path: string): Spot | undefined {
  const parts = path.split('/')
  if (parts.length < 2) return undefined
  let container: Node = document
  for (const part of parts.slice(1, -1)) {
    const next = childOf(container, decodeKey(part))
    if (next === undefined || next.kind === 'scalar') return undefined
    container = next
  }
  return { container, key: decodeKey(parts.at(-1) ?? '') }
}

function decodeKey(key: string): string {
  return key.replaceAll('~1', '/').replaceAll('~0', '~')
}

function childOf(container: Node, key: string): Node | undefined {
  if (container.kind === 'map') return field(container, key)
  if (!/^[-+]?\d+$/.test(key)) return undefined
  return container.content.at(Number(key))
}

// The library forgets for some operations what was wrong with the path.
const PLAIN_PROBLEM = new Set(['add', 'remove', 'copy'])

/** What is at a spot; nothing where a map has no such key, an error where a list has no such item. */
function got({ container, key }: Spot, problem: string): Node | undefined {
  return container.kind === 'map' ? field(container, key) : container.content[indexIn(container, key, problem)]
}

function demandPath(operation: JsonPatchOperation, what: string): string {
  if (operation.path !== undefined) return operation.path
  const problem = PLAIN_PROBLEM.has(what)
    ? 'missing value'
    : problemOf(operation.wrong.path, 'operation missing path field: missing value')
  throw failure(`${what} operation failed to decode path: ${problem}`)
}

function demandFrom(operation: JsonPatchOperation, what: string): string {
  if (operation.from !== undefined) return operation.from
  const problem = problemOf(operation.wrong.from, 'operation, missing from field: missing value')
  throw failure(`${what} operation failed to decode from: ${problem}`)
}

function problemOf(wrong: string | undefined, missing: string): string {
  return wrong === undefined ? missing : `json: cannot unmarshal ${wrong} into Go value of type string`
}

function add(document: Node, operation: JsonPatchOperation): void {
  const path = demandPath(operation, 'add')
  const spot = spotOf(document, path)
  if (spot === undefined) throw failure(`add operation does not apply: doc is missing path: "${path}": missing value`)
  put(spot, operation.value?.copy() ?? NULL(), `error in add for path: '${path}'`)
}

// Adding to a list moves what stands there; `-` is behind the last item.
function put({ container, key }: Spot, value: Node, problem: string): void {
  if (container.kind === 'map') return setKey(container, key, value)
  if (key === '-') {
    container.content = [...container.content, value]
    return
  }
  if (!/^[-+]?\d+$/.test(key)) {
    throw failure(
      `${problem}: value was not a proper array index: '${key}': strconv.Atoi: parsing ${JSON.stringify(key)}: invalid syntax`,
    )
  }
  const index = Number(key)
  const size = container.content.length + 1
  if (index >= size || index < -size)
    throw failure(`${problem}: Unable to access invalid index: ${index}: invalid index referenced`)
  container.content = container.content.toSpliced(index < 0 ? index + size : index, 0, value)
}

function setKey(map: Node, key: string, value: Node): void {
  const at = indexOfKey(map, key)
  if (at < 0) {
    map.content = [...map.content, new Node('scalar', '!!str', key), value]
    return
  }
  const old = map.content[at + 1]
  value.before = old
  map.content = map.content.with(at + 1, value)
}

function remove(document: Node, operation: JsonPatchOperation): void {
  const path = demandPath(operation, 'remove')
  const spot = spotOf(document, path)
  if (spot === undefined)
    throw failure(`remove operation does not apply: doc is missing path: "${path}": missing value`)
  take(spot, `error in remove for path: '${path}'`)
}

function take({ container, key }: Spot, problem: string): void {
  if (container.kind === 'map') {
    const at = indexOfKey(container, key)
    if (at < 0) throw failure(`${problem}: Unable to remove nonexistent key: ${key}: missing value`)
    container.content = container.content.toSpliced(at, 2)
    return
  }
  container.content = container.content.toSpliced(indexIn(container, key, problem), 1)
}

function indexIn(list: Node, key: string, problem: string): number {
  if (!/^[-+]?\d+$/.test(key)) throw failure(`${problem}: strconv.Atoi: parsing ${JSON.stringify(key)}: invalid syntax`)
  const index = Number(key)
  const size = list.content.length
  if (index >= size || index < -size)
    throw failure(`${problem}: Unable to access invalid index: ${index}: invalid index referenced`)
  return index < 0 ? index + size : index
}

function replace(document: Node, operation: JsonPatchOperation): void {
  const path = demandPath(operation, 'replace')
  const value = operation.value?.copy() ?? NULL()
  if (path === '') {
    if (value.kind === 'scalar') throw failure('replace operation value must be object or array: %!w(<nil>)')
    return document.set(value)
  }
  const spot = spotOf(document, path)
  if (spot === undefined) throw failure(`replace operation does not apply: doc is missing path: ${path}: missing value`)
  const { container, key } = spot
  if (container.kind === 'map') return setKey(container, key, value)
  if (childOf(container, key) === undefined) {
    throw failure(`replace operation does not apply: doc is missing key: ${path}: missing value`)
  }
  const index = indexIn(container, key, `error in remove for path: '${path}'`)
  value.before = container.content[index]
  container.content = container.content.with(index, value)
}

function move(document: Node, operation: JsonPatchOperation): void {
  const from = demandFrom(operation, 'move')
  const source = spotOf(document, from)
  if (source === undefined)
    throw failure(`move operation does not apply: doc is missing from path: ${from}: missing value`)
  const value = childOf(source.container, source.key)
  take(source, `error in move for path: '${source.key}'`)
  const path = demandPath(operation, 'move')
  const target = spotOf(document, path)
  if (target === undefined)
    throw failure(`move operation does not apply: doc is missing destination path: ${path}: missing value`)
  put(target, value ?? NULL(), `error in move for path: '${path}'`)
}

function copy(document: Node, operation: JsonPatchOperation): void {
  const from = demandFrom(operation, 'copy')
  const source = spotOf(document, from)
  if (source === undefined)
    throw failure(`copy operation does not apply: doc is missing from path: ${from}: missing value`)
  const value = got(source, `error in copy for from: '${from}'`)
  const path = demandPath(operation, 'copy')
  const target = spotOf(document, path)
  if (target === undefined)
    throw failure(`copy operation does not apply: doc is missing destination path: ${path}: missing value`)
  if (value !== undefined) demandSmall(value)
  put(target, value?.copy() ?? NULL(), 'error while adding value during copy')
}

/** Nodes that one operation may copy: thirty operations that each copy all there is would make a billion. */
const MAX_COPIED = 100_000

function demandSmall(value: Node): void {
  let count = 0
  const visit = (node: Node): void => {
    if (++count > MAX_COPIED) {
      throw new KustomizeError('KUSTOMIZE_LIMIT', `a copy operation may copy ${MAX_COPIED} nodes`)
    }
    for (const each of node.content) visit(each)
  }
  visit(value)
}

function test(document: Node, operation: JsonPatchOperation): void {
  const path = demandPath(operation, 'test')
  const expected = JSON.stringify(plain(operation.value))
  if (path === '') {
    if (JSON.stringify(plain(document)) === expected) return
    throw failure(`testing value ${path} failed: test failed`)
  }
  const spot = spotOf(document, path)
  if (spot === undefined) throw failure(`test operation does not apply: is missing path: ${path}: missing value`)
  if (JSON.stringify(plain(got(spot, `error in test for path: '${path}'`))) !== expected) {
    throw failure(`testing value ${path} failed: test failed`)
  }
}

// Data with sorted keys, so that equal data is equal text.
function plain(node: Node | undefined): unknown {
  return node === undefined ? null : JSON.parse(JSON.stringify(valueOf(nodeOf(valueOf(node)))))
}
