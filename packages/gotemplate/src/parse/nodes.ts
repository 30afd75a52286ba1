import type { Tree } from './tree.ts'

interface NodeBase {
  /** UTF-16 offset in the tree's text. */
  readonly pos: number
  /** The tree that the node was parsed in: names the file and the text of error messages. */
  readonly tree: Tree
}

export interface ListNode extends NodeBase {
  readonly kind: 'list'
  readonly nodes: Node[]
}

export interface TextNode extends NodeBase {
  readonly kind: 'text'
  readonly text: string
}

export interface CommentNode extends NodeBase {
  readonly kind: 'comment'
  readonly text: string
}

export interface ActionNode extends NodeBase {
  readonly kind: 'action'
  readonly pipe: PipeNode
}

export interface PipeNode extends NodeBase {
  readonly kind: 'pipe'
  readonly isAssign: boolean
  readonly decl: readonly VariableNode[]
  readonly cmds: readonly CommandNode[]
  /** Offset after the last token. */
  readonly end: number
}

export interface CommandNode extends NodeBase {
  readonly kind: 'command'
  readonly args: readonly [Operand, ...Operand[]]
}

export interface IdentifierNode extends NodeBase {
  readonly kind: 'identifier'
  readonly ident: string
}

export interface VariableNode extends NodeBase {
  readonly kind: 'variable'
  /** The name with its `$`, then the fields. */
  readonly ident: readonly [string, ...string[]]
}

export interface DotNode extends NodeBase {
  readonly kind: 'dot'
}

export interface NilNode extends NodeBase {
  readonly kind: 'nil'
}

export interface FieldNode extends NodeBase {
  readonly kind: 'field'
  readonly ident: readonly string[]
}

export interface ChainNode extends NodeBase {
  readonly kind: 'chain'
  readonly node: Operand
  readonly field: readonly string[]
}

export interface BoolNode extends NodeBase {
  readonly kind: 'bool'
  readonly value: boolean
}

/** A constant under every type that can hold it, as Go's ideal constants. */
export interface NumberNode extends NodeBase {
  readonly kind: 'number'
  readonly text: string
  readonly int: bigint | undefined
  readonly uint: bigint | undefined
  readonly float: number | undefined
  readonly complex: { readonly re: number; readonly im: number } | undefined
}

export interface StringNode extends NodeBase {
  readonly kind: 'string'
  readonly quoted: string
  readonly text: string
}

export interface BranchNode extends NodeBase {
  readonly kind: 'if' | 'with' | 'range'
  readonly pipe: PipeNode
  readonly list: ListNode
  readonly elseList: ListNode | undefined
}

export interface TemplateNode extends NodeBase {
  readonly kind: 'template'
  readonly name: string
  readonly pipe: PipeNode | undefined
  readonly end: number
}

export interface LoopControlNode extends NodeBase {
  readonly kind: 'break' | 'continue'
}

/** `{{else}}` and `{{end}}`: seen by the parser only. */
export interface MarkerNode extends NodeBase {
  readonly kind: 'else' | 'end'
}

/** What can stand in a command. */
export type Operand =
  | BoolNode
  | ChainNode
  | DotNode
  | FieldNode
  | IdentifierNode
  | NilNode
  | NumberNode
  | PipeNode
  | StringNode
  | VariableNode

/** What can stand in a list. */
export type Statement = ActionNode | BranchNode | CommentNode | LoopControlNode | TemplateNode | TextNode

export type Node = Statement | Operand | CommandNode | ListNode | MarkerNode
