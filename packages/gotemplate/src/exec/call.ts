import { FunctionError, TemplateError, isLimitError } from '../errors.ts'
import type { Node } from '../parse/nodes.ts'
import { ANY, type GoType } from '../values/types.ts'
import type { Value } from '../values/value.ts'
import { asInterface, type Arguments } from './arguments.ts'
import type { Frame } from './frame.ts'
import { NONE } from './unset.ts'
import { validate } from './validate.ts'

/** What is called: the signature of a function or method. */
export interface Signature {
  readonly params: readonly GoType[]
  readonly variadic: boolean
}

/** A call before its arguments are evaluated. */
export interface PendingCall {
  readonly name: string
  readonly callee: Signature
  readonly args: Arguments | undefined
  readonly final: Value
}

/** Evaluates and checks the arguments of a call (exec.go evalCall up to the call itself). */
export function collectArguments(frame: Frame, dot: Value, call: PendingCall): Value[] {
  const { callee, args, final } = call
  const given = args?.count ?? 0
  const count = given + (final === NONE ? 0 : 1)
  checkCount(frame, call, count)
  const argv: Value[] = []
  for (let i = 0; i < given; i++) {
    const evaluate = args?.typed(i, paramType(callee, i))
    if (evaluate !== undefined) argv.push(evaluate(frame, dot))
  }
  if (final !== NONE) argv.push(finalArgument(frame, final, finalType(callee, count)))
  return argv
}

function checkCount(frame: Frame, call: PendingCall, count: number): void {
  const { params, variadic } = call.callee
  const fixed = variadic ? params.length - 1 : params.length
  if (variadic && count < fixed) {
    frame.fail(`wrong number of args for ${call.name}: want at least ${fixed} got ${call.args?.count ?? 0}`)
  }
  if (!variadic && count !== fixed) frame.fail(`wrong number of args for ${call.name}: want ${fixed} got ${count}`)
}

function finalArgument(frame: Frame, final: Value, type: GoType): Value {
  const value = validate(frame, final, type)
  return type === ANY ? asInterface(value) : value
}

/** The type of the parameter at an index; those of the variadic part share one. */
export function paramType(callee: Signature, index: number): GoType {
  return callee.params[Math.min(index, callee.params.length - 1)] ?? ANY
}

/** The pipeline's value fills the last parameter, whatever its index. */
function finalType(callee: Signature, count: number): GoType {
  const last = callee.params.length - 1
  return callee.variadic ? paramType(callee, count - 1) : (callee.params[last] ?? ANY)
}

/** A call with everything evaluated. */
export interface ReadyCall {
  readonly name: string
  /** The node that an error of the function is reported at. */
  readonly node: Node
  readonly call: () => Value
}

/** Calls, and words a failure as Go does. */
export function invoke(frame: Frame, ready: ReadyCall): Value {
  frame.run.step(frame)
  try {
    return ready.call()
  } catch (error) {
    return rethrow(frame, ready, error)
  }
}

/** Turns what a function threw into an execution error at `at.node`; limits and defects pass unchanged. */
export function rethrow(frame: Frame, at: { name: string; node: Node }, error: unknown): never {
  if (isLimitError(error) || !(error instanceof FunctionError || error instanceof TemplateError)) throw error
  frame.node = at.node
  return frame.fail(`error calling ${at.name}: ${error.message}`, error)
}
