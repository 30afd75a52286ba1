import type { Operand } from '../parse/nodes.ts'
import { nodeText } from '../parse/print.ts'
import { Tagged } from '../track/tagged.ts'
import { zeroOf } from '../values/reflect.ts'
import { ANY, REFLECT, canBeNil, integerBits, type GoType } from '../values/types.ts'
import { GoComplex, type Value, goInt, intOf } from '../values/value.ts'
import type { Frame } from './frame.ts'
import type { NumberNode } from '../parse/nodes.ts'
import { validate } from './validate.ts'

/** A compiled expression. */
export type Eval = (frame: Frame, dot: Value) => Value

/** The operands behind the first word of a command, each compiled once per parameter type that it meets. */
export class Arguments {
  readonly nodes: readonly Operand[]
  readonly #evals: readonly (Eval | undefined)[]
  readonly #typed: Map<GoType, Eval>[]

  /** `evals` are undefined for constants, whose value depends on the parameter. */
  constructor(nodes: readonly Operand[], evals: readonly (Eval | undefined)[]) {
    this.nodes = nodes
    this.#evals = evals
    this.#typed = nodes.map(() => new Map<GoType, Eval>())
  }

  get count(): number {
    return this.nodes.length
  }

  /** The argument at `index` as a parameter of the type. */
  typed(index: number, type: GoType): Eval {
    const known = this.#typed[index]?.get(type)
    if (known !== undefined) return known
    const node = this.nodes[index] as Operand
    const made = typedArgument(node, this.#evals[index], type)
    this.#typed[index]?.set(type, made)
    return made
  }
}

/** exec.go evalArg for one operand and one parameter type. */
function typedArgument(node: Operand, evaluate: Eval | undefined, type: GoType): Eval {
  if (evaluate !== undefined) {
    if (type === ANY) return (frame, dot) => evaluateAny(frame, dot, evaluate)
    if (type === REFLECT) return evaluate
    return (frame, dot) => validate(frame, evaluate(frame, dot), type)
  }
  const constant = constantOf(node, type)
  if (typeof constant === 'object' && constant !== null && 'fault' in constant) {
    const { fault } = constant
    return (frame) => {
      frame.node = node
      return frame.fail(fault)
    }
  }
  return (frame) => {
    frame.node = node
    return constant
  }
}

function evaluateAny(frame: Frame, dot: Value, evaluate: Eval): Value {
  return asInterface(evaluate(frame, dot))
}

/** What an `interface {}` holds for a value: nil where there is none. */
export function asInterface(value: Value): Value {
  if (value === undefined) return null
  return value instanceof Tagged && value.value === undefined ? value.as(null) : value
}

function constantOf(node: Operand, type: GoType): Value | { readonly fault: string } {
  if (node.kind === 'nil') return canBeNil(type) ? zeroConstant(type) : { fault: `cannot assign nil to ${type.name}` }
  if (type === ANY || type === REFLECT) return emptyInterfaceConstant(node)
  switch (type.kind) {
    case 'bool':
      return node.kind === 'bool' ? node.value : { fault: `expected bool; found ${nodeText(node)}` }
    case 'string':
      return node.kind === 'string' ? node.text : { fault: `expected string; found ${nodeText(node)}` }
    case 'float64':
    case 'float32':
      return node.kind === 'number' && node.float !== undefined
        ? node.float
        : { fault: `expected float; found ${nodeText(node)}` }
    case 'complex128':
      return node.kind === 'number' && node.complex !== undefined
        ? new GoComplex(node.complex.re, node.complex.im)
        : { fault: `expected complex; found ${nodeText(node)}` }
    default:
      return integerConstant(node, type)
  }
}

function zeroConstant(type: GoType): Value {
  return type === REFLECT ? undefined : zeroOf(type)
}

function integerConstant(node: Operand, type: GoType): Value | { readonly fault: string } {
  const bits = integerBits(type.kind)
  if (bits === undefined) return { fault: `can't handle ${nodeText(node)} for arg of type ${type.name}` }
  const value = node.kind === 'number' ? (bits.signed ? node.int : node.uint) : undefined
  if (value !== undefined) return intOf(type, value)
  return { fault: `expected ${bits.signed ? '' : 'unsigned '}integer; found ${nodeText(node)}` }
}

function emptyInterfaceConstant(node: Operand): Value | { readonly fault: string } {
  switch (node.kind) {
    case 'bool':
      return node.value
    case 'string':
      return node.text
    case 'number':
      return idealConstant(node)
    default:
      return { fault: `can't handle assignment of ${nodeText(node)} to empty interface argument` }
  }
}

/** The value of a number where no type is asked for: its syntax decides (exec.go idealConstant). */
export function idealConstant(node: NumberNode): Value | { readonly fault: string } {
  const { text } = node
  if (node.complex !== undefined) return new GoComplex(node.complex.re, node.complex.im)
  if (node.float !== undefined && !isHexInt(text) && !text.startsWith("'") && /[.eEpP]/.test(text)) return node.float
  if (node.int !== undefined) return goInt(node.int)
  return { fault: `${text} overflows int` }
}

function isHexInt(text: string): boolean {
  return /^0[xX]/.test(text) && text.length > 2 && !/[pP]/.test(text)
}
