import { GoMap, GoSlice, type Value, Tagged } from '@slipway/gotemplate'
import { dereference, isMerge, type MapNode, parseAll, type YamlNode } from '@slipway/yaml'
import { plainData } from '../functions/plain.ts'
import { type Layer, setPlace, taggedScalar, type ValuePlace } from './place.ts'

/** A values file and the layer that it is. */
export interface TrackedFile {
  readonly layer: Layer
  readonly text: string
}

/** Gives every value of a values file its place, in place; the file has been read before, so that it is known to be good. */
export function trackFile(values: GoMap, file: TrackedFile): GoMap {
  const documents = parseAll(file.text, { dialect: 'sigs', file: file.layer.label })
  mark(values, { documents, keys: [], layer: file.layer })
  return values
}

interface At {
  /** Nodes that may have given the value, the last one that has it did. */
  readonly documents: readonly YamlNode[]
  readonly keys: readonly string[]
  readonly layer: Layer
}

function mark(value: Value, at: At): Value {
  if (value instanceof Tagged) return value
  const place = placeOf(value, at)
  if (value instanceof GoMap) {
    setPlace(value, place)
    for (const [key, item] of value.entries) {
      value.entries.set(key, mark(item, { ...at, keys: [...at.keys, key], documents: membersOf(at.documents, key) }))
    }
    return value
  }
  if (value instanceof GoSlice) {
    setPlace(value, place)
    value.items.forEach((item, index) => {
      const documents = at.documents.flatMap((node) => itemOf(node, index))
      value.items[index] = mark(item, { ...at, keys: [...at.keys, String(index)], documents })
    })
    return value
  }
  return taggedScalar(value, place)
}

function placeOf(value: Value, at: At): ValuePlace {
  const { keys, layer } = at
  const node = at.documents.at(-1)
  return { path: ['.Values', ...keys].join('.'), keys, layer, node, value: plainData(value) }
}

function membersOf(nodes: readonly YamlNode[], key: string): YamlNode[] {
  return nodes.flatMap((node) => {
    const member = memberOf(node, key)
    return member === undefined ? [] : [member]
  })
}

function memberOf(node: YamlNode, key: string): YamlNode | undefined {
  const map = dereference(node)
  if (map.kind !== 'map') return undefined
  return explicit(map, key) ?? merged(map, key)
}

function explicit(map: MapNode, key: string): YamlNode | undefined {
  return map.entries.findLast((entry) => entry.key.kind === 'scalar' && entry.key.value === key)?.value
}

function merged(map: MapNode, key: string): YamlNode | undefined {
  for (const entry of map.entries) {
    if (!isMerge(entry.key)) continue
    const sources = entry.value.kind === 'seq' ? entry.value.items : [entry.value]
    for (const source of sources) {
      const found = memberOf(source, key)
      if (found !== undefined) return found
    }
  }
  return undefined
}

function itemOf(node: YamlNode, index: number): YamlNode[] {
  const list = dereference(node)
  const item = list.kind === 'seq' ? list.items[index] : undefined
  return item === undefined ? [] : [item]
}
