import {
  bare,
  GoMap,
  GoSlice,
  LazyMarks,
  type Mark,
  sourcesOf,
  Tagged,
  type Tracking,
  type Value,
} from '@slipway/gotemplate'
import { parseFirst, type YamlNode } from '@slipway/yaml'
import { placeOfContainer, type ValuePlace } from '../values/place.ts'

/**
 * Origins through toYaml: every scalar of the text has the sources of its value, an empty container those of itself; the rest of the text
 * belongs to the action that prints it. The text is read again, for where its scalars stand, when somebody asks.
 */
export const trackYaml: Tracking = ([value], call) => {
  const reader = new ShotReader()
  const shot = reader.read(value)
  const text = call([reader.isPlain ? value : bare(value)])
  if (typeof text !== 'string' || shot === undefined) return text
  return new Tagged(text, new LazyMarks(reader.depth, () => marksOf(text, shot)))
}

/** What is known of a value's members, as they were when it was printed. */
type Shot =
  | Tagged
  | { readonly own: ValuePlace | undefined; readonly entries: ReadonlyMap<string, Shot | undefined> }
  | { readonly own: ValuePlace | undefined; readonly items: readonly (Shot | undefined)[] }

class ShotReader {
  depth = 0
  /** Nothing in it but maps, lists and scalars, which are written tagged or not. */
  isPlain = true

  read(value: Value): Shot | undefined {
    if (typeof value !== 'object' || value === null) return undefined
    if (value instanceof Tagged) {
      if (typeof value.value === 'object' && value.value !== null) return this.#wrapped(value)
      if (value.depth > this.depth) this.depth = value.depth
      return value
    }
    if (value instanceof GoMap) {
      const entries = new Map<string, Shot | undefined>()
      for (const [key, item] of value.entries) entries.set(key, this.read(item))
      return { own: placeOfContainer(value), entries }
    }
    if (value instanceof GoSlice)
      return { own: placeOfContainer(value), items: value.items.map((item) => this.read(item)) }
    this.isPlain = false
    return undefined
  }

  #wrapped(value: Tagged): Shot | undefined {
    const inner = this.read(value.value)
    return inner ?? value
  }
}

function marksOf(text: string, shot: Shot): Mark[] {
  const node = parseFirst(text, { dialect: 'sigs' })
  const marks: Mark[] = []
  if (node !== undefined) collect(shot, node, marks)
  return marks
}

function collect(shot: Shot | undefined, node: YamlNode, into: Mark[]): void {
  if (shot === undefined) return
  if ('entries' in shot && node.kind === 'map' && node.entries.length > 0) {
    for (const entry of node.entries) {
      const item = shot.entries.get(entry.key.kind === 'scalar' ? entry.key.value : '')
      add(item, entry.key, into)
      collect(item, entry.value, into)
    }
  } else if ('items' in shot && node.kind === 'seq' && node.items.length > 0) {
    node.items.forEach((each, index) => collect(shot.items[index], each, into))
  } else add(shot, node, into)
}

function add(shot: Shot | undefined, node: YamlNode, into: Mark[]): void {
  if (shot === undefined || node.end <= node.start) return
  const source = ownSource(shot)
  if (source !== undefined) into.push({ start: node.start, end: node.end, source })
}

/** What a value itself comes from, without what is in it. */
function ownSource(shot: Shot): Mark['source'] | undefined {
  if (!(shot instanceof Tagged)) {
    return shot.own === undefined ? undefined : { place: undefined, through: undefined, refs: [shot.own], controls: [] }
  }
  const sources = sourcesOf(shot)
  if (sources.length === 0) return undefined
  const refs = [...new Set(sources.flatMap((source) => source.refs))]
  const controls = [...new Set(sources.flatMap((source) => source.controls))]
  return { place: undefined, through: undefined, refs, controls }
}
