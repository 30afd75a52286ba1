import type { SourceRange } from '@slipway/diag'
import { moveFoot } from './comment-foot.ts'
import { Cursor, SyntaxProblem } from './cursor.ts'
import type { Dialect } from './dialect.ts'
import { YamlError } from './errors.ts'
import {
  AliasNode,
  type Comments,
  type Extent,
  type MapEntry,
  MapNode,
  ScalarNode,
  SeqNode,
  type SourceText,
  type YamlNode,
} from './node.ts'
import { resolveScalar } from './resolve.ts'
import { Scanner } from './scanner.ts'
import { longTagToShort } from './tag.ts'
import type { Mark, Token, TokenType } from './token.ts'
import { refusalIn } from './refusal.ts'

const DEFAULT_HANDLES: readonly [string, string][] = [
  ['!', '!'],
  ['!!', 'tag:yaml.org,2002:'],
]

interface Properties {
  readonly start: number
  readonly line: number
  readonly anchor: string | undefined
  readonly tag: string
  /** Where the anchor and tag end. */
  readonly end: number
}

const ENDS_BLOCK_ENTRY: ReadonlySet<TokenType> = new Set(['block-entry', 'block-end'])
const STARTS_NODE: ReadonlySet<TokenType> = new Set([
  'scalar',
  'flow-sequence-start',
  'flow-mapping-start',
  'block-sequence-start',
  'block-mapping-start',
])
const ENDS_SEQUENCE_ENTRY: ReadonlySet<TokenType> = new Set(['block-entry', 'key', 'value', 'block-end'])
const ENDS_MAPPING_PART: ReadonlySet<TokenType> = new Set(['key', 'value', 'block-end'])
const ENDS_DOCUMENT: ReadonlySet<TokenType> = new Set([
  'version-directive',
  'tag-directive',
  'document-start',
  'document-end',
  'stream-end',
])

/** Reads the documents of one text, one at a time, so that what nobody asks for is not even scanned. */
export class Parser {
  readonly #source: SourceText
  readonly #dialect: Dialect
  readonly #scanner: Scanner
  #anchors = new Map<string, YamlNode>()
  #handles = new Map(DEFAULT_HANDLES)
  #first = true
  readonly #keepsComments: boolean
  /** The comments above and below all of the document that was read last. */
  outer: Comments = {}

  /** `keepsComments` attaches comments to the nodes, as go-yaml v3 does; `kyaml` only. */
  constructor(source: SourceText, dialect: Dialect, keepsComments = false) {
    this.#source = source
    this.#dialect = dialect
    this.#keepsComments = keepsComments
    this.#scanner = new Scanner(new Cursor(source), dialect === 'kyaml' ? 2 : 0)
  }

  /** The next document's root, or undefined at the end of the stream; throws {@link YamlError} at the first fault. */
  next(): YamlNode | undefined {
    try {
      this.#refuseForbidden()
      return this.#document()
    } catch (error) {
      throw error instanceof SyntaxProblem ? this.#worded(error) : error
    }
  }

  #refuseForbidden(): void {
    const refusal = this.#first ? refusalIn(this.#source.text) : undefined
    if (refusal === undefined) return
    const range = this.#rangeOf({ start: refusal.at, end: refusal.at + 1 })
    throw new YamlError('YAML_SYNTAX', refusal.problem, { range })
  }

  // go-yaml v2 names the line of the problem, v3 that of its context; a scanner's line counts from 0, a parser's is that before the token.
  #worded(error: SyntaxProblem): YamlError {
    const marks = this.#dialect === 'sigs' ? [error.at, error.context] : [error.context, error.at]
    const mark = marks.find((each) => each !== undefined && each.line !== 0)
    const plusOne = error.by === 'scanner' && (this.#dialect === 'kyaml' || mark === error.at)
    const where = mark === undefined ? '' : `line ${mark.line + (plusOne ? 1 : 0)}: `
    const start = Math.min(error.at.offset, this.#source.text.length)
    const range = this.#rangeOf({ start, end: start + 1 })
    return new YamlError('YAML_SYNTAX', error.problem, { range, message: `yaml: ${where}${error.problem}` })
  }

  #rangeOf(at: { start: number; end: number }): SourceRange {
    const { file, lines } = this.#source
    return { file, start: lines.at(at.start), end: lines.at(at.end) }
  }

  #document(): YamlNode | undefined {
    const scanner = this.#scanner
    if (!this.#first) while (scanner.peek().type === 'document-end') scanner.take()
    const token = scanner.peek()
    if (token.type === 'stream-end') return undefined
    const implicit = this.#first && !ENDS_DOCUMENT.has(token.type)
    if (this.#first && token.type === 'document-end')
      return this.#fail('did not find expected node content', token, token)
    this.#first = false
    if (this.#dialect === 'sigs') this.#anchors = new Map()
    const head = implicit ? scanner.comments.splitHead() : ''
    const root = implicit ? this.#node({ block: true, indentless: false }) : this.#explicitDocument()
    if (scanner.peek().type === 'document-end') scanner.take()
    const rest = scanner.comments.take()
    this.outer = { head, foot: rest?.foot ?? rest?.head ?? '' }
    this.#handles = new Map(DEFAULT_HANDLES)
    return root
  }

  #explicitDocument(): YamlNode {
    this.#directives()
    const start = this.#scanner.peek()
    if (start.type !== 'document-start') return this.#fail('did not find expected <document start>', start)
    this.#scanner.take()
    const token = this.#scanner.peek()
    return ENDS_DOCUMENT.has(token.type) ? this.#empty(token.start) : this.#node({ block: true, indentless: false })
  }

  #directives(): void {
    const scanner = this.#scanner
    const seen = new Set<string>()
    let version = false
    for (let token = scanner.peek(); ; token = scanner.peek()) {
      if (token.type === 'version-directive') {
        if (version) this.#fail('found duplicate %YAML directive', token)
        if (token.value !== '1.1') this.#fail('found incompatible YAML document', token)
        version = true
      } else if (token.type === 'tag-directive') {
        if (seen.has(token.value)) this.#fail('found duplicate %TAG directive', token)
        seen.add(token.value)
        this.#handles.set(token.value, token.suffix)
      } else return
      scanner.take()
    }
  }

  #node(at: { block: boolean; indentless: boolean }): YamlNode {
    const first = this.#scanner.peek()
    if (first.type === 'alias') return this.#alias(first)
    const properties = this.#properties(first)
    const token = this.#scanner.peek()
    if (at.indentless && token.type === 'block-entry') return this.#indentlessSequence(properties)
    switch (token.type) {
      case 'scalar':
        return this.#scalar(properties, token)
      case 'flow-sequence-start':
        return this.#flowSequence(properties)
      case 'flow-mapping-start':
        return this.#flowMapping(properties)
      case 'block-sequence-start':
        if (at.block) return this.#blockSequence(properties)
        break
      case 'block-mapping-start':
        if (at.block) return this.#blockMapping(properties)
        break
    }
    if (properties.anchor !== undefined || properties.tag !== '') return this.#taggedEmpty(properties)
    return this.#fail('did not find expected node content', token, properties)
  }

  #alias(token: Token): YamlNode {
    const target = this.#anchors.get(token.value)
    if (target === undefined) {
      const range = this.#rangeOf(token)
      throw new YamlError('YAML_VALUE', `unknown anchor '${token.value}' referenced`, { range })
    }
    const node = new AliasNode(token.value, target, this.#extent(token.start, token.end))
    this.#annotate(node, this.#scanner.comments.take())
    this.#scanner.take()
    return node
  }

  #properties(first: Token): Properties {
    let anchor: string | undefined
    let tag: Token | undefined
    let end = first.start
    for (let token = first; token.type === 'anchor' || token.type === 'tag'; token = this.#scanner.peek()) {
      if (token.type === 'anchor' ? anchor !== undefined : tag !== undefined) break
      if (token.type === 'anchor') anchor = token.value
      else tag = token
      end = token.end
      this.#scanner.take()
    }
    // The token behind is looked at before the tag is judged, as its own fault would come first.
    this.#scanner.peek()
    return { start: first.start, line: first.line, anchor, end, tag: tag === undefined ? '' : this.#tagOf(tag, first) }
  }

  #tagOf(token: Token, first: Token): string {
    if (token.value === '') return longTagToShort(token.suffix)
    const prefix = this.#handles.get(token.value)
    if (prefix === undefined) return this.#fail('found undefined tag handle', token, first)
    return longTagToShort(prefix + token.suffix)
  }

  #scalar(properties: Properties, token: Token): ScalarNode {
    const node = new ScalarNode(token.value, token.style, this.#extent(token.start, token.end))
    this.#annotate(node, this.#scanner.comments.take())
    this.#scanner.take()
    this.#adorn(node, properties)
    return this.#typed(node)
  }

  #taggedEmpty(properties: Properties): ScalarNode {
    const node = new ScalarNode('', 'plain', this.#extent(properties.start, properties.end))
    this.#adorn(node, properties)
    return this.#typed(node)
  }

  #empty(at: number): ScalarNode {
    return this.#typed(new ScalarNode('', 'plain', this.#extent(at, at)))
  }

  #typed(node: ScalarNode): ScalarNode {
    if (this.#dialect === 'sigs') return node
    if (node.tag === '!') node.tag = ''
    node.tagged = node.tag !== ''
    if (node.tagged) return node
    if (node.style !== 'plain') node.tag = '!!str'
    else node.tag = node.value === '<<' ? '!!merge' : resolveScalar(node.value, { dialect: 'kyaml', tag: '' }).tag
    return node
  }

  #adorn(node: ScalarNode | MapNode | SeqNode, properties: Properties): void {
    node.tag = properties.tag
    node.tagged = properties.tag !== ''
    if (properties.anchor === undefined) return
    node.anchor = properties.anchor
    this.#anchors.set(properties.anchor, node)
  }

  #annotate(node: YamlNode, comments: Comments | undefined): void {
    if (this.#keepsComments && comments !== undefined) node.comments = { ...node.comments, ...comments }
  }

  #collection<N extends MapNode | SeqNode>(node: N, properties: Properties, flow: boolean): N {
    this.#adorn(node, properties)
    node.flow = flow
    this.#annotate(node, flow ? this.#scanner.comments.takeHead() : this.#scanner.comments.takeStem())
    if (this.#dialect === 'sigs' || (node.tag !== '' && node.tag !== '!')) return node
    node.tag = node.kind === 'map' ? '!!map' : '!!seq'
    node.tagged = false
    return node
  }

  #blockSequence(properties: Properties): SeqNode {
    const { scanner, start } = this.#open()
    const node = this.#collection(new SeqNode(this.#extent(start.start, start.end)), properties, false)
    let token = scanner.peek()
    for (; token.type === 'block-entry'; token = scanner.peek()) {
      this.#takeEntry(ENDS_BLOCK_ENTRY)
      const empty = ENDS_BLOCK_ENTRY.has(scanner.peek().type)
      node.items.push(empty ? this.#empty(token.end) : this.#node({ block: true, indentless: false }))
    }
    if (token.type !== 'block-end') return this.#fail("did not find expected '-' indicator", token, start)
    return this.#close(node, token)
  }

  // go-yaml v3 looks at the next token once more where a comment stands above a list item: the scanner goes on behind a fault, and if it meets
  // another one there, that one counts.
  #takeEntry(ends: ReadonlySet<TokenType>): void {
    const scanner = this.#scanner
    const stem = scanner.comments.head.length
    scanner.take()
    if (stem === 0) return
    try {
      const { type } = scanner.peek()
      if (type === 'block-sequence-start' || type === 'block-mapping-start') scanner.comments.splitStem(stem)
    } catch (error) {
      this.#lookFurther(ends)
      throw error
    }
  }

  /** As far as go-yaml v3 reads before it sees that there was a fault: to what the item is, which may be a fault of its own. */
  #lookFurther(ends: ReadonlySet<TokenType>): void {
    const first = this.#scanner.peek()
    if (ends.has(first.type) || first.type === 'alias') return
    const properties = this.#properties(first)
    const token = this.#scanner.peek()
    const isEmpty = properties.anchor !== undefined || properties.tag !== ''
    if (!STARTS_NODE.has(token.type) && !isEmpty) this.#fail('did not find expected node content', token, properties)
  }

  #indentlessSequence(properties: Properties): SeqNode {
    const scanner = this.#scanner
    let token = scanner.peek()
    const node = this.#collection(new SeqNode(this.#extent(token.start, token.end)), properties, false)
    for (; token.type === 'block-entry'; token = scanner.peek()) {
      this.#takeEntry(ENDS_SEQUENCE_ENTRY)
      const empty = ENDS_SEQUENCE_ENTRY.has(scanner.peek().type)
      node.items.push(empty ? this.#empty(token.end) : this.#node({ block: true, indentless: false }))
    }
    node.end = node.items.at(-1)?.end ?? node.end
    return node
  }

  #blockMapping(properties: Properties): MapNode {
    const { scanner, start } = this.#open()
    const node = this.#collection(new MapNode(this.#extent(start.start, start.end)), properties, false)
    let token = scanner.peek()
    for (; token.type === 'key'; token = scanner.peek()) {
      const key = this.#blockPart(token)
      const colon = scanner.peek()
      const before = node.entries.at(-1)
      if (before !== undefined) moveFoot(key, before.key)
      const value = colon.type === 'value' ? this.#blockPart(colon) : this.#empty(colon.start)
      this.#addEntry(node, { key, value })
    }
    if (token.type !== 'block-end') return this.#fail('did not find expected key', token, start)
    this.#annotateEnd(node)
    const last = node.entries.at(-1)
    if (last !== undefined) moveFoot(node, last.key)
    return this.#close(node, token)
  }

  // What is below a value is below its key.
  #addEntry(node: MapNode, entry: MapEntry): void {
    if (entry.key.comments?.foot === undefined) moveFoot(entry.value, entry.key)
    node.entries.push(entry)
  }

  // What stands above the end of a collection belongs to nothing.
  #annotateEnd(node: MapNode | SeqNode): void {
    const comments = this.#scanner.comments.take()
    delete comments?.head
    this.#annotate(node, comments)
  }

  // What follows a `key` or `value` token, which is still to be taken.
  #blockPart(token: Token): YamlNode {
    this.#scanner.take()
    const empty = ENDS_MAPPING_PART.has(this.#scanner.peek().type)
    return empty ? this.#empty(token.end) : this.#node({ block: true, indentless: true })
  }

  #flowSequence(properties: Properties): SeqNode {
    const { scanner, start } = this.#open()
    const node = this.#collection(new SeqNode(this.#extent(start.start, start.end)), properties, true)
    let token = scanner.peek()
    while (token.type !== 'flow-sequence-end') {
      if (node.items.length > 0) token = this.#flowComma(token, { start, expected: "did not find expected ',' or ']'" })
      if (token.type === 'flow-sequence-end') break
      node.items.push(token.type === 'key' ? this.#flowPair(token) : this.#node({ block: false, indentless: false }))
      token = scanner.peek()
    }
    this.#annotateEnd(node)
    return this.#close(node, token)
  }

  // `[a: b]`, a mapping of one entry
  #flowPair(start: Token): MapNode {
    const scanner = this.#scanner
    const node = new MapNode(this.#extent(start.start, start.end))
    node.flow = true
    scanner.take()
    const first = scanner.peek()
    const noKey = first.type === 'value' || first.type === 'flow-entry' || first.type === 'flow-sequence-end'
    const key = noKey ? this.#empty(first.end) : this.#node({ block: false, indentless: false })
    // libyaml takes the token behind a missing key, whatever it is.
    if (noKey) scanner.take()
    const value = this.#flowValue('flow-sequence-end')
    this.#addEntry(node, { key, value })
    node.end = value.end
    if (this.#dialect === 'kyaml') node.tag = '!!map'
    return node
  }

  #flowMapping(properties: Properties): MapNode {
    const { scanner, start } = this.#open()
    const node = this.#collection(new MapNode(this.#extent(start.start, start.end)), properties, true)
    let token = scanner.peek()
    while (token.type !== 'flow-mapping-end') {
      if (node.entries.length > 0)
        token = this.#flowComma(token, { start, expected: "did not find expected ',' or '}'" })
      if (token.type === 'flow-mapping-end') break
      this.#addEntry(node, this.#flowEntry(token))
      token = scanner.peek()
    }
    this.#annotateEnd(node)
    return this.#close(node, token)
  }

  #flowEntry(token: Token): MapEntry {
    const scanner = this.#scanner
    if (token.type !== 'key') {
      const key = this.#node({ block: false, indentless: false })
      return { key, value: this.#empty(scanner.peek().start) }
    }
    scanner.take()
    const next = scanner.peek()
    const noKey = next.type === 'value' || next.type === 'flow-entry' || next.type === 'flow-mapping-end'
    const key = noKey ? this.#empty(next.start) : this.#node({ block: false, indentless: false })
    return { key, value: this.#flowValue('flow-mapping-end') }
  }

  #flowValue(end: TokenType): YamlNode {
    const colon = this.#scanner.peek()
    if (colon.type !== 'value') return this.#empty(colon.start)
    this.#scanner.take()
    const next = this.#scanner.peek()
    const empty = next.type === 'flow-entry' || next.type === end
    return empty ? this.#empty(next.start) : this.#node({ block: false, indentless: false })
  }

  #flowComma(token: Token, at: { start: Token; expected: string }): Token {
    if (token.type !== 'flow-entry') return this.#fail(at.expected, token, at.start)
    this.#scanner.take()
    return this.#scanner.peek()
  }

  #open(): { scanner: Scanner; start: Token } {
    const start = this.#scanner.peek()
    this.#scanner.take()
    return { scanner: this.#scanner, start }
  }

  #close<N extends MapNode | SeqNode>(node: N, token: Token): N {
    this.#scanner.take()
    node.end = token.type === 'block-end' ? endOfLast(node) : token.end
    return node
  }

  #extent(start: number, end: number): Extent {
    return { source: this.#source, start, end }
  }

  #fail(problem: string, at: Token, context?: { readonly start: number; readonly line: number }): never {
    const mark = (of: { readonly start: number; readonly line: number }): Mark => ({ offset: of.start, line: of.line })
    throw new SyntaxProblem('parser', problem, {
      at: mark(at),
      context: context === undefined ? undefined : mark(context),
    })
  }
}

// A block ends where its last part does, not where the next token starts.
function endOfLast(node: MapNode | SeqNode): number {
  const last = node.kind === 'map' ? node.entries.at(-1)?.value : node.items.at(-1)
  return Math.max(last?.end ?? node.end, node.end)
}
