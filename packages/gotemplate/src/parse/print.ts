import { quote } from '../strconv/quote.ts'
import type { BranchNode, CommandNode, Node, PipeNode } from './nodes.ts'

/** The text of a node as Go's error messages show it: canonical, not the source. */
export function nodeText(node: Node): string {
  switch (node.kind) {
    case 'list':
      return node.nodes.map(nodeText).join('')
    case 'text':
      return node.text
    case 'comment':
      return `{{${node.text}}}`
    case 'action':
      return `{{${pipeText(node.pipe)}}}`
    case 'pipe':
      return pipeText(node)
    case 'command':
      return commandText(node)
    case 'if':
    case 'with':
    case 'range':
      return branchText(node)
    case 'template':
      return `{{template ${quote(node.name)}${node.pipe === undefined ? '' : ` ${pipeText(node.pipe)}`}}}`
    case 'break':
    case 'continue':
    case 'else':
    case 'end':
      return `{{${node.kind}}}`
    default:
      return operandText(node)
  }
}

function operandText(node: Exclude<CommandNode['args'][number], PipeNode>): string {
  switch (node.kind) {
    case 'identifier':
      return node.ident
    case 'variable':
      return node.ident.join('.')
    case 'field':
      return node.ident.map((name) => `.${name}`).join('')
    case 'chain':
      return `${node.node.kind === 'pipe' ? `(${pipeText(node.node)})` : nodeText(node.node)}.${node.field.join('.')}`
    case 'dot':
      return '.'
    case 'nil':
      return 'nil'
    case 'bool':
      return String(node.value)
    case 'number':
      return node.text
    case 'string':
      return node.quoted
  }
}

function pipeText(pipe: PipeNode): string {
  const decl = pipe.decl.map((variable) => variable.ident.join('.')).join(', ')
  const head = pipe.decl.length === 0 ? '' : `${decl} ${pipe.isAssign ? '=' : ':='} `
  return head + pipe.cmds.map(commandText).join(' | ')
}

function commandText(command: CommandNode): string {
  return command.args.map((arg) => (arg.kind === 'pipe' ? `(${pipeText(arg)})` : nodeText(arg))).join(' ')
}

function branchText(node: BranchNode): string {
  const otherwise = node.elseList === undefined ? '' : `{{else}}${nodeText(node.elseList)}`
  return `{{${node.kind} ${pipeText(node.pipe)}}}${nodeText(node.list)}${otherwise}{{end}}`
}
