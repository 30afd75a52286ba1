import { type YamlMap, type YamlValue, YamlError, resolveScalar, setKey } from '@slipway/yaml'
import { failure } from '../errors.ts'
import { indexOfKey, rangeOf } from './fields.ts'
import { refolded } from './folded.ts'
import { Node } from './node.ts'

/**
 * A node as the data that kustomize prints: what its text would decode to in go-yaml v3, into a `map[string]interface{}` at the top.
 *
 * @throws KustomizeError for duplicate keys and for keys below the top that are no strings, which Go's JSON cannot hold.
 */
export function valueOf(node: Node): YamlValue {
  return convert(node, true)
}

function convert(node: Node, top: boolean): YamlValue {
  if (node.kind === 'seq') return node.content.map((item) => convert(item, false))
  return node.kind === 'map' ? convertMap(node, top) : finite(node)
}

function finite(node: Node): YamlValue {
  const value = scalarValue(node)
  if (typeof value !== 'number' || Number.isFinite(value)) return value
  throw failure(`json: unsupported value: ${formatInfinite(value)}`, { range: rangeOf(node) })
}

function convertMap(node: Node, top: boolean): YamlMap {
  const map: YamlMap = {}
  for (let at = 0; at + 1 < node.content.length; at += 2) {
    const [key, value] = [node.content[at], node.content[at + 1]]
    if (key === undefined || value === undefined) continue
    if (key.kind !== 'scalar') throw unreadable(key, `cannot unmarshal !!${key.kind} into string`)
    if (isNullKey(key)) throw duplicate(key, key)
    if (Object.hasOwn(map, key.value)) throw duplicate(keyIn(node, key.value) ?? key, key)
    if (!top && keyTag(key) !== '!!str') {
      throw failure('json: unsupported type: map[interface {}]interface {}', { range: rangeOf(key) })
    }
    setKey(map, key.value, convert(value, false))
  }
  return map
}

function keyIn(map: Node, name: string): Node | undefined {
  return map.content[indexOfKey(map, name)]
}

function duplicate(first: Node, second: Node): Error {
  const key = JSON.stringify(second.value)
  return unreadable(second, `mapping key ${key} already defined at line ${lineOf(first)}`)
}

function lineOf(node: Node): number {
  return rangeOf(node)?.start.line ?? 0
}

function unreadable(key: Node, problem: string): Error {
  return failure(`yaml: unmarshal errors:\n  line ${lineOf(key)}: ${problem}`, { range: rangeOf(key) })
}

// The real tool writes such a key twice, and does not read it back.
function isNullKey(key: Node): boolean {
  return NULLS.has(key.value) && !isQuoted(key) && keyTag(key) === '!!null'
}

const NULLS = new Set(['~', 'null', 'Null', 'NULL'])

function keyTag(key: Node): string {
  if (key.tag !== '') return key.tag
  return isQuoted(key) ? '!!str' : resolveScalar(key.value, { dialect: 'kyaml', tag: '' }).tag
}

/** Whether a scalar is written so that it can only be a string. */
export function isQuoted(node: Node): boolean {
  return node.style === 'single' || node.style === 'double' || node.style === 'literal' || node.style === 'folded'
}

/** The value of a scalar as it reads once its node was written to text. */
export function scalarValue(node: Node): string | number | bigint | boolean | null {
  const { tag, value } = node
  if (node.style === 'folded' && (tag === '!!str' || tag === '')) return refolded(value)
  if (tag === '!!str') return value
  const quoted = isQuoted(node) || value.includes('\n')
  if (tag === '') return quoted ? value : resolve(node, '')
  const natural = resolveScalar(value, { dialect: 'kyaml', tag: '' })
  // The writer leaves out a tag that the text has by itself; then quotes make a string of it.
  if (natural.tag === tag) return quoted ? value : natural.value
  return resolve(node, tag)
}

function resolve(node: Node, tag: string): string | number | bigint | boolean | null {
  try {
    return resolveScalar(node.value, { dialect: 'kyaml', tag }).value
  } catch (error) {
    if (error instanceof YamlError) throw failure(error.message, { range: rangeOf(node) })
    throw error
  }
}

/** A node for plain data, as kustomize gets one when it reads JSON back: keys sorted, integers beyond 2^53 rounded as float64. */
export function nodeOf(value: YamlValue): Node {
  if (Array.isArray(value)) {
    const seq = new Node('seq', '!!seq')
    seq.content = value.map(nodeOf)
    return seq
  }
  if (typeof value !== 'object' || value === null) return scalarOf(value)
  const map = new Node('map', '!!map')
  for (const key of Object.keys(value).sort()) {
    map.content.push(new Node('scalar', '!!str', key), nodeOf(value[key] ?? null))
  }
  return map
}

function scalarOf(value: string | number | bigint | boolean | null): Node {
  if (value === null) return new Node('scalar', '!!null', 'null')
  if (typeof value === 'boolean') return new Node('scalar', '!!bool', String(value))
  if (typeof value === 'string') return stringOf(value)
  const text = String(Number(value))
  return new Node('scalar', /^-?\d+$/.test(text) ? '!!int' : '!!float', text)
}

function formatInfinite(value: number): string {
  if (Number.isNaN(value)) return 'NaN'
  return value > 0 ? '+Inf' : '-Inf'
}

function stringOf(value: string): Node {
  const node = new Node('scalar', '!!str', value)
  if (value.includes('\n')) node.style = 'literal'
  else if (resolveScalar(value, { dialect: 'sigs', tag: '' }).tag !== '!!str') node.style = 'double'
  return node
}
