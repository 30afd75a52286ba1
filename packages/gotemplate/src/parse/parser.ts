import { quote, unquote } from '../strconv/quote.ts'
import { Lexer, type LexOptions, type Token } from './lexer.ts'
import { TokenStream } from './stream.ts'
import type { BranchNode, ListNode, MarkerNode, Statement, TemplateNode } from './nodes.ts'
import { PipelineParser, type Scope } from './pipeline.ts'
import { nodeText } from './print.ts'
import { isEmptyTree, type Tree } from './tree.ts'

/** What a parse needs to know besides the text. */
export interface ParseOptions {
  readonly leftDelim?: string
  readonly rightDelim?: string
  /** Which function names exist; an unknown one is a parse error. */
  readonly hasFunction: (name: string) => boolean
}

/**
 * Parses a text into its trees: one for the text itself, under `name`, and one for each `define` and `block`. Throws a `TemplateError`
 * `TEMPLATE_PARSE` with Go's message at the first fault.
 */
export function parseTemplate(name: string, text: string, options: ParseOptions): Tree[] {
  const lexOptions: LexOptions = {
    leftDelim: options.leftDelim ?? '',
    rightDelim: options.rightDelim ?? '',
    breakIsFunction: options.hasFunction('break'),
    continueIsFunction: options.hasFunction('continue'),
  }
  const stream = new TokenStream(new Lexer(text, lexOptions), name)
  const file: FileState = { stream, text, parseName: name, hasFunction: options.hasFunction, trees: new Map() }
  new TreeParser(file, name).parseFile()
  return [...file.trees.values()]
}

interface FileState {
  readonly stream: TokenStream
  readonly text: string
  readonly parseName: string
  readonly hasFunction: (name: string) => boolean
  readonly trees: Map<string, Tree>
}

type MutableTree = { -readonly [K in keyof Tree]: Tree[K] }

/** Parses one template body; a `define` or `block` inside gets a parser of its own on the same tokens. */
class TreeParser {
  readonly #file: FileState
  readonly #stream: TokenStream
  readonly #tree: MutableTree
  readonly #scope: Scope
  readonly #pipelines: PipelineParser
  #rangeDepth = 0

  constructor(file: FileState, name: string) {
    this.#file = file
    this.#stream = file.stream
    this.#tree = { name, parseName: file.parseName, text: file.text, root: undefined as unknown as ListNode }
    this.#tree.root = { kind: 'list', pos: 0, tree: this.#tree, nodes: [] }
    this.#scope = { vars: ['$'] }
    this.#pipelines = new PipelineParser(file.stream, {
      tree: this.#tree,
      scope: this.#scope,
      hasFunction: file.hasFunction,
    })
  }

  parseFile(): void {
    const root = this.#list(this.#stream.peek().pos)
    while (this.#stream.peek().type !== 'eof') {
      if (this.#definition()) continue
      const node = this.#textOrAction()
      if (node.kind === 'else' || node.kind === 'end') this.#stream.fail(`unexpected ${nodeText(node)}`)
      else root.nodes.push(node)
    }
    this.#add(root)
  }

  /** A `define` clause, if one comes next. */
  #definition(): boolean {
    if (this.#stream.peek().type !== 'leftDelim') return false
    const delim = this.#stream.next()
    if (this.#stream.nextNonSpace().type === 'define') {
      new TreeParser(this.#file, 'definition').#parseDefinition()
      return true
    }
    this.#stream.backup2(delim)
    return false
  }

  #parseDefinition(): void {
    const name = this.#stream.nextNonSpace()
    if (name.type !== 'string' && name.type !== 'rawString') this.#stream.unexpected(name, 'define clause')
    this.#tree.name = this.#unquote(name)
    this.#stream.expect('rightDelim', 'define clause')
    const { list, end } = this.#itemList()
    if (end.kind !== 'end') this.#stream.fail(`unexpected ${nodeText(end)} in define clause`)
    this.#add(list)
  }

  #unquote(token: Token): string {
    const text = unquote(token.value)
    if (text === undefined) this.#stream.fail('invalid syntax')
    return text
  }

  /** Registers the finished tree; only an empty one may be there twice. */
  #add(root: ListNode): void {
    this.#tree.root = root
    const known = this.#file.trees.get(this.#tree.name)
    if (known === undefined || isEmptyTree(known.root)) {
      this.#file.trees.delete(this.#tree.name)
      this.#file.trees.set(this.#tree.name, this.#tree)
    } else if (!isEmptyTree(root)) {
      this.#stream.fail(`template: multiple definition of template ${quote(this.#tree.name)}`)
    }
  }

  #list(pos: number): ListNode {
    return { kind: 'list', pos, tree: this.#tree, nodes: [] }
  }

  /** Statements up to `{{end}}` or `{{else}}`. */
  #itemList(): { list: ListNode; end: MarkerNode } {
    const list = this.#list(this.#stream.peekNonSpace().pos)
    while (this.#stream.peekNonSpace().type !== 'eof') {
      const node = this.#textOrAction()
      if (node.kind === 'else' || node.kind === 'end') return { list, end: node }
      list.nodes.push(node)
    }
    return this.#stream.fail('unexpected EOF')
  }

  #textOrAction(): Statement | MarkerNode {
    const token = this.#stream.nextNonSpace()
    if (token.type === 'text') return { kind: 'text', pos: token.pos, tree: this.#tree, text: token.value }
    if (token.type !== 'leftDelim') this.#stream.unexpected(token, 'input')
    this.#stream.actionLine = token.line
    const node = this.#action()
    this.#stream.actionLine = 0
    return node
  }

  #action(): Statement | MarkerNode {
    const token = this.#stream.nextNonSpace()
    const { pos } = token
    switch (token.type) {
      case 'block':
        return this.#block()
      case 'break':
      case 'continue':
        return this.#loopControl(token.type, pos)
      case 'else':
        return this.#elseMarker()
      case 'end':
        return { kind: 'end', pos: this.#stream.expect('rightDelim', 'end').pos, tree: this.#tree }
      case 'if':
      case 'range':
      case 'with':
        return this.#control(token.type)
      case 'template':
        return this.#templateCall()
      default: {
        this.#stream.backup()
        const first = this.#stream.peek()
        const pipe = this.#pipelines.pipeline('command', 'rightDelim')
        return { kind: 'action', pos: first.pos, tree: this.#tree, pipe }
      }
    }
  }

  #loopControl(kind: 'break' | 'continue', pos: number): Statement {
    const token = this.#stream.nextNonSpace()
    if (token.type !== 'rightDelim') this.#stream.unexpected(token, `{{${kind}}}`)
    if (this.#rangeDepth === 0) this.#stream.fail(`{{${kind}}} outside {{range}}`)
    return { kind, pos, tree: this.#tree }
  }

  #elseMarker(): MarkerNode {
    const next = this.#stream.peekNonSpace()
    const chained = next.type === 'if' || next.type === 'with'
    const pos = chained ? next.pos : this.#stream.expect('rightDelim', 'else').pos
    return { kind: 'else', pos, tree: this.#tree }
  }

  #control(kind: 'if' | 'range' | 'with'): BranchNode {
    this.#stream.enter()
    const mark = this.#scope.vars.length
    const pipe = this.#pipelines.pipeline(kind, 'rightDelim')
    if (kind === 'range') this.#rangeDepth++
    const { list, end } = this.#itemList()
    if (kind === 'range') this.#rangeDepth--
    const elseList = end.kind === 'else' ? this.#elseList(kind, end) : undefined
    this.#scope.vars.length = mark
    this.#stream.leave()
    return { kind, pos: pipe.pos, tree: this.#tree, pipe, list, elseList }
  }

  /** What follows an `{{else`: a chained `if` or `with` takes the coming `{{end}}` for itself. */
  #elseList(kind: 'if' | 'range' | 'with', marker: MarkerNode): ListNode {
    if (kind !== 'range' && this.#stream.peek().type === kind) {
      this.#stream.next()
      const list = this.#list(marker.pos)
      list.nodes.push(this.#control(kind))
      return list
    }
    const { list, end } = this.#itemList()
    if (end.kind !== 'end') this.#stream.fail(`expected end; found ${nodeText(end)}`)
    return list
  }

  #block(): TemplateNode {
    const token = this.#stream.nextNonSpace()
    const name = this.#templateName(token, 'block clause')
    const pipe = this.#pipelines.pipeline('block clause', 'rightDelim')
    const body = new TreeParser(this.#file, name)
    // In Go the body is a tree with tokens of its own: this one still has the last token of its clause, and its action is not the body's.
    const { last, actionLine } = this.#stream
    this.#stream.enter()
    this.#stream.actionLine = 0
    const { list, end } = body.#itemList()
    this.#stream.actionLine = actionLine
    this.#stream.leave()
    if (end.kind !== 'end') this.#stream.fail(`unexpected ${nodeText(end)} in block clause`, last)
    body.#add(list)
    return { kind: 'template', pos: token.pos, tree: this.#tree, name, pipe, end: pipe.end }
  }

  #templateCall(): TemplateNode {
    const token = this.#stream.nextNonSpace()
    const name = this.#templateName(token, 'template clause')
    const end = token.pos + token.value.length
    if (this.#stream.nextNonSpace().type === 'rightDelim') {
      return { kind: 'template', pos: token.pos, tree: this.#tree, name, pipe: undefined, end }
    }
    this.#stream.backup()
    const pipe = this.#pipelines.pipeline('template clause', 'rightDelim')
    return { kind: 'template', pos: token.pos, tree: this.#tree, name, pipe, end: pipe.end }
  }

  #templateName(token: Token, context: string): string {
    if (token.type !== 'string' && token.type !== 'rawString') this.#stream.unexpected(token, context)
    return this.#unquote(token)
  }
}
