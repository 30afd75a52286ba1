import type { Extent } from '@slipway/yaml'
import type { GeneratorEntry, GeneratorOptions } from '../config/kustomization.ts'
import { failure, prefixed } from '../errors.ts'
import type { Loader } from '../load/loader.ts'
import { type Behavior, Resource } from '../resource/resource.ts'
import { setField } from '../tree/fields.ts'
import { type Maker, type Node, mapNode, scalarNode, stringNode } from '../tree/node.ts'
import { lookup } from '../tree/path.ts'
import { type ItemPlace, type KeyValue, keyValues } from './key-values.ts'

/** What makes a ConfigMap or a Secret. */
export interface MapGenerator {
  readonly kind: 'ConfigMap' | 'Secret'
  readonly entry: GeneratorEntry
  readonly options: GeneratorOptions | undefined
  readonly loader: Loader
  readonly maker: Maker | undefined
  readonly place: ItemPlace
}

const BEHAVIORS: readonly string[] = ['create', 'replace', 'merge']

/** The generated resource, with what it wants done where its like exists. */
export function generateMap(generator: MapGenerator): Resource {
  const { kind, entry, options, maker } = generator
  const node = baseNode(generator)
  if (kind === 'Secret') setField(node, 'type', stringNode(entry.type || 'Opaque', maker))
  const pairs = validated(generator)
  if (kind === 'ConfigMap') loadConfigMapData(node, pairs, maker)
  else loadSecretData(node, pairs, maker)
  applyOptions(node, options, maker)
  const resource = new Resource(node)
  resource.needsHash = options?.disableNameSuffixHash !== true
  resource.behavior = BEHAVIORS.includes(entry.behavior ?? '') ? (entry.behavior as Behavior) : 'unspecified'
  return resource
}

function baseNode({ kind, entry, maker }: MapGenerator): Node {
  if (!entry.name) throw failure('a configmap must have a name')
  const node = mapNode(maker)
  setField(node, 'apiVersion', stringNode('v1', maker))
  setField(node, 'kind', stringNode(kind, maker))
  setField(node, 'metadata', mapNode(maker))
  const metadata = lookup(node, ['metadata'], 'map')
  if (metadata === undefined) return node
  setField(metadata, 'name', stringNode(entry.name, maker))
  if (entry.namespace) setField(metadata, 'namespace', stringNode(entry.namespace, maker))
  return node
}

function validated(generator: MapGenerator): Map<string, KeyValue> {
  const { entry, loader, place } = generator
  const known = new Map<string, KeyValue>()
  let pairs: KeyValue[]
  try {
    pairs = keyValues(entry, loader, place)
  } catch (error) {
    throw prefixed(error, 'loading KV pairs')
  }
  for (const pair of pairs) {
    if (known.has(pair.key)) throw failure(`configmap ${entry.name ?? ''} illegally repeats the key \`${pair.key}\``)
    known.set(pair.key, pair)
  }
  return known
}

function makerAt(maker: Maker | undefined, at: Extent | undefined): Maker | undefined {
  return maker === undefined ? undefined : { ...maker, at: at ?? maker.at }
}

/** Fills `data` of a ConfigMap, `binaryData` with what is no text. */
export function loadConfigMapData(node: Node, pairs: ReadonlyMap<string, KeyValue>, maker: Maker | undefined): void {
  for (const key of [...pairs.keys()].sort()) {
    const pair = pairs.get(key)
    if (pair === undefined) continue
    const isText = typeof pair.value === 'string'
    const value = stringNode(isText ? String(pair.value) : encodeBase64(pair.value), makerAt(maker, pair.at))
    if (value.value.includes('\n')) value.style = 'literal'
    const map = lookup(node, [isText ? 'data' : 'binaryData'], 'map')
    if (map !== undefined) setField(map, key, value)
  }
}

/** Fills `data` of a Secret with base64; there is a `data` even without keys. */
export function loadSecretData(node: Node, pairs: ReadonlyMap<string, KeyValue>, maker: Maker | undefined): void {
  const map = lookup(node, ['data'], 'map')
  if (map === undefined) return
  for (const key of [...pairs.keys()].sort()) {
    const pair = pairs.get(key)
    const value = stringNode(encodeBase64(pair?.value ?? ''), makerAt(maker, pair?.at))
    if (value.value.includes('\n')) value.style = 'literal'
    setField(map, key, value)
  }
}

const LINE = 70

/** Base64, in lines of 70 where it is longer. */
export function encodeBase64(value: string | Uint8Array): string {
  const bytes = typeof value === 'string' ? new TextEncoder().encode(value) : value
  let binary = ''
  for (let at = 0; at < bytes.length; at += 0x8000) binary += String.fromCharCode(...bytes.subarray(at, at + 0x8000))
  const text = btoa(binary)
  if (text.length < LINE) return text
  return (text.match(/.{1,70}/g) ?? []).map((line) => `${line}\n`).join('')
}

function applyOptions(node: Node, options: GeneratorOptions | undefined, maker: Maker | undefined): void {
  if (options === undefined) return
  setMeta(node, 'labels', options.labels ?? {}, maker)
  setMeta(node, 'annotations', options.annotations ?? {}, maker)
  if (options.immutable !== true) return
  const value = scalarNode('true', maker)
  value.tag = '!!bool'
  setField(node, 'immutable', value)
}

function setMeta(node: Node, name: string, pairs: Readonly<Record<string, string>>, maker: Maker | undefined): void {
  for (const key of Object.keys(pairs).sort()) {
    const value = stringNode(pairs[key] ?? '', maker)
    value.style = 'single'
    const map = lookup(node, ['metadata', name], 'map')
    if (map !== undefined) setField(map, key, value)
  }
}

/** Options of one generator over those of all. */
export function mergeOptions(
  local: GeneratorOptions | undefined,
  global: GeneratorOptions | undefined,
): GeneratorOptions | undefined {
  if (global === undefined) return local
  return {
    labels: { ...global.labels, ...local?.labels },
    annotations: { ...global.annotations, ...local?.annotations },
    disableNameSuffixHash: local?.disableNameSuffixHash === true || global.disableNameSuffixHash === true,
    immutable: local?.immutable === true || global.immutable === true,
  }
}
