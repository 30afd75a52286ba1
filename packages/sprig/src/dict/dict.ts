import {
  type GoFunc,
  GoMap,
  type GoSlice,
  type Value,
  appendedCapacity,
  fn,
  go,
  goList,
  rest,
  typeName,
  typeOf,
  untag,
} from '@slipway/gotemplate'
import { fail } from '../panics.ts'
import { stringList, strval } from '../strings/text.ts'
import { deepCopy, isAnyMap } from './copy.ts'
import { merged } from './merge.ts'

const opaque = { tracking: 'opaque' } as const

/** The random order in which Go walks maps is the one thing of sprig that is not kept: here it is the order of insertion. */
function keys(dicts: readonly GoMap[]): GoSlice {
  const names = dicts.flatMap((dict) => [...dict.entries.keys()])
  return stringList(names, { capacity: appendedCapacity(names.length) })
}

function put(dict: GoMap, key: string, value: Value): GoMap {
  if (dict.isNil) fail('assignment to entry in nil map')
  dict.entries.set(key, value)
  return dict
}

function unset(dict: GoMap, key: string): GoMap {
  dict.entries.delete(key)
  return dict
}

function make(items: readonly Value[]): GoMap {
  const map = new GoMap()
  for (let i = 0; i < items.length; i += 2) map.entries.set(strval(items[i]), i + 1 < items.length ? items[i + 1] : '')
  return map
}

function pick(dict: GoMap, names: readonly string[]): GoMap {
  const map = new GoMap()
  for (const name of names) if (dict.entries.has(name)) map.entries.set(name, dict.entries.get(name))
  return map
}

function omit(dict: GoMap, names: readonly string[]): GoMap {
  const left = new Set(names)
  return new GoMap(undefined, new Map([...dict.entries].filter(([key]) => !left.has(key))))
}

function pluck(key: string, dicts: readonly GoMap[]): GoSlice {
  return goList(dicts.filter((dict) => dict.entries.has(key)).map((dict) => dict.entries.get(key)))
}

function mergeAll(target: GoMap, sources: readonly GoMap[], overwrite: boolean): GoMap {
  return sources.reduce((result, source) => merged(result, source, overwrite), target)
}

function dig(path: readonly Value[]): Value {
  if (path.length < 3) fail('dig needs at least three arguments')
  const dict = asAnyMap(path.at(-1))
  const names = path.slice(0, -2).map((name) => {
    const plain = untag(name)
    return typeof plain === 'string' ? plain : fail(conversion(plain, 'string'))
  })
  return digIn(dict, names, path.at(-2))
}

function digIn(dict: GoMap, names: readonly string[], fallback: Value): Value {
  const [name = '', ...left] = names
  if (!dict.entries.has(name)) return fallback
  const step = dict.entries.get(name)
  return left.length === 0 ? step : digIn(asAnyMap(step), left, fallback)
}

function asAnyMap(value: Value): GoMap {
  const plain = untag(value)
  if (plain instanceof GoMap && isAnyMap(plain)) return plain
  return fail(conversion(plain, 'map[string]interface {}'))
}

function conversion(value: Value, wanted: string): string {
  const actual = typeOf(value) === undefined ? 'nil' : typeName(value)
  return `interface conversion: interface {} is ${actual}, not ${wanted}`
}

/** The dictionary functions. */
export function dictFunctions(): Record<string, GoFunc> {
  const maps = rest(go.map)
  const merge = fn([go.map, maps], go.any, (target, sources) => mergeAll(target, sources, false), opaque)
  const mergeOverwrite = fn([go.map, maps], go.any, (target, sources) => mergeAll(target, sources, true), opaque)
  const copy = fn([go.any], go.any, copyOf, opaque)
  return {
    dict: fn([rest(go.any)], go.map, make, opaque),
    get: fn([go.map, go.string], go.any, (dict, key) => (dict.entries.has(key) ? dict.entries.get(key) : ''), opaque),
    set: fn([go.map, go.string, go.any], go.map, put, opaque),
    unset: fn([go.map, go.string], go.map, unset, opaque),
    hasKey: fn([go.map, go.string], go.bool, (dict, key) => dict.entries.has(key), opaque),
    pluck: fn([go.string, maps], go.list, pluck, opaque),
    keys: fn([maps], go.strings, keys, opaque),
    pick: fn([go.map, rest(go.string)], go.map, pick, opaque),
    omit: fn([go.map, rest(go.string)], go.map, omit, opaque),
    values: fn([go.map], go.list, (dict) => goList([...dict.entries.values()]), opaque),
    dig: fn([rest(go.any)], go.any, dig, opaque),
    merge,
    mustMerge: merge,
    mergeOverwrite,
    mustMergeOverwrite: mergeOverwrite,
    deepCopy: copy,
    mustDeepCopy: copy,
  }
}

/** copystructure does not take a nil. */
function copyOf(value: Value): Value {
  return typeOf(value) === undefined ? fail('reflect: call of reflect.Value.Type on zero Value') : deepCopy(value)
}
