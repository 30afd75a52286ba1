import { SourceText, YamlError, parseFirst } from '@slipway/yaml'
import { failure } from '../errors.ts'
import { field, rangeOf, rangeOfExtent, textOf } from '../tree/fields.ts'
import { type Node, isEmpty, isMissing } from '../tree/node.ts'
import { type Place, nodeFrom, rangeAt } from '../tree/parse.ts'
import { nodeOf, valueOf } from '../tree/value.ts'
import { Resource, type ScopeFacts } from './resource.ts'

/** Where a text came from. */
export interface TextSource {
  readonly text: string
  readonly file: string
  readonly scopes?: ScopeFacts | undefined
  /** Where the text stands, if it is a part of the file. */
  readonly place?: Place | undefined
}

/** The resources of a text: its documents, with lists taken apart; a document without kind or name is an error. */
export function readResources(source: TextSource): Resource[] {
  return readNodes(source).map((node) => new Resource(node, source.scopes))
}

/** The same as nodes. */
export function readNodes(source: TextSource): Node[] {
  const nodes = unwrapped(parseDocuments(source)).filter((node) => !isEmpty(node))
  for (const node of nodes) demandMetadata(node)
  return inlineLists(nodes)
}

// kustomize splits the text itself, before YAML looks at it: a separator may only be followed by a comment.
function parseDocuments({ text, file, place }: TextSource): Node[] {
  const unix = text.replaceAll('\r\n', '\n')
  const at = place ?? { source: new SourceText(file, unix), offset: 0 }
  const nodes: Node[] = []
  for (const { body, start } of splitDocuments(unix)) {
    const node = parseDocument(body, { ...at, offset: at.offset + start })
    if (!isMissing(node)) nodes.push(node)
  }
  return nodes
}

// Lines of messages count from the start of the document, as kustomize's do; ranges are those of the file.
function parseDocument(body: string, place: Place): Node | undefined {
  const root = located(place, 'MalformedYAMLError: ', () =>
    parseFirst(body, { dialect: 'kyaml', file: place.source.file }),
  )
  return root === undefined ? undefined : located(place, '', () => nodeFrom(root, place))
}

function located<T>(place: Place, prefix: string, run: () => T): T {
  try {
    return run()
  } catch (error) {
    if (!(error instanceof YamlError)) throw error
    // What is wrong with a document as a whole is shown at its start.
    const start = place.whole?.start ?? place.offset
    const range = rangeAt(error.range, place) ?? rangeOfExtent({ source: place.source, start, end: start })
    throw failure(prefix + error.message, { cause: error, range })
  }
}

interface DocumentText {
  readonly body: string
  readonly start: number
}

function splitDocuments(text: string): DocumentText[] {
  if (text === '') return []
  const documents: DocumentText[] = []
  let from = 0
  for (const match of text.matchAll(/\n---.*\n/g)) {
    const rest = match[0].slice(4).trim()
    if (rest !== '' && !rest.startsWith('#')) throw failure(`invalid document separator: ${match[0].trim()}`)
    documents.push({ body: `${text.slice(from, match.index)}\n`, start: from })
    from = match.index + match[0].length
  }
  documents.push({ body: text.slice(from), start: from })
  return documents
}

// A single `List` or `ResourceList` stands for its items.
function unwrapped(nodes: readonly Node[]): Node[] {
  const [only] = nodes
  if (only === undefined || nodes.length > 1) return [...nodes]
  const kind = field(only, 'kind')?.value
  if (kind !== 'List' && kind !== 'ResourceList') return [...nodes]
  const items = field(only, 'items')
  if (items === undefined && field(only, 'functionConfig') === undefined) return [...nodes]
  return items === undefined ? [] : [...items.content]
}

/** Throws where kind or name is missing, as kustomize words it. */
export function demandMetadata(node: Node): void {
  const metadata = field(node, 'metadata')
  const kind = textOf(node, 'kind')
  const name = textOf(isEmpty(metadata) ? undefined : metadata, 'name')
  if (kind !== '' && (name !== '' || kind.endsWith('List'))) return
  const options = { range: rangeOf(node) }
  if (kind === '' && isEmpty(metadata) && textOf(node, 'apiVersion') === '') {
    throw failure('missing Resource metadata', options)
  }
  if (kind === '') throw failure(`missing kind in object ${describe(node)}`, options)
  throw failure(`missing metadata.name in object ${describe(node)}`, options)
}

// Go's `%v` of kyaml's ResourceMeta
function describe(node: Node): string {
  const metadata = field(node, 'metadata')
  const meta = isEmpty(metadata) ? undefined : metadata
  const map = (name: string): string => {
    const entries = field(meta, name)
    if (entries === undefined || entries.kind !== 'map' || isEmpty(entries)) return 'map[]'
    const pairs = entries.content
      .filter((_, at) => at % 2 === 0)
      .map((key, at) => `${key.value}:${entries.content[at * 2 + 1]?.value ?? ''}`)
    return `map[${pairs.sort().join(' ')}]`
  }
  const names = `{${textOf(meta, 'name')} ${textOf(meta, 'namespace')}}`
  return `{{${textOf(node, 'apiVersion')} ${textOf(node, 'kind')}} {${names} ${map('labels')} ${map('annotations')}}}`
}

// Kinds that end in List and have items are replaced by those; nested lists too, behind what follows.
function inlineLists(nodes: readonly Node[]): Node[] {
  const result: Node[] = []
  const queue = [...nodes]
  for (let node = queue.shift(); node !== undefined; node = queue.shift()) {
    const kind = field(node, 'kind')?.value ?? ''
    const items = kind.endsWith('List') ? field(node, 'items') : undefined
    if (items === undefined) result.push(node)
    else queue.push(...itemsOf(items, kind))
  }
  return result
}

function itemsOf(items: Node, kind: string): Node[] {
  if (isMissing(items)) return []
  if (items.kind !== 'seq')
    throw failure(`expected array in ${kind}/items, but found ${goType(items)}`, { range: rangeOf(items) })
  const nodes = unwrappedItems(items.content).filter((item) => !isEmpty(item))
  for (const node of nodes) demandMetadata(node)
  return nodes
}

// Items go through JSON one by one, so an item that is a List itself is unwrapped at once.
function unwrappedItems(items: readonly Node[]): Node[] {
  return items.flatMap((item) => unwrapped([normalized(item)]))
}

function normalized(item: Node): Node {
  const copy = nodeOf(valueOf(item))
  return keepPlaces(copy, item)
}

/** Gives a node that went through JSON the places of the one it was. */
export function keepPlaces(node: Node, original: Node | undefined): Node {
  if (original === undefined) return node
  node.at = original.at
  node.maker = original.maker
  node.before = original.before
  if (node.kind === 'map') {
    for (let at = 0; at + 1 < node.content.length; at += 2) {
      const value = node.content[at + 1]
      if (value !== undefined) keepPlaces(value, field(original, node.content[at]?.value ?? ''))
    }
  } else for (const [at, item] of node.content.entries()) keepPlaces(item, original.content[at])
  return node
}

function goType(node: Node): string {
  return node.kind === 'map' ? 'map[string]interface {}' : 'string'
}
