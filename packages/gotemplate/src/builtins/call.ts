import { FunctionError } from '../errors.ts'
import type { CallContext } from '../exec/run.ts'
import { paramType } from '../exec/call.ts'
import { untag } from '../track/tagged.ts'
import { isInteger, typeName, typeOf, zeroOf } from '../values/reflect.ts'
import { REFLECT, assignableTo, canBeNil, integerBits, type GoType } from '../values/types.ts'
import { GoFunc, type Value, intOf } from '../values/value.ts'

/** `call f a b` (funcs.go call): the first value is the function; `name` is its text in messages. */
export function callFunction(name: string, argv: readonly Value[], context: CallContext): Value {
  const [callee, ...args] = argv.map(untag)
  if (callee === undefined || callee === null) throw new FunctionError('call of nil')
  if (!(callee instanceof GoFunc)) throw new FunctionError(`non-function ${name} of type ${typeName(callee)}`)
  const fixed = callee.variadic ? callee.params.length - 1 : callee.params.length
  if (callee.variadic && args.length < fixed) {
    throw new FunctionError(`wrong number of args for ${name}: got ${args.length} want at least ${fixed}`)
  }
  if (!callee.variadic && args.length !== fixed) {
    throw new FunctionError(`wrong number of args for ${name}: got ${args.length} want ${fixed}`)
  }
  return callee.call(
    args.map((arg, i) => prepare(arg, paramType(callee, i), i)),
    context,
  )
}

function prepare(value: Value, type: GoType, index: number): Value {
  if (value === undefined || value === null) {
    if (!canBeNil(type)) throw new FunctionError(`arg ${index}: value is nil; should be of type ${type.name}`)
    return zeroOf(type)
  }
  const actual = typeOf(value)
  if (actual === undefined || assignableTo(actual, type) || type === REFLECT) return value
  if (isInteger(value) && integerBits(type.kind) !== undefined) return intOf(type, value.value)
  throw new FunctionError(`arg ${index}: value has type ${actual.name}; should be ${type.name}`)
}
