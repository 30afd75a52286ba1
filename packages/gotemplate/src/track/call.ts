import type { CallContext } from '../exec/run.ts'
import type { GoFunc, Value } from '../values/value.ts'
import { bare, mergeSources, sourcesOf, tagAll } from './marks.ts'

/** Calls a function in a tracked run, by the policy that it declares. */
export function trackedCall(func: GoFunc, args: readonly Value[], context: CallContext): Value {
  const { tracking } = func
  if (tracking === 'opaque') return func.call(args, context)
  if (typeof tracking === 'function') return tracking(args, (plain) => func.call(plain, context), context)
  return plainCall(args, (plain) => func.call(plain, context))
}

/** Calls with bare values; the whole result has the sources of all arguments. */
export function plainCall(args: readonly Value[], call: (args: readonly Value[]) => Value): Value {
  const source = mergeSources(args.flatMap(sourcesOf))
  if (source === undefined) return call(args)
  const result = call(args.map(bare))
  return result === undefined || result === null ? result : tagAll(result, source)
}
