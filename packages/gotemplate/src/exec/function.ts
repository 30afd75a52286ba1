import type { IdentifierNode, Node } from '../parse/nodes.ts'
import { nodeText } from '../parse/print.ts'
import { quote } from '../strconv/quote.ts'
import { callFunction } from '../builtins/call.ts'
import { trackedCall } from '../track/call.ts'
import { unionOf } from '../track/marks.ts'
import { untag } from '../track/tagged.ts'
import { isTrue, typeName } from '../values/reflect.ts'
import { REFLECT } from '../values/types.ts'
import type { GoFunc, Value } from '../values/value.ts'
import type { Arguments } from './arguments.ts'
import { collectArguments, rethrow } from './call.ts'
import type { CompileContext } from './context.ts'
import type { Frame } from './frame.ts'
import type { Command } from './pipeline.ts'
import { NONE, UNSET } from './unset.ts'

/** A function name with its arguments; `node` is what a failure of the function is reported at. */
export interface FunctionCall {
  readonly identifier: IdentifierNode
  readonly node: Node
  readonly args: Arguments
}

/** Compiles a function call (exec.go evalFunction, evalCall). */
export function compileFunction(context: CompileContext, call: FunctionCall): Command {
  const { identifier } = call
  const found = context.lookup(identifier.ident)
  if (found === undefined) {
    return (frame) => {
      frame.node = identifier
      return frame.fail(`${quote(identifier.ident)} is not a defined function`)
    }
  }
  if (context.isShortCircuit(identifier.ident)) return compileShortCircuit(context, call)
  if (found.builtin && identifier.ident === 'call') return compileCall(call, found.func)
  return context.tracked ? compileTracked(call, found.func) : compilePlain(call, found.func)
}

function compilePlain(call: FunctionCall, func: GoFunc): Command {
  const { identifier, args, node } = call
  const name = identifier.ident
  return (frame, dot, final) => {
    frame.node = identifier
    const argv = collectArguments(frame, dot, { name, callee: func, args, final })
    frame.run.step(frame)
    try {
      return func.call(argv, frame.run)
    } catch (error) {
      return rethrow(frame, { name, node }, error)
    }
  }
}

function compileTracked(call: FunctionCall, func: GoFunc): Command {
  const { identifier, args, node } = call
  const name = identifier.ident
  return (frame, dot, final) => {
    frame.node = identifier
    const argv = collectArguments(frame, dot, { name, callee: func, args, final })
    frame.run.step(frame)
    // What is executed inside is recorded as called from here; errors behind the call name the last argument, as Go's do.
    const before = frame.node
    frame.node = node
    try {
      const result = trackedCall(func, argv, frame.run)
      frame.node = before
      return result
    } catch (error) {
      return rethrow(frame, { name, node }, error)
    }
  }
}

/** `and` and `or` evaluate only as far as they must. */
function compileShortCircuit(context: CompileContext, call: FunctionCall): Command {
  const { identifier, args } = call
  const isOr = identifier.ident === 'or'
  const slots = context.conditionalSlots.get(identifier) ?? []
  const evals = args.nodes.map((_, index) => args.typed(index, REFLECT))
  return (frame, dot, final) => {
    frame.node = identifier
    if (evals.length === 0 && final === NONE)
      frame.fail(`wrong number of args for ${identifier.ident}: want at least 1 got 0`)
    for (const slot of slots) frame.vars[slot] = UNSET
    const seen: Value[] = []
    let value: Value
    for (const evaluate of evals) {
      value = evaluate(frame, dot)
      if (context.tracked) seen.push(value)
      if (isTrue(value) === isOr) return context.tracked ? unionOf(value, seen) : value
    }
    if (final === NONE) return context.tracked ? unionOf(value, seen) : value
    return context.tracked ? unionOf(final, [...seen, final]) : final
  }
}

/** `call f a b`: f is named in errors by the text of its node. */
function compileCall(call: FunctionCall, func: GoFunc): Command {
  const { identifier, args, node } = call
  return (frame: Frame, dot, final) => {
    frame.node = identifier
    const argv = collectArguments(frame, dot, { name: 'call', callee: func, args, final })
    const [first] = args.nodes
    const callee = first === undefined ? reflected(final) : nodeText(first)
    frame.run.step(frame)
    try {
      return callFunction(callee, argv, frame.run)
    } catch (error) {
      return rethrow(frame, { name: 'call', node }, error)
    }
  }
}

/** What reflect.Value.String gives: the text of a string, the type of all else. */
function reflected(value: Value): string {
  const plain = untag(value)
  if (typeof plain === 'string') return plain
  return plain === undefined ? '<invalid Value>' : `<${typeName(plain)} Value>`
}
