import {
  type GoFunc,
  GoFunc as Func,
  GoObject,
  type Value,
  fn,
  go,
  isTrue,
  kindOf,
  rest,
  unionOf,
  untag,
} from '@slipway/gotemplate'
import { fail } from './panics.ts'

/** sprig's empty: the zero value of its type; structs never are. */
export function isEmpty(value: Value): boolean {
  const plain = untag(value)
  if (plain instanceof Func || plain instanceof GoObject) return false
  return !isTrue(plain)
}

/** The chosen value keeps its own sources and gets those that decided. */
function choosing(choose: (args: readonly Value[]) => Value) {
  return { tracking: (args: readonly Value[]) => unionOf(choose(args), args.map(decider)) }
}

/** Scalars decide with their value; containers only by being empty, which no source of a member tells. */
function decider(value: Value): Value {
  const kind = kindOf(untag(value))
  return kind === 'map' || kind === 'slice' || kind === 'invalid' ? undefined : value
}

function defaultOf(fallback: Value, given: readonly Value[]): Value {
  return given.length === 0 || isEmpty(given[0]) ? fallback : given[0]
}

function coalesce(values: readonly Value[]): Value {
  return values.find((value) => !isEmpty(value)) ?? null
}

/** default, empty, coalesce, all, any, ternary, fail. */
export function defaultFunctions(): Record<string, GoFunc> {
  const anything = rest(go.any)
  return {
    default: fn(
      [go.any, anything],
      go.any,
      defaultOf,
      choosing(([fallback, ...given]) => defaultOf(fallback, given)),
    ),
    empty: fn([go.any], go.bool, isEmpty),
    coalesce: fn([anything], go.any, coalesce, choosing(coalesce)),
    all: fn([anything], go.bool, (values) => !values.some(isEmpty)),
    any: fn([anything], go.bool, (values) => values.some((value) => !isEmpty(value))),
    ternary: fn([go.any, go.any, go.bool], go.any, (yes, no, test) => (test ? yes : no), {
      tracking: ([yes, no, test]) => unionOf(untag(test) === true ? yes : no, [test]),
    }),
    fail: fn([go.string], go.string, (message) => fail(message)),
    hello: fn([], go.string, () => 'Hello!'),
  }
}
