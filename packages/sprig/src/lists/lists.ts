import {
  GoBytes,
  type GoFunc,
  GoSlice,
  type Value,
  elementOf,
  fn,
  fnIn,
  go,
  goList,
  grownCapacity,
  isTrue,
  itemsOf,
  kindOf,
  rest,
  types,
  typeOf,
  untag,
  utf8,
  zeroOf,
} from '@slipway/gotemplate'
import { toInt64 } from '../math/cast.ts'
import { NIL_DEREFERENCE, fail } from '../panics.ts'
import { strslice, stringList, stringsOf, strval } from '../strings/text.ts'
import { deepEqual } from './equal.ts'

const opaque = { tracking: 'opaque' } as const

/** The items of a list argument, or sprig's words for what is none. */
function listOf(value: Value, complaint: string): readonly Value[] {
  const plain = untag(value)
  const items = itemsOf(plain)
  if (items !== undefined) return items
  return fail(typeOf(plain) === undefined ? NIL_DEREFERENCE : `${complaint} ${kindOf(plain)}`)
}

/** A new `[]interface {}`. */
function list(items: readonly Value[], options: { isNil?: boolean; capacity?: number } = {}): GoSlice {
  return new GoSlice(types.ANY_SLICE, [...items], options)
}

const NIL_LIST = () => list([], { isNil: true })

function append(value: Value, item: Value): GoSlice {
  const items = listOf(value, 'Cannot push on type')
  const capacity = grownCapacity(items.length + 1, items.length)
  return list([...items, item], { capacity })
}

function prepend(value: Value, item: Value): GoSlice {
  const items = listOf(value, 'Cannot prepend on type')
  return list([item, ...items], { capacity: grownCapacity(items.length + 1, 1) })
}

function first(value: Value): Value {
  return listOf(value, 'Cannot find first on type')[0] ?? null
}

function last(value: Value): Value {
  return listOf(value, 'Cannot find last on type').at(-1) ?? null
}

function restOf(value: Value): GoSlice {
  const items = listOf(value, 'Cannot find rest on type')
  return items.length === 0 ? NIL_LIST() : list(items.slice(1))
}

function initial(value: Value): GoSlice {
  const items = listOf(value, 'Cannot find initial on type')
  return items.length === 0 ? NIL_LIST() : list(items.slice(0, -1))
}

function reverse(value: Value): GoSlice {
  return list([...listOf(value, 'Cannot find reverse on type')].reverse())
}

function compact(value: Value): GoSlice {
  return goList(listOf(value, 'Cannot compact on type').filter(isTrue))
}

function uniq(value: Value): GoSlice {
  const kept: Value[] = []
  for (const item of listOf(value, 'Cannot find uniq on type'))
    if (!kept.some((known) => deepEqual(item, known))) kept.push(item)
  return goList(kept)
}

function without(value: Value, omit: readonly Value[]): GoSlice {
  return goList(
    listOf(value, 'Cannot find without on type').filter((item) => !omit.some((other) => deepEqual(item, other))),
  )
}

function has(needle: Value, haystack: Value): boolean {
  if (typeOf(haystack) === undefined) return false
  return listOf(haystack, 'Cannot find has on type').some((item) => deepEqual(needle, item))
}

function slice(value: Value, indexes: readonly Value[]): Value {
  const items = listOf(value, 'list should be type of slice or array but')
  if (items.length === 0) return null
  const from = Number(indexes.length > 0 ? toInt64(indexes[0]) : 0n)
  const to = Number(indexes.length > 1 ? toInt64(indexes[1]) : BigInt(items.length))
  const plain = untag(value)
  const capacity = plain instanceof GoSlice ? plain.capacity : items.length
  if (from < 0 || to < from || to > capacity) fail('reflect.Value.Slice: slice index out of bounds')
  if (plain instanceof GoSlice) return plain.cut({ from, to, max: plain.capacity }, zeroOf(elementOf(plain)))
  return plain instanceof GoBytes ? new GoBytes(plain.bytes.slice(from, to)) : null
}

function chunk(size: bigint, value: Value): GoSlice {
  const items = listOf(value, 'Cannot chunk type')
  const width = Number(size)
  const count = width === 0 ? -1 : Math.floor((items.length - 1) / width) + 1
  // A negative size gives one chunk of a single item; Go panics for none, and for a size of -1.
  if (count < 0 || (width < 0 && items.length === 0) || (width === -1 && count === 1))
    fail('runtime error: makeslice: len out of range')
  if (width < 0) return new GoSlice(types.sliceOf(types.ANY_SLICE), count === 1 ? [list([...items])] : [])
  const chunks: Value[] = []
  for (let i = 0; i < count; i++) chunks.push(list(items.slice(i * width, (i + 1) * width)))
  return new GoSlice(types.sliceOf(types.ANY_SLICE), chunks)
}

function concat(lists: readonly Value[]): GoSlice {
  const items: Value[] = []
  let capacity = 0
  for (const one of lists) {
    const plain = untag(one)
    const found = itemsOf(plain)
    if (found === undefined)
      fail(typeOf(plain) === undefined ? NIL_DEREFERENCE : `Cannot concat type ${kindOf(plain)} as list`)
    for (const item of found) {
      items.push(item)
      capacity = grownCapacity(items.length, capacity)
    }
  }
  return list(items, { isNil: items.length === 0, capacity })
}

/** sprig sorts the very list that it got when that is a `[]string`. */
function sortAlpha(value: Value): GoSlice {
  const kind = kindOf(untag(value))
  if (kind !== 'slice') return stringList([strval(value)])
  const strings = strslice(value)
  strings.items.sort((a, b) => utf8.compareStrings(String(untag(a)), String(untag(b))))
  return strings
}

/** The list functions. `must` names return errors where the others panic; a template sees the same text. */
export function listFunctions(): Record<string, GoFunc> {
  const make = fn([rest(go.any)], go.list, (items) => list(items), opaque)
  const pushed = fn([go.any, go.any], go.list, append, opaque)
  const prepended = fn([go.any, go.any], go.list, prepend, opaque)
  return {
    list: make,
    tuple: make,
    append: pushed,
    push: pushed,
    prepend: prepended,
    join: fnIn([go.string, go.any], go.string, (context, separator, value) => {
      const items = stringsOf(strslice(value))
      context.reserve(items.length * separator.length)
      return utf8.canonical(items.join(separator))
    }),
    sortAlpha: fn([go.any], go.strings, sortAlpha),
    toStrings: fn([go.any], go.strings, strslice),
    concat: fn([rest(go.any)], go.any, concat, opaque),
    ...withMust({
      append: pushed,
      push: pushed,
      prepend: prepended,
      first: fn([go.any], go.any, first, opaque),
      last: fn([go.any], go.any, last, opaque),
      rest: fn([go.any], go.list, restOf, opaque),
      initial: fn([go.any], go.list, initial, opaque),
      reverse: fn([go.any], go.list, reverse, opaque),
      compact: fn([go.any], go.list, compact, opaque),
      uniq: fn([go.any], go.list, uniq, opaque),
      without: fn([go.any, rest(go.any)], go.list, without, opaque),
      has: fn([go.any, go.any], go.bool, has),
      slice: fn([go.any, rest(go.any)], go.any, slice, opaque),
      chunk: fn([go.int, go.any], go.lists, chunk, opaque),
    }),
  }
}

/** Each function under its name and its `must` name. */
export function withMust(functions: Readonly<Record<string, GoFunc>>): Record<string, GoFunc> {
  const both: Record<string, GoFunc> = {}
  for (const [name, func] of Object.entries(functions)) {
    both[name] = func
    both[`must${name.charAt(0).toUpperCase()}${name.slice(1)}`] = func
  }
  return both
}
