import type {
  ChainNode,
  CommandNode,
  FieldNode,
  IdentifierNode,
  Operand,
  PipeNode,
  VariableNode,
} from '../parse/nodes.ts'
import { nodeText } from '../parse/print.ts'
import { ANY } from '../values/types.ts'
import { Tagged } from '../track/tagged.ts'
import type { GoFunc, Value } from '../values/value.ts'
import { Arguments, idealConstant, type Eval } from './arguments.ts'
import type { CompileContext } from './context.ts'
import type { Frame } from './frame.ts'
import { compileFunction } from './function.ts'
import { walkFields } from './fields.ts'
import { NONE } from './unset.ts'

/** A compiled command: gets the value of the command before it, or NONE. */
export type Command = (frame: Frame, dot: Value, final: Value) => Value

/** A pipeline whose declarations are done; nil interfaces come out as missing values, as Go unpacks them. */
export function compilePipe(context: CompileContext, pipe: PipeNode): Eval {
  const commands = pipe.cmds.map((command) => compileCommand(context, command))
  const evaluate = chainCommands(pipe, commands)
  if (pipe.decl.length === 0) return evaluate
  const slots = pipe.decl.map((variable) => declareOrResolve(context, variable, pipe.isAssign))
  return (frame, dot) => {
    const value = evaluate(frame, dot)
    for (const slot of slots) setVariable(frame, typeof slot === 'number' ? slot : slot(frame), value)
    return value
  }
}

function declareOrResolve(
  context: CompileContext,
  variable: VariableNode,
  isAssign: boolean,
): number | ((frame: Frame) => number) {
  return isAssign ? context.scope.resolve(variable.ident[0]) : context.scope.declare(variable.ident[0])
}

/** Writes a variable with a concrete value. */
function setVariable(frame: Frame, slot: number, value: Value): void {
  frame.vars[slot] = value
  frame.interfaceVars[slot] = false
}

function chainCommands(pipe: PipeNode, commands: readonly Command[]): Eval {
  const [only] = commands
  if (only !== undefined && commands.length === 1) {
    return (frame, dot) => {
      frame.node = pipe
      return unpacked(only(frame, dot, NONE))
    }
  }
  return (frame, dot) => {
    frame.node = pipe
    let value: Value = NONE
    for (const command of commands) {
      value = unpacked(command(frame, dot, value))
    }
    return value
  }
}

/** Between commands and behind the last one a nil is no value; in a tracked run it still has its sources. */
function unpacked(value: Value): Value {
  if (value === null) return undefined
  return value instanceof Tagged && value.value === null ? value.as(undefined) : value
}

function compileCommand(context: CompileContext, command: CommandNode): Command {
  const [first, ...rest] = command.args
  const args = compileArguments(context, first, rest)
  switch (first.kind) {
    case 'field':
      return compileField(first, args)
    case 'chain':
      return compileChain(context, first, args)
    case 'identifier':
      return compileFunction(context, { identifier: first, node: command, args })
    case 'variable':
      return compileVariable(context, first, args)
    case 'pipe': {
      const evaluate = compilePipe(context, first)
      return onlyValue(first, args, { evaluate, atFirst: false })
    }
    default:
      return onlyValue(first, args, { evaluate: compileConstant(first), atFirst: true })
  }
}

/** What is no name: it stands for itself. */
type Constant = Extract<Operand, { kind: 'bool' | 'dot' | 'nil' | 'number' | 'string' }>

/** A first word that takes no arguments. */
function onlyValue(first: Operand, args: Arguments, how: { evaluate: Eval; atFirst: boolean }): Command {
  const { evaluate, atFirst } = how
  return (frame, dot, final) => {
    if (atFirst) frame.node = first
    if (args.count > 0 || final !== NONE) frame.fail(`can't give argument to non-function ${nodeText(first)}`)
    return evaluate(frame, dot)
  }
}

function compileConstant(node: Constant): Eval {
  switch (node.kind) {
    case 'bool': {
      const { value } = node
      return () => value
    }
    case 'string': {
      const { text } = node
      return () => text
    }
    case 'dot':
      return (_frame, dot) => dot
    case 'number': {
      const value = idealConstant(node)
      if (typeof value === 'object' && value !== null && 'fault' in value) return (frame) => frame.fail(value.fault)
      return () => value
    }
    case 'nil':
      return (frame) => frame.fail('nil is not a command')
  }
}

/**
 * The arguments of a command. Those of `and` and `or` may be skipped, so declarations inside them are conditional.
 */
function compileArguments(context: CompileContext, first: Operand, nodes: readonly Operand[]): Arguments {
  const lazy = first.kind === 'identifier' && context.isShortCircuit(first.ident)
  if (!lazy)
    return new Arguments(
      nodes,
      nodes.map((node) => compileOperand(context, node)),
    )
  const { result, slots } = context.scope.conditionally(() => nodes.map((node) => compileOperand(context, node)))
  context.conditionalSlots.set(first, slots)
  return new Arguments(nodes, result)
}

/** An operand as an argument; undefined for constants. */
function compileOperand(context: CompileContext, node: Operand): Eval | undefined {
  switch (node.kind) {
    case 'dot':
      return (frame, dot) => {
        frame.node = node
        return dot
      }
    case 'field': {
      const command = compileField(node, NO_ARGUMENTS)
      return (frame, dot) => command(frame, dot, NONE)
    }
    case 'variable': {
      const command = compileVariable(context, node, NO_ARGUMENTS)
      return (frame, dot) => command(frame, dot, NONE)
    }
    case 'chain': {
      const command = compileChain(context, node, NO_ARGUMENTS)
      return (frame, dot) => command(frame, dot, NONE)
    }
    case 'identifier': {
      const command = compileFunction(context, { identifier: node, node, args: NO_ARGUMENTS })
      return (frame, dot) => command(frame, dot, NONE)
    }
    case 'pipe': {
      const evaluate = compilePipe(context, node)
      return evaluate
    }
    default:
      return undefined
  }
}

const NO_ARGUMENTS = new Arguments([], [])

function compileField(node: FieldNode, args: Arguments): Command {
  const { ident } = node
  return (frame, dot, final) => {
    frame.node = node
    return walkFields(frame, { value: dot, isInterface: frame.dotIsInterface, dot }, ident, { node, args, final })
  }
}

function compileVariable(context: CompileContext, node: VariableNode, args: Arguments): Command {
  const [name, ...fields] = node.ident
  const slot = context.scope.resolve(name)
  const slotOf = typeof slot === 'number' ? () => slot : slot
  if (fields.length > 0) {
    return (frame, dot, final) => {
      frame.node = node
      const at = slotOf(frame)
      const start = { value: frame.vars[at], isInterface: frame.interfaceVars[at] === true, dot }
      return walkFields(frame, start, fields, { node, args, final })
    }
  }
  return (frame, _dot, final) => {
    frame.node = node
    const at = slotOf(frame)
    if (args.count > 0 || final !== NONE) frame.fail(`can't give argument to non-function ${name}`)
    return frame.vars[at]
  }
}

function compileChain(context: CompileContext, node: ChainNode, args: Arguments): Command {
  if (node.node.kind === 'nil') return failing(node, `indirection through explicit nil in ${nodeText(node)}`)
  const evaluate = compileOperand(context, node.node)
  if (evaluate === undefined) return failing(node, `can't handle ${nodeText(node.node)}`)
  const isInterface = node.node.kind === 'identifier' && resultIsInterface(context, node.node)
  return (frame, dot, final) => {
    frame.node = node
    const start = { value: evaluate(frame, dot), isInterface, dot }
    return walkFields(frame, start, node.field, { node, args, final })
  }
}

function resultIsInterface(context: CompileContext, node: IdentifierNode): boolean {
  const found: GoFunc | undefined = context.lookup(node.ident)?.func
  return found?.result === ANY
}

function failing(node: ChainNode, reason: string): Command {
  return (frame) => {
    frame.node = node
    return frame.fail(reason)
  }
}
