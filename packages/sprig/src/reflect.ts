import { type GoFunc, fn, go, kindOf, typeName, untag, type Value } from '@slipway/gotemplate'
import { deepEqual } from './lists/equal.ts'

function kind(value: Value): string {
  return kindOf(untag(value))
}

/** typeOf, kindOf and what compares with them. */
export function reflectFunctions(): Record<string, GoFunc> {
  return {
    typeOf: fn([go.any], go.string, typeName),
    typeIs: fn([go.string, go.any], go.bool, (target, value) => target === typeName(value)),
    typeIsLike: fn(
      [go.string, go.any],
      go.bool,
      (target, value) => target === typeName(value) || `*${target}` === typeName(value),
    ),
    kindOf: fn([go.any], go.string, kind),
    kindIs: fn([go.string, go.any], go.bool, (target, value) => target === kind(value)),
    deepEqual: fn([go.any, go.any], go.bool, deepEqual),
  }
}
