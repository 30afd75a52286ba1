import { compareBytes } from '@slipway/diag'
import { decodeBase64, textOfBytes } from './binary.ts'
import type { Dialect } from './dialect.ts'
import { YamlError } from './errors.ts'
import { goSyntax, quoteGo } from './go-syntax.ts'
import { duplicateKeys, isMerge } from './keys.ts'
import { type MapNode, type ScalarNode, type SeqNode, type YamlNode, dereference } from './node.ts'
import { formatFloat32 } from './number.ts'
import { resolveScalar } from './resolve.ts'

/**
 * What YAML text stands for as plain data. Integers beyond 2^53 are bigints (Go keeps them as int64 or uint64), all other numbers are numbers;
 * a timestamp is a string; a `null` document is null.
 */
export type YamlValue = null | boolean | number | bigint | string | YamlValue[] | YamlMap

/** A mapping as a plain object; a key `__proto__` is an own property like any other. */
export interface YamlMap {
  [key: string]: YamlValue
}

/** How {@link toValue} reads a node. */
export interface ToValueOptions {
  readonly dialect: Dialect
  /** Floats are {@link YamlFloat}s in place of numbers, for who has to tell `1e6` from `1000000`. */
  readonly keepsFloats?: boolean
}

/** A number that was written as a float. */
export class YamlFloat {
  readonly value: number

  constructor(value: number) {
    this.value = value
  }

  /** What sigs.k8s.io/yaml gives to a field that holds a text: the shortest digits of a float of 32 bits. */
  get text(): string {
    return formatFloat32(this.value)
  }
}

/**
 * The plain data of a node.
 *
 * In dialect `sigs` it is what `sigs.k8s.io/yaml` gives to JSON: YAML 1.1 booleans, keys as strings, duplicate keys and merges in the order of the
 * text (the last one wins). In `kyaml` it is what go-yaml v3 decodes: explicit keys win over merged ones, duplicates are errors.
 *
 * @throws YamlError where Go's decoder fails: excessive aliasing, a map as a key, a null key, a tag that does not fit.
 */
export function toValue(node: YamlNode, options: ToValueOptions): YamlValue {
  return new Decoder(options).document(node)
}

// go-yaml's decode.go: how much of the work may come from aliases before it is taken for an attack.
const RATIO_LOW = 400_000
const RATIO_HIGH = 4_000_000

function allowedAliasRatio(decoded: number): number {
  if (decoded <= RATIO_LOW) return 0.99
  if (decoded >= RATIO_HIGH) return 0.1
  return 0.99 - 0.89 * ((decoded - RATIO_LOW) / (RATIO_HIGH - RATIO_LOW))
}

/** The keys that a map has already, where another one is merged into it. */
type Taken = Set<string>

class Decoder {
  readonly #dialect: Dialect
  readonly #keepsFloats: boolean
  #decoded = 0
  #fromAliases = 0
  #aliasDepth = 0
  readonly #open = new Set<YamlNode>()
  readonly #twice: { readonly line: string; readonly node: YamlNode }[] = []
  // Go converts to JSON only what decoded as a whole: these faults count only where there is no other, and only in what is left in the end.
  readonly #badKeys = new Map<YamlValue, YamlError>()
  readonly #badNumbers = new Map<string, YamlError>()

  constructor({ dialect, keepsFloats = false }: ToValueOptions) {
    this.#dialect = dialect
    this.#keepsFloats = keepsFloats
  }

  document(node: YamlNode): YamlValue {
    const value = this.value(node)
    const twice = this.#duplicates()
    if (twice !== undefined) throw twice
    const late = this.#badKeys.size > 0 || this.#badNumbers.size > 0 ? this.#firstUnfit(value) : undefined
    if (late !== undefined) throw late
    return value
  }

  value(node: YamlNode): YamlValue {
    this.#count(node)
    switch (node.kind) {
      case 'scalar':
        return this.#scalar(node)
      case 'map':
        return this.#map(node)
      case 'seq':
        return this.#seq(node)
      case 'alias':
        return this.#aliased(node, (target) => this.value(target))
    }
  }

  #count(node: YamlNode): void {
    this.#decoded++
    if (this.#aliasDepth > 0) this.#fromAliases++
    const excessive =
      this.#fromAliases > 100 &&
      this.#decoded > 1000 &&
      this.#fromAliases / this.#decoded > allowedAliasRatio(this.#decoded)
    if (excessive) throw new YamlError('YAML_LIMIT', 'document contains excessive aliasing', placeOf(node))
  }

  #aliased<T>(node: YamlNode & { kind: 'alias' }, read: (target: YamlNode) => T): T {
    if (this.#open.has(node)) throw fault(node, `anchor '${node.name}' value contains itself`)
    this.#open.add(node)
    this.#aliasDepth++
    const value = read(node.target)
    this.#aliasDepth--
    this.#open.delete(node)
    return value
  }

  #scalar(node: ScalarNode): YamlValue {
    const { tag, value } = resolveNode(node, this.#dialect)
    if (tag === '!!binary') return binaryText(node)
    if (typeof value === 'number' && !Number.isFinite(value) && !this.#badNumbers.has(String(value)))
      this.#badNumbers.set(String(value), unsupportedNumber(node, value))
    // No part of what a value is for all others: who asks for it knows.
    return this.#keepsFloats && tag === '!!float' && typeof value === 'number'
      ? (new YamlFloat(value) as unknown as YamlValue)
      : value
  }

  #seq(node: SeqNode): YamlValue[] {
    return node.items.map((item) => this.value(item))
  }

  #map(node: MapNode): YamlMap {
    const map: YamlMap = {}
    this.#fill(map, node, undefined)
    return map
  }

  #fill(map: YamlMap, node: MapNode, taken: Taken | undefined): void {
    if (this.#dialect === 'kyaml') return this.#fillUnique(map, node, taken)
    for (const { key, value } of node.entries) {
      if (isMerge(key)) this.#merge(map, value, taken ?? new Set())
      else this.#set(map, key, value)
    }
  }

  #set(map: YamlMap, key: YamlNode, node: YamlNode): void {
    const name = this.#key(key)
    const value = this.value(node)
    if (typeof name === 'string') setKey(map, name, value)
    else this.#badKeys.set(map, unsupportedKey(key, { name, value: node, dialect: this.#dialect }))
  }

  // go-yaml v3: explicit keys first, then merged ones that are not there yet.
  #fillUnique(map: YamlMap, node: MapNode, taken: Taken | undefined): void {
    if (this.#hasDuplicates(node)) return
    if (taken === undefined && !hasStringKeys(node)) {
      const message = 'json: unsupported type: map[interface {}]interface {}'
      this.#badKeys.set(map, new YamlError('YAML_VALUE', message, { ...placeOf(node), message }))
    }
    let merged: YamlNode | undefined
    for (const { key, value } of node.entries) {
      if (isMerge(key)) {
        merged = value
        continue
      }
      if (this.#isLeftOut(key)) continue
      if (!this.#badKeys.has(map) && this.#isNoText(key)) continue
      const name = taken === undefined ? this.#textKey(key) : this.#mergedKey(key)
      if (name === undefined && !this.#badKeys.has(map)) continue
      const id = this.#idOf(map, key)
      if (taken?.has(id)) continue
      taken?.add(id)
      setKey(map, name ?? '', this.value(value))
    }
    if (merged !== undefined) this.#merge(map, merged, taken ?? this.#takenBy(map, node))
  }

  /** The keys of a map that merges, `<<` among them: what is merged does not replace them. */
  #takenBy(map: YamlMap, node: MapNode): Taken {
    return new Set(node.entries.map(({ key }) => this.#idOf(map, key)))
  }

  /** What tells keys apart: their text where all are strings, else also their type. */
  #idOf(map: YamlMap, node: YamlNode): string {
    const key = dereference(node)
    if (key.kind !== 'scalar') return ''
    if (key.tag === '!!binary') return `!!str ${binaryText(key)}`
    if (!this.#badKeys.has(map) || isMerge(key)) return `!!str ${key.value}`
    const { tag, value } = resolveNode(key, this.#dialect)
    return `${tag} ${String(value)}`
  }

  // A mapping with duplicates is no key: its pair is left out, its value is not looked at.
  #isLeftOut(key: YamlNode): boolean {
    const target = dereference(key)
    return target.kind === 'map' && this.#hasDuplicates(target)
  }

  // A map with string keys that takes in another one by a merge has no place for keys that are collections: they are left out and reported.
  #isNoText(key: YamlNode): boolean {
    const target = dereference(key)
    if (target.kind !== 'map' && target.kind !== 'seq') return false
    const own = `!!${target.kind}`
    const tag = target.tag === '' || target.tag === own ? own : `${target.tag} \`\``
    this.#twice.push({ line: `line ${lineOf(target)}: cannot unmarshal ${tag} into string`, node: key })
    return true
  }

  // A mapping with duplicates is left out, the rest is still decoded, and all are reported together.
  #hasDuplicates(node: MapNode): boolean {
    const found = node.entries.length > 1 ? duplicateKeys(node) : []
    for (const { first, second, name } of found) {
      const line = `line ${lineOf(second)}: mapping key ${quoteGo(name)} already defined at line ${lineOf(first)}`
      this.#twice.push({ line, node: second })
    }
    return found.length > 0
  }

  #duplicates(): YamlError | undefined {
    const first = this.#twice[0]
    if (first === undefined) return undefined
    const problem = `unmarshal errors:\n${this.#twice.map(({ line }) => `  ${line}`).join('\n')}`
    return new YamlError('YAML_DUPLICATE_KEY', problem, placeOf(first.node))
  }

  #merge(map: YamlMap, node: YamlNode, taken: Taken): void {
    const sources = node.kind === 'seq' ? this.#mergeOrder(node) : [node]
    for (const source of sources) {
      this.#count(source)
      if (source.kind === 'map') this.#fill(map, source, taken)
      else if (source.kind === 'alias' && source.target.kind === 'map') {
        const { target } = source
        this.#aliased(source, () => this.#fill(map, target, taken))
      } else throw fault(source, 'map merge requires map or sequence of maps as the value')
    }
  }

  // Earlier maps win: v2 writes them last, v3 writes only what is missing.
  #mergeOrder(node: SeqNode): readonly YamlNode[] {
    return this.#dialect === 'sigs' ? node.items.toReversed() : node.items
  }

  // A null or uint64 key decodes, but has no place in JSON.
  #key(node: YamlNode): string | null | bigint {
    this.#count(node)
    const key = dereference(node)
    if (key.kind !== 'scalar') throw this.#collectionKey(node)
    const { tag, value } = resolveNode(key, this.#dialect)
    if (tag === '!!binary') return binaryText(key)
    if (value === null || (typeof value === 'bigint' && value >= 2n ** 63n)) return value
    return typeof value === 'number' && tag === '!!float' ? floatKey(value) : String(value)
  }

  // sigs converts all keys before json.Marshal meets a number; with go-yaml v3 json.Marshal meets both, in the order of the keys.
  #firstUnfit(value: YamlValue): YamlError | undefined {
    const key = (each: YamlValue): YamlError | undefined => this.#badKeyOf(each)
    const number = (each: YamlValue): YamlError | undefined => this.#badNumberOf(each)
    if (this.#dialect === 'sigs') return findIn(value, key) ?? findIn(value, number)
    return findIn(value, (each) => key(each) ?? number(each))
  }

  #badKeyOf(value: YamlValue): YamlError | undefined {
    return this.#badKeys.get(value)
  }

  #badNumberOf(value: YamlValue): YamlError | undefined {
    return typeof value === 'number' ? this.#badNumbers.get(String(value)) : undefined
  }

  // Decoded first, so that of keys inside keys the innermost is reported.
  #collectionKey(node: YamlNode): YamlError {
    this.value(node)
    return fault(node, `invalid map key: ${goSyntax(node, this.#dialect)}`)
  }

  // go-yaml v3 looks merged keys up in a Go map, which a collection as key makes panic.
  #mergedKey(node: YamlNode): string | undefined {
    const key = dereference(node)
    if (key.kind !== 'map' && key.kind !== 'seq') return this.#textKey(node)
    this.value(node)
    const mapType =
      key.kind === 'map' && hasStringKeys(key) ? 'map[string]interface {}' : 'map[interface {}]interface {}'
    throw fault(node, `runtime error: hash of unhashable type ${key.kind === 'seq' ? '[]interface {}' : mapType}`)
  }

  // go-yaml v3 decodes the keys of a map with string keys as they stand in the text, and leaves out a null.
  #textKey(node: YamlNode): string | undefined {
    this.#count(node)
    const key = dereference(node)
    if (key.kind !== 'scalar') throw this.#collectionKey(node)
    const { tag } = resolveNode(key, this.#dialect)
    if (tag === '!!binary') return binaryText(key)
    return tag === '!!null' ? undefined : key.value
  }
}

function resolveNode(node: ScalarNode, dialect: Dialect): ReturnType<typeof resolveScalar> {
  if (node.style !== 'plain' && node.tag === '') return { tag: '!!str', value: node.value }
  if (dialect === 'kyaml' && node.tag === '!!str') return { tag: '!!str', value: node.value }
  try {
    return resolveScalar(node.value, { dialect, tag: node.tag === '!!merge' ? '' : node.tag })
  } catch (error) {
    if (error instanceof YamlError) throw fault(node, error.problem)
    throw error
  }
}

function hasStringKeys(node: MapNode): boolean {
  return node.entries.every(({ key }) => {
    const target = dereference(key)
    return target.kind !== 'alias' && (target.tag === '!!str' || target.tag === '!!merge')
  })
}

/** Sets an own property, also for the names that an assignment would take for the prototype. */
export function setKey<V>(map: Record<string, V>, key: string, value: V): void {
  if (key === '__proto__')
    Object.defineProperty(map, key, { value, enumerable: true, configurable: true, writable: true })
  else map[key] = value
}

// The line as go-yaml counts it, from where the anchor stands: NEL, LS, PS and a lone carriage return break lines too.
function lineOf(node: YamlNode): number {
  const text = node.source?.text ?? ''
  const anchor = node.kind === 'alias' ? undefined : node.anchor
  const start = anchor === undefined ? node.start : Math.max(text.lastIndexOf(`&${anchor}`, node.start), 0)
  const before = text.slice(0, start)
  return 1 + (before.match(/\r\n|[\n\r\x85\u2028\u2029]/g)?.length ?? 0)
}

function unsupportedKey(key: YamlNode, of: { name: null | bigint; value: YamlNode; dialect: Dialect }): YamlError {
  const type = of.name === null ? '%!s(<nil>)' : 'uint64'
  const text = of.name === null ? '<nil>' : `0x${of.name.toString(16)}`
  const message = `unsupported map key of type: ${type}, key: ${text}, value: ${goSyntax(of.value, of.dialect)}`
  return new YamlError('YAML_VALUE', message, { ...placeOf(key), message })
}

function sortedValues(map: YamlMap): YamlValue[] {
  return Object.keys(map)
    .sort(compareBytes)
    .map((key) => map[key] ?? null)
}

function findIn<T>(value: YamlValue, test: (value: YamlValue) => T | undefined): T | undefined {
  const found = test(value)
  if (found !== undefined || typeof value !== 'object' || value === null) return found
  const parts = Array.isArray(value) ? value : sortedValues(value)
  for (const each of parts) {
    const inside = findIn<T>(each, test)
    if (inside !== undefined) return inside
  }
  return undefined
}

function floatKey(value: number): string {
  if (Number.isNaN(value)) return '.nan'
  const text = formatFloat32(value)
  return text === '+Inf' ? '.inf' : text === '-Inf' ? '-.inf' : text
}

function binaryText(node: ScalarNode): string {
  const bytes = decodeBase64(node.value)
  if (bytes === undefined) throw fault(node, '!!binary value contains invalid base64 data')
  return textOfBytes(bytes, () => '\ufffd')
}

function unsupportedNumber(node: ScalarNode, value: number): YamlError {
  const text = Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf'
  const message = `json: unsupported value: ${text}`
  return new YamlError('YAML_VALUE', message, { ...placeOf(node), message })
}

function fault(node: YamlNode, problem: string): YamlError {
  return new YamlError('YAML_VALUE', problem, placeOf(node))
}

function placeOf(node: YamlNode): { range?: NonNullable<YamlNode['range']> } {
  return node.range === undefined ? {} : { range: node.range }
}
