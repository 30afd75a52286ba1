import { fn, go, rest } from '../define.ts'
import { sprint, sprintf, sprintln } from '../fmt/printf.ts'
import { isTrue } from '../values/reflect.ts'
import type { GoFunc } from '../values/value.ts'
import { trackPrint, trackPrintf } from '../track/print.ts'
import { equal, less } from './compare.ts'
import { htmlEscape, jsEscape, queryEscape, textOfArguments } from './escape.ts'
import { index, length, slice } from './index.ts'

const values = rest(go.reflect)
const anything = rest(go.any)

/** The functions that every template has. `and`, `or` and `call` are compiled specially; only their signatures are used from here. */
export const BUILTINS: ReadonlyMap<string, GoFunc> = new Map(
  Object.entries({
    and: fn([go.reflect, values], go.reflect, (first) => first),
    or: fn([go.reflect, values], go.reflect, (first) => first),
    call: fn([go.reflect, values], go.reflect, (first) => first),
    html: fn([anything], go.string, (args) => htmlEscape(textOfArguments(args))),
    js: fn([anything], go.string, (args) => jsEscape(textOfArguments(args))),
    urlquery: fn([anything], go.string, (args) => queryEscape(textOfArguments(args))),
    index: fn([go.reflect, values], go.reflect, (item, indexes) => index(item, indexes), { tracking: 'opaque' }),
    slice: fn([go.reflect, values], go.reflect, (item, indexes) => slice(item, indexes)),
    len: fn([go.reflect], go.int, (item) => BigInt(length(item))),
    not: fn([go.reflect], go.bool, (value) => !isTrue(value)),
    print: fn([anything], go.string, (args) => sprint(args), { tracking: trackPrint }),
    printf: fn([go.string, anything], go.string, (format, args) => sprintf(format, args), { tracking: trackPrintf }),
    println: fn([anything], go.string, (args) => sprintln(args)),
    eq: fn([go.reflect, values], go.bool, (first, others) => equal(first, others)),
    ne: fn([go.reflect, go.reflect], go.bool, (a, b) => !equal(a, [b])),
    lt: fn([go.reflect, go.reflect], go.bool, (a, b) => less(a, b)),
    le: fn([go.reflect, go.reflect], go.bool, (a, b) => less(a, b) || equal(a, [b])),
    gt: fn([go.reflect, go.reflect], go.bool, (a, b) => !(less(a, b) || equal(a, [b]))),
    ge: fn([go.reflect, go.reflect], go.bool, (a, b) => !less(a, b)),
  }),
)
