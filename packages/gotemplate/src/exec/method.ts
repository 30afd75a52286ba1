import type { Method } from '../values/types.ts'
import type { Value } from '../values/value.ts'
import type { Frame } from './frame.ts'
import type { FieldAccess } from './fields.ts'
import { collectArguments, invoke } from './call.ts'

/** A method found on a receiver. */
export interface BoundMethod {
  readonly name: string
  readonly method: Method
  readonly receiver: Value
  readonly dot: Value
}

/** Calls a method with the arguments of its command. */
export function callMethod(frame: Frame, bound: BoundMethod, access: FieldAccess): Value {
  const { method, name } = bound
  const argv = collectArguments(frame, bound.dot, { name, callee: method, args: access.args, final: access.final })
  if (method.fault !== undefined) frame.fail(method.fault)
  return invoke(frame, { name, node: access.node, call: () => method.call(bound.receiver, argv) })
}
