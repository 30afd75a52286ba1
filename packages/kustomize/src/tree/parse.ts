import type { SourceRange } from '@slipway/diag'
import {
  type Extent,
  type MapNode as YamlMapNode,
  type SourceText,
  YamlError,
  type YamlNode,
  isMerge,
  parseFirst,
} from '@slipway/yaml'
import { failure } from '../errors.ts'
import { Node, type NodeStyle } from './node.ts'

const STYLES: Readonly<Record<string, NodeStyle>> = {
  plain: '',
  single: 'single',
  double: 'double',
  literal: 'literal',
  folded: 'folded',
}
/** Nodes that one document may have once its aliases are resolved: what keeps an alias bomb from filling memory. */
const MAX_NODES = 2_000_000

/** Where a text that is parsed by itself stands in its file. */
export interface Place {
  readonly source: SourceText
  readonly offset: number
  /** The stretch that stands for all of it, where characters of the text have no places of their own. */
  readonly whole?: Extent
}

/** Reads one document into nodes of its own, aliases and merge keys resolved; undefined for an empty one. */
export function parseNode(text: string, file: string, place?: Place): Node | undefined {
  const root = parseFirst(text, { dialect: 'kyaml', file })
  return root === undefined ? undefined : nodeFrom(root, place)
}

/** Nodes for a parsed document, aliases and merge keys resolved. */
export function nodeFrom(root: YamlNode, place?: Place): Node {
  return new Converter(place).convert(root)
}

/** The extent of a parsed node in its file. */
export function extentAt(node: YamlNode, place: Place | undefined): Extent | undefined {
  const standing = new Node('scalar', '')
  stand(standing, node, place)
  return standing.at
}

// No extent is made for a node: a large build has more nodes than anything else.
function stand(node: Node, { source, start, end }: YamlNode, place: Place | undefined): void {
  if (source === undefined) return
  if (place === undefined) node.standAt(source, start, end)
  else if (place.whole === undefined) node.standAt(place.source, start + place.offset, end + place.offset)
  else node.at = place.whole
}

/** A range in a text as one of the file that the text stands in. */
export function rangeAt(range: SourceRange | undefined, place: Place): SourceRange | undefined {
  if (range === undefined) return undefined
  const { lines, file } = place.source
  const { whole } = place
  if (whole !== undefined) return { file, start: lines.at(whole.start), end: lines.at(whole.end) }
  return { file, start: lines.at(range.start.offset + place.offset), end: lines.at(range.end.offset + place.offset) }
}

class Converter {
  #nodes = 0
  readonly #open = new Set<YamlNode>()
  readonly #place: Place | undefined

  constructor(place: Place | undefined) {
    this.#place = place
  }

  convert(from: YamlNode): Node {
    if (++this.#nodes > MAX_NODES) throw new YamlError('YAML_LIMIT', 'document contains excessive aliasing')
    if (from.kind === 'alias') return this.#alias(from)
    const node = new Node(from.kind === 'scalar' ? 'scalar' : from.kind, from.tag)
    stand(node, from, this.#place)
    if (from.kind === 'scalar') {
      node.value = from.value
      node.style = STYLES[from.style] ?? ''
      if (from.tagged) readTagged(node)
    } else {
      if (from.flow) node.style = 'flow'
      node.content = from.kind === 'seq' ? from.items.map((item) => this.convert(item)) : this.#entries(from)
    }
    return node
  }

  #alias(from: YamlNode & { kind: 'alias' }): Node {
    if (this.#open.has(from.target)) throw new YamlError('YAML_VALUE', `anchor '${from.name}' value contains itself`)
    this.#open.add(from.target)
    const node = this.convert(from.target)
    this.#open.delete(from.target)
    return node
  }

  #entries(from: YamlMapNode): Node[] {
    const content: Node[] = []
    let merge: YamlNode | undefined
    for (const { key, value } of from.entries) {
      if (!isMerge(key)) content.push(this.convert(key), this.convert(value))
      else if (merge === undefined) merge = value
      else throw failure('duplicate merge key')
    }
    return merge === undefined ? content : this.#merged(content, this.#mergeSources(merge))
  }

  // kyaml copies the map, then sets each merged map's entries and last the map's own again.
  #merged(own: readonly Node[], sources: readonly YamlMapNode[]): Node[] {
    const result = [...own]
    for (const source of sources) setEntries(result, this.#entries(source))
    setEntries(result, own)
    return result
  }

  #mergeSources(value: YamlNode): YamlMapNode[] {
    const target = value.kind === 'alias' ? value.target : value
    if (target.kind === 'map') return [target]
    if (value.kind === 'alias') throw failure('invalid map merge: received alias for a non-map value')
    if (target.kind !== 'seq') throw failure('map merge requires map or sequence of maps as the value')
    return target.items
      .flatMap((item) => {
        if (item.kind === 'seq') throw failure('invalid map merge: received a nested sequence')
        return this.#mergeSources(item)
      })
      .toReversed()
  }
}

// A written tag counts more than quotes do.
function readTagged(node: Node): void {
  if (node.tag === '!!str') return
  node.style = ''
  if (node.tag !== '!!binary') return
  node.value = new TextDecoder().decode(
    Uint8Array.from(atob(node.value.replace(/\s/g, '')), (char) => char.charCodeAt(0)),
  )
  node.tag = '!!str'
}

function setEntries(into: Node[], entries: readonly Node[]): void {
  for (let at = 0; at + 1 < entries.length; at += 2) {
    const [key, value] = [entries[at], entries[at + 1]]
    if (key === undefined || value === undefined) continue
    const found = into.findIndex((each, index) => index % 2 === 0 && each.value === key.value)
    if (found < 0) into.push(key, value)
    else into.splice(found, 2, key, value)
  }
}
