import {
  bare,
  GoMap,
  GoSlice,
  type Mark,
  sourcesOf,
  Tagged,
  type Tracking,
  type Value,
  untag,
} from '@slipway/gotemplate'
import { parseFirst, type YamlNode } from '@slipway/yaml'
import { placeOfContainer } from '../values/place.ts'

/**
 * Origins through toYaml: every scalar of the text has the sources of its value, an empty container those of itself; the rest of the text
 * belongs to the action that prints it.
 */
export const trackYaml: Tracking = ([value], call) => {
  const text = call([bare(value)])
  if (typeof text !== 'string' || (!isContainer(value) && sourcesOf(value).length === 0)) return text
  const node = parseFirst(text, { dialect: 'sigs' })
  const marks: Mark[] = []
  if (node !== undefined) collect(value, node, marks)
  return marks.length === 0 ? text : new Tagged(text, marks)
}

function isContainer(value: Value): boolean {
  const plain = untag(value)
  return plain instanceof GoMap || plain instanceof GoSlice
}

function collect(value: Value, node: YamlNode, into: Mark[]): void {
  const plain = untag(value)
  if (plain instanceof GoMap && node.kind === 'map' && node.entries.length > 0) {
    for (const entry of node.entries) {
      const key = entry.key.kind === 'scalar' ? entry.key.value : ''
      const item = plain.entries.get(key)
      add(itemOwn(item), entry.key, into)
      collect(item, entry.value, into)
    }
  } else if (plain instanceof GoSlice && node.kind === 'seq' && node.items.length > 0) {
    node.items.forEach((each, index) => collect(plain.items[index], each, into))
  } else add(itemOwn(value), node, into)
}

/** What a value itself comes from, without what is in it. */
function itemOwn(value: Value): Mark['source'][] {
  const plain = untag(value)
  if (plain instanceof GoMap || plain instanceof GoSlice) {
    const place = placeOfContainer(plain)
    return place === undefined ? [] : [{ place: undefined, through: undefined, refs: [place], controls: [] }]
  }
  return sourcesOf(value)
}

function add(sources: readonly Mark['source'][], node: YamlNode, into: Mark[]): void {
  const [first] = sources
  if (first === undefined || node.end <= node.start) return
  const refs = [...new Set(sources.flatMap((source) => source.refs))]
  const controls = [...new Set(sources.flatMap((source) => source.controls))]
  into.push({ start: node.start, end: node.end, source: { place: undefined, through: undefined, refs, controls } })
}
