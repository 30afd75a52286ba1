import { analyzeScalar } from './analyze.ts'
import type { CommentedDocument, MapEntry, MapNode, ScalarNode, ScalarStyle, SeqNode, YamlNode } from './node.ts'
import { needsQuotes, tagOf, tagText } from './print-tag.ts'
import { type ScalarPlace, SIMPLE_KEY_LENGTH, byteLength, possibleStyle, writeScalar } from './scalar.ts'
import { Writer } from './writer.ts'

/**
 * A node as text, as go-yaml v3 writes one with an indentation of two and compact sequences: in its own order, with the styles, tags, anchors,
 * aliases and comments that it has. What is read back has the same tags: strings get quotes where they need them.
 *
 * @example
 * printNode(parseFirst('{b: "1", a: 1}', { dialect: 'kyaml' })) // {b: "1", a: 1}\n
 */
export function printNode(root: YamlNode): string {
  return printDocument({ root, outer: {} })
}

/** The same for a document with the comments above and below it. */
export function printDocument(document: CommentedDocument): string {
  const writer = new Writer('kyaml')
  new NodePrinter(writer).document(document)
  return writer.out
}

const INDENT = 2

/** What holds a node: a list, a map (of its keys, too) or the document. */
type Holder = 'root' | 'seq' | 'map'

/**
 * Writes nodes with libyaml's rules. Comments that were met wait until the next place that may have one, which is not always a place of the same
 * node: what waits is a part of the state.
 */
class NodePrinter {
  readonly #writer: Writer
  #head = ''
  #line = ''
  #foot = ''
  /** What stands below all of the value of the key before. */
  #tail = ''
  /** What stands on the line of a key whose value begins on another line. */
  #keyLine = ''
  #flowLevel = 0

  constructor(writer: Writer) {
    this.#writer = writer
  }

  document({ root, outer }: CommentedDocument): void {
    const writer = this.#writer
    this.#head = outer.head ?? ''
    if (this.#head !== '') {
      this.#writeHead()
      writer.lineBreak()
    }
    this.#meet(root)
    this.#writeHead()
    this.#node(root, 'root')
    this.#foot = outer.foot || this.#foot
    writer.footIndent = 0
    this.#writeFoot()
    writer.footIndent = -1
    writer.startLine()
  }

  // The comments of a node that begins; `tail` is what stands below the value of the key before.
  #meet(node: YamlNode, tail = ''): void {
    const { comments } = node
    if (node.kind !== 'seq' && node.kind !== 'alias') this.#tail = tail || this.#tail
    this.#head = comments?.head || this.#head
    if (node.kind === 'map' || node.kind === 'seq') return
    this.#line = comments?.line || this.#line
    this.#foot = comments?.foot || this.#foot
  }

  #meetEnd({ comments }: MapNode | SeqNode, tail = ''): void {
    this.#tail = tail || this.#tail
    this.#line = comments?.line || this.#line
    this.#foot = comments?.foot || this.#foot
  }

  // All of a node but the comments above it; says whether a comma was written.
  #node(node: YamlNode, holder: Holder): boolean {
    this.#begin(node, { simpleKey: false })
    const isClosed = this.#flowLevel > 0 && this.#hasTrailing()
    if (isClosed) this.#writer.indicator(',')
    this.#writeLine()
    this.#writeFoot()
    this.#content(node, holder)
    return isClosed
  }

  #begin(node: YamlNode, place: ScalarPlace): void {
    const writer = this.#writer
    if (node.kind === 'alias') return writer.indicator(`*${node.name}`, { spaced: true })
    if (node.anchor !== undefined) writer.indicator(`&${node.anchor}`, { spaced: true })
    const tag = tagOf(node)
    if (tag !== undefined) writer.indicator(tagText(tag), { spaced: true })
    if (node.kind === 'scalar') this.#scalar(node, place)
  }

  #scalar(node: ScalarNode, { simpleKey }: ScalarPlace): void {
    const writer = this.#writer
    const outer = writer.indent
    writer.indent = outer < 0 ? INDENT : outer + INDENT
    const facts = analyzeScalar(node.value, 'kyaml')
    const scalar = { text: node.value, style: wishedStyle(node), facts }
    const style = possibleStyle(scalar, { simpleKey, inFlow: this.#flowLevel > 0 })
    const endLine = (): void => (this.#line === '' ? writer.lineBreak() : this.#writeLine())
    writeScalar(writer, node.value, { style, folds: !simpleKey, endLine })
    writer.indent = outer
  }

  #content(node: YamlNode, holder: Holder): void {
    if (node.kind === 'scalar' || node.kind === 'alias') return
    const isFlow = this.#flowLevel > 0 || node.flow || isEmpty(node)
    if (isFlow) this.#flow(node)
    else if (node.kind === 'seq') this.#blockSeq(node, holder)
    else this.#blockMap(node)
  }

  #blockSeq(node: SeqNode, holder: Holder): void {
    const writer = this.#writer
    const outer = writer.indent
    const isCompact = holder === 'map' && (writer.column === 0 || !writer.indention)
    if (outer < 0) writer.indent = 0
    else if (!isCompact) writer.indent += INDENT
    for (const item of node.items) {
      this.#meet(item)
      this.#writeHead()
      writer.startLine()
      writer.indicator('-', { spaced: true, indents: true })
      this.#node(item, 'seq')
    }
    this.#meetEnd(node)
    writer.indent = outer
  }

  #blockMap(node: MapNode): void {
    const writer = this.#writer
    const outer = writer.indent
    writer.indent = outer < 0 ? 0 : outer + INDENT
    let tail = ''
    for (const { key: given, value } of node.entries) {
      const { key, foot } = withoutFoot(given)
      this.#meet(key, tail)
      tail = foot
      this.#writeHead()
      writer.startLine()
      if (this.#line !== '') this.#keyLine = this.#line
      this.#line = ''
      const isSimple = this.#key(key)
      this.#meet(value)
      if (!isSimple) writer.startLine()
      writer.indicator(':', isSimple ? {} : { spaced: true, indents: true })
      this.#writeKeyLine(value)
      this.#node(value, 'map')
    }
    this.#meetEnd(node, tail)
    this.#writeHead()
    writer.indent = outer
  }

  // Says whether the key stands before its colon on one line.
  #key(key: YamlNode): boolean {
    const simpleKey = isSimpleKey(key)
    if (!simpleKey) this.#writer.indicator('?', { spaced: true, indents: this.#flowLevel === 0 })
    this.#begin(key, { simpleKey })
    this.#content(key, 'map')
    return simpleKey
  }

  #writeKeyLine(value: YamlNode): void {
    if (this.#keyLine === '') return
    if (value.kind === 'scalar') {
      if (this.#line !== '') return
      this.#line = this.#keyLine
      this.#keyLine = ''
    } else if (value.kind !== 'alias' && !value.flow) {
      const line = this.#line
      this.#line = this.#keyLine
      this.#writeLine()
      this.#keyLine = this.#line
      this.#line = line
    }
  }

  #flow(node: MapNode | SeqNode): void {
    const writer = this.#writer
    const outer = writer.indent
    writer.indicator(node.kind === 'map' ? '{' : '[', { spaced: true, opens: true })
    writer.indent = outer < 0 ? INDENT : outer + INDENT
    this.#flowLevel++
    if (node.kind === 'map') this.#flowEntries(node)
    else this.#flowItems(node)
    this.#flowLevel--
    writer.indent = outer
    if (node.kind === 'seq' && writer.column === 0) writer.startLine()
    writer.indicator(node.kind === 'map' ? '}' : ']')
    this.#writeLine()
    this.#writeFoot()
  }

  #flowItems(node: SeqNode): void {
    let isClosed = true
    for (const item of node.items) {
      this.#meet(item)
      this.#beginFlowPart(isClosed)
      isClosed = this.#node(item, 'seq')
    }
    this.#meetEnd(node)
  }

  #flowEntries(node: MapNode): void {
    let isClosed = true
    let tail = ''
    for (const { key: given, value } of node.entries) {
      const { key, foot } = withoutFoot(given)
      this.#meet(key, tail)
      tail = foot
      this.#beginFlowPart(isClosed)
      isClosed = this.#flowEntry({ key, value })
    }
    this.#meetEnd(node, tail)
    const hasComment = this.#head !== '' || this.#foot !== '' || this.#tail !== ''
    if (!isClosed && hasComment) this.#writer.indicator(',')
    this.#writeHead()
  }

  #flowEntry({ key, value }: MapEntry): boolean {
    const isSimple = this.#key(key)
    this.#meet(value)
    this.#writer.indicator(':', { spaced: !isSimple })
    return this.#node(value, 'map')
  }

  #beginFlowPart(isClosed: boolean): void {
    if (!isClosed) this.#writer.indicator(',')
    this.#writeHead()
    if (this.#writer.column === 0) this.#writer.startLine()
  }

  #hasTrailing(): boolean {
    return this.#line !== '' || this.#foot !== '' || this.#tail !== ''
  }

  #writeHead(): void {
    if (this.#tail !== '') this.#writeBelow(this.#tail)
    this.#tail = ''
    if (this.#head === '') return
    this.#writer.startLine()
    this.#writer.comment(this.#head)
    this.#head = ''
  }

  #writeLine(): void {
    if (this.#line === '') return
    if (!this.#writer.whitespace) this.#writer.put(' ')
    this.#writer.comment(this.#line)
    this.#line = ''
  }

  #writeFoot(): void {
    if (this.#foot !== '') this.#writeBelow(this.#foot)
    this.#foot = ''
  }

  // An empty line parts it from what follows at the same indentation.
  #writeBelow(comment: string): void {
    this.#writer.startLine()
    this.#writer.comment(comment)
    this.#writer.footIndent = Math.max(this.#writer.indent, 0)
  }
}

// What stands below a key comes behind its value.
function withoutFoot(key: YamlNode): { readonly key: YamlNode; readonly foot: string } {
  const foot = key.comments?.foot ?? ''
  if (foot === '') return { key, foot }
  const copy: YamlNode = Object.assign(Object.create(Object.getPrototypeOf(key) as object) as YamlNode, key)
  copy.comments = { ...key.comments, foot: '' }
  return { key: copy, foot }
}

function isEmpty(node: MapNode | SeqNode): boolean {
  return (node.kind === 'map' ? node.entries : node.items).length === 0
}

function isSimpleKey(key: YamlNode): boolean {
  if (key.kind === 'alias') return byteLength(key.name) <= SIMPLE_KEY_LENGTH
  const tag = tagOf(key)
  const before = (key.anchor?.length ?? 0) + (tag === undefined ? 0 : byteLength(tag.handle + tag.suffix))
  if (key.kind !== 'scalar') return isEmpty(key) && before <= SIMPLE_KEY_LENGTH
  return !analyzeScalar(key.value, 'kyaml').multiline && before + byteLength(key.value) <= SIMPLE_KEY_LENGTH
}

function wishedStyle(node: ScalarNode): ScalarStyle {
  if (node.style !== 'plain') return node.style
  if (node.value.includes('\n')) return 'literal'
  return needsQuotes(node) ? 'double' : 'plain'
}
