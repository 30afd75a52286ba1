import { assignableTo, canBeNil, ANY, REFLECT, type GoType } from '../values/types.ts'
import { typeOf, zeroOf } from '../values/reflect.ts'
import { untag } from '../track/tagged.ts'
import { GoPointer, type Value } from '../values/value.ts'
import type { Frame } from './frame.ts'

/** The value as an argument of the type, or an error in Go's words (exec.go validateType). */
export function validate(frame: Frame, value: Value, type: GoType): Value {
  if (type === ANY || type === REFLECT) return value === undefined ? validateMissing(frame, type) : value
  if (untag(value) === undefined) return validateMissing(frame, type)
  const actual = typeOf(value)
  if (actual === undefined) return frame.fail(`wrong type for value; expected ${type.name}; got interface {}`)
  if (actual === type || assignableTo(actual, type)) return value
  if (value instanceof GoPointer && value.type.elem !== undefined && assignableTo(value.type.elem, type)) {
    return value.target ?? frame.fail(`dereference of nil pointer of type ${type.name}`)
  }
  return frame.fail(`wrong type for value; expected ${type.name}; got ${actual.name}`)
}

function validateMissing(frame: Frame, type: GoType): Value {
  if (type === REFLECT) return undefined
  if (canBeNil(type)) return zeroOf(type)
  return frame.fail(`invalid value; expected ${type.name}`)
}
