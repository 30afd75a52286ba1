import type { CallContext } from '../exec/run.ts'
import type { GoFunc, Value } from '../values/value.ts'
import { Stripper } from './strip.ts'
import { sourceMarks, tagAll } from './marks.ts'

/** Calls a function in a tracked run, by the policy that it declares. */
export function trackedCall(func: GoFunc, args: readonly Value[], context: CallContext): Value {
  const { tracking } = func
  if (tracking === 'opaque') return func.call(args, context)
  if (typeof tracking === 'function') return tracking(args, (plain) => func.call(plain, context), context)
  if (!args.some(isObject)) return func.call(args, context)
  return plainCall(args, (plain) => func.call(plain, context))
}

/** Only objects are tagged or hold what is. */
function isObject(value: Value): boolean {
  return typeof value === 'object' && value !== null
}

/** Calls with bare values; the whole result has the sources of all arguments. */
export function plainCall(args: readonly Value[], call: (args: readonly Value[]) => Value): Value {
  const stripper = new Stripper()
  const plain = args.map((arg) => stripper.strip(arg))
  const result = call(plain)
  if (stripper.found.length === 0 || result === undefined || result === null) return result
  return tagAll(result, sourceMarks(stripper.found))
}
