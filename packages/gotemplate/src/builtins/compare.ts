import { FunctionError } from '../errors.ts'
import { sprintf } from '../fmt/printf.ts'
import { compareStrings } from '../text/utf8.ts'
import { isComparable, isNil, isUnsigned, kindOf, sameValue, typeName } from '../values/reflect.ts'
import { GoComplex, GoInt, type Value } from '../values/value.ts'

type BasicKind = 'bool' | 'complex' | 'int' | 'float' | 'string' | 'uint' | 'invalid'

const BAD_TYPE = 'invalid type for comparison'

function basicKind(value: Value): BasicKind {
  switch (typeof value) {
    case 'string':
      return 'string'
    case 'number':
      return 'float'
    case 'boolean':
      return 'bool'
    default:
      if (value instanceof GoInt) return isUnsigned(value.type) ? 'uint' : 'int'
      return value instanceof GoComplex ? 'complex' : 'invalid'
  }
}

/** `eq a b c`: a equals b or c (funcs.go eq). */
export function equal(first: Value, others: readonly Value[]): boolean {
  if (others.length === 0) throw new FunctionError('missing argument for comparison')
  return others.some((other) => equalPair(first, other))
}

function equalPair(a: Value, b: Value): boolean {
  const kind = basicKind(a)
  const other = basicKind(b)
  if (kind !== other) {
    if (a instanceof GoInt && b instanceof GoInt) return a.value === b.value
    if (a !== undefined && a !== null && b !== undefined && b !== null) {
      throw new FunctionError(`incompatible types for comparison: ${typeName(a)} and ${typeName(b)}`)
    }
    return false
  }
  if (a instanceof GoInt && b instanceof GoInt) return a.value === b.value
  return kind === 'invalid' ? equalOther(a, b) : sameValue(a, b)
}

function equalOther(a: Value, b: Value): boolean {
  const kindA = kindOf(a)
  const kindB = kindOf(b)
  if (kindA !== kindB && kindA !== 'invalid' && kindB !== 'invalid') {
    const [shownA, shownB] = [sprintf('%s', [a]), sprintf('%v', [b])]
    throw new FunctionError(`non-comparable types ${shownA}: ${typeName(a)}, ${typeName(b)}: ${shownB}`)
  }
  if (isNil(a) || isNil(b)) return isNil(a) === isNil(b)
  if (!isComparable(b)) throw new FunctionError(`non-comparable type ${sprintf('%s', [b])}: ${typeName(b)}`)
  return sameValue(a, b)
}

/** `lt a b` (funcs.go lt). */
export function less(a: Value, b: Value): boolean {
  const kind = basicKind(a)
  const other = basicKind(b)
  if (kind === 'invalid' || other === 'invalid') throw new FunctionError(BAD_TYPE)
  if (a instanceof GoInt && b instanceof GoInt) return a.value < b.value
  if (kind !== other) throw new FunctionError(`incompatible types for comparison: ${typeName(a)} and ${typeName(b)}`)
  if (typeof a === 'number' && typeof b === 'number') return a < b
  if (typeof a === 'string' && typeof b === 'string') return compareStrings(a, b) < 0
  throw new FunctionError(BAD_TYPE)
}
