import { quote, unquote } from '../strconv/quote.ts'
import type { Token, TokenType } from './lexer.ts'
import type { CommandNode, NumberNode, Operand, PipeNode, VariableNode } from './nodes.ts'
import { parseNumber } from './number.ts'
import { nodeText } from './print.ts'
import type { TokenStream } from './stream.ts'
import type { Tree } from './tree.ts'

/** The variables in sight. */
export interface Scope {
  readonly vars: string[]
}

/** What a pipeline is parsed in. */
export interface PipelineContext {
  readonly tree: Tree
  readonly scope: Scope
  readonly hasFunction: (name: string) => boolean
}

const OPERAND_STARTS = new Set<TokenType>([
  'bool',
  'charConstant',
  'complex',
  '.',
  'field',
  'identifier',
  'number',
  'nil',
  'rawString',
  'string',
  'variable',
  'leftParen',
])

/** Parses pipelines: declarations, commands, operands, terms. */
export class PipelineParser {
  readonly #stream: TokenStream
  readonly #context: PipelineContext

  constructor(stream: TokenStream, context: PipelineContext) {
    this.#stream = stream
    this.#context = context
  }

  /** A pipeline up to and with its end token. `context` words the errors; `range` allows two variables. */
  pipeline(context: string, end: TokenType): PipeNode {
    const { tree } = this.#context
    const { pos } = this.#stream.peekNonSpace()
    const declared = this.#declarations(context)
    const cmds: CommandNode[] = []
    for (;;) {
      const token = this.#stream.nextNonSpace()
      if (token.type === end) {
        this.#check(cmds, context)
        return { kind: 'pipe', pos, tree, ...declared, cmds, end: token.pos }
      }
      if (!OPERAND_STARTS.has(token.type)) this.#stream.unexpected(token, context)
      this.#stream.backup()
      cmds.push(this.#command())
    }
  }

  #declarations(context: string): { isAssign: boolean; decl: VariableNode[] } {
    const decl: VariableNode[] = []
    for (;;) {
      const variable = this.#stream.peekNonSpace()
      if (variable.type !== 'variable') return { isAssign: false, decl }
      this.#stream.next()
      const after = this.#stream.peek()
      const next = this.#stream.peekNonSpace()
      if (next.type === 'assign' || next.type === 'declare') {
        this.#stream.nextNonSpace()
        this.#declare(variable, decl)
        return { isAssign: next.type === 'assign', decl }
      }
      if (next.type !== 'char' || next.value !== ',') {
        if (after.type === 'space') this.#stream.backup3(variable, after)
        else this.#stream.backup2(variable)
        return { isAssign: false, decl }
      }
      this.#stream.nextNonSpace()
      this.#declare(variable, decl)
      this.#checkSecondVariable(context, decl.length)
    }
  }

  #declare(token: Token, decl: VariableNode[]): void {
    decl.push(this.#variable(token.pos, token.value))
    this.#context.scope.vars.push(token.value)
  }

  #checkSecondVariable(context: string, count: number): void {
    if (context !== 'range' || count >= 2) this.#stream.fail(`too many declarations in ${context}`)
    const { type } = this.#stream.peekNonSpace()
    if (type !== 'variable' && type !== 'rightDelim' && type !== 'rightParen')
      this.#stream.fail('range can only initialize variables')
  }

  #check(cmds: readonly CommandNode[], context: string): void {
    if (cmds.length === 0) this.#stream.fail(`missing value for ${context}`)
    cmds.forEach((command, index) => {
      const kind = command.args[0]?.kind
      const constant = kind === 'bool' || kind === 'dot' || kind === 'nil' || kind === 'number' || kind === 'string'
      if (index > 0 && constant) this.#stream.fail(`non executable command in pipeline stage ${index + 1}`)
    })
  }

  #variable(pos: number, text: string): VariableNode {
    const [name = '', ...fields] = text.split('.')
    return { kind: 'variable', pos, tree: this.#context.tree, ident: [name, ...fields] }
  }

  #command(): CommandNode {
    const { pos } = this.#stream.peekNonSpace()
    const args: Operand[] = []
    for (;;) {
      this.#stream.peekNonSpace()
      const operand = this.#operand()
      if (operand !== undefined) args.push(operand)
      const token = this.#stream.next()
      if (token.type === 'space') continue
      if (token.type === 'rightDelim' || token.type === 'rightParen') this.#stream.backup()
      else if (token.type !== 'pipe') this.#stream.unexpected(token, 'operand')
      break
    }
    const [first, ...rest] = args
    if (first === undefined) return this.#stream.fail('empty command')
    return { kind: 'command', pos, tree: this.#context.tree, args: [first, ...rest] }
  }

  /** A term with the fields behind it. */
  #operand(): Operand | undefined {
    const node = this.#term()
    if (node === undefined || this.#stream.peek().type !== 'field') return node
    const { tree } = this.#context
    const { pos } = this.#stream.peek()
    const field: string[] = []
    while (this.#stream.peek().type === 'field') field.push(this.#stream.next().value.slice(1))
    switch (node.kind) {
      case 'field':
        return { kind: 'field', pos, tree, ident: [...node.ident, ...field] }
      case 'variable':
        return { kind: 'variable', pos, tree, ident: [...node.ident, ...field] }
      case 'bool':
      case 'string':
      case 'number':
      case 'nil':
      case 'dot':
        return this.#stream.fail(`unexpected . after term ${quote(nodeText(node))}`)
      default:
        return { kind: 'chain', pos, tree, node, field }
    }
  }

  #term(): Operand | undefined {
    const { tree } = this.#context
    const token = this.#stream.nextNonSpace()
    const { pos, value } = token
    switch (token.type) {
      case 'identifier':
        if (!this.#context.hasFunction(value)) this.#stream.fail(`function ${quote(value)} not defined`)
        return { kind: 'identifier', pos, tree, ident: value }
      case '.':
        return { kind: 'dot', pos, tree }
      case 'nil':
        return { kind: 'nil', pos, tree }
      case 'variable':
        return this.#useVariable(token)
      case 'field':
        return { kind: 'field', pos, tree, ident: value.slice(1).split('.') }
      case 'bool':
        return { kind: 'bool', pos, tree, value: value === 'true' }
      case 'charConstant':
      case 'complex':
      case 'number':
        return this.#number(token, token.type)
      case 'leftParen':
        return this.#parenthesised()
      case 'string':
      case 'rawString':
        return { kind: 'string', pos, tree, quoted: value, text: this.#unquote(value) }
      default:
        this.#stream.backup()
        return undefined
    }
  }

  #parenthesised(): PipeNode {
    this.#stream.enter()
    const pipe = this.pipeline('parenthesized pipeline', 'rightParen')
    this.#stream.leave()
    return pipe
  }

  #useVariable(token: Token): VariableNode {
    const node = this.#variable(token.pos, token.value)
    if (!this.#context.scope.vars.includes(node.ident[0]))
      this.#stream.fail(`undefined variable ${quote(node.ident[0])}`)
    return node
  }

  #number(token: Token, type: 'charConstant' | 'complex' | 'number'): NumberNode {
    const number = parseNumber(token.value, type)
    if (typeof number === 'string') return this.#stream.fail(number)
    return { kind: 'number', pos: token.pos, tree: this.#context.tree, text: token.value, ...number }
  }

  #unquote(literal: string): string {
    const text = unquote(literal)
    if (text === undefined) return this.#stream.fail('invalid syntax')
    return text
  }
}
