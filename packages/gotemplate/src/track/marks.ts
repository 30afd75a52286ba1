import type { Value } from '../values/value.ts'
import { GoMap, GoPointer, GoSlice, GoStruct } from '../values/value.ts'
import { Tagged, untag, type Mark, type Source, type ValueRef } from './tagged.ts'

/** The sources of a value and of everything in it, each once. */
export function sourcesOf(value: Value): Source[] {
  const found = new Set<Source>()
  collect(value, found, new Set())
  return [...found]
}

function collect(value: Value, found: Set<Source>, seen: Set<object>): void {
  if (typeof value !== 'object' || value === null) return
  if (value instanceof Tagged) {
    for (const mark of value.marks) found.add(mark.source)
    collect(value.value, found, seen)
    return
  }
  if (seen.has(value)) return
  if (value instanceof GoMap) {
    seen.add(value)
    for (const item of value.entries.values()) collect(item, found, seen)
  } else if (value instanceof GoSlice) {
    seen.add(value)
    for (const item of value.items) collect(item, found, seen)
  } else if (value instanceof GoPointer) collect(value.target, found, seen)
}

/** The values behind sources, each once. */
export function refsOf(sources: readonly Source[]): ValueRef[] {
  return [...new Set(sources.flatMap((source) => source.refs))]
}

/** One source for all: the values of all, printed nowhere yet. */
export function mergeSources(sources: readonly Source[]): Source | undefined {
  if (sources.length === 0) return undefined
  if (sources.length === 1 && sources[0]?.place === undefined) return sources[0]
  const controls = [...new Set(sources.flatMap((source) => source.controls))]
  const refs = refsOf(sources)
  return refs.length + controls.length === 0 ? undefined : { place: undefined, through: undefined, refs, controls }
}

/** The value with the sources of all given ones besides its own. */
export function unionOf(value: Value, seen: readonly Value[]): Value {
  const source = mergeSources(seen.flatMap(sourcesOf))
  return source === undefined ? value : tagAll(value, source)
}

/** Tags every scalar of a value with a source, in place of what it had; containers are copied. */
export function tagAll(value: Value, source: Source): Value {
  if (value instanceof Tagged) return addSource(value, source)
  if (value instanceof GoMap) {
    const entries = [...value.entries].map(([key, item]): [string, Value] => [key, tagAll(item, source)])
    return new GoMap(value.type, new Map(entries), value.isNil)
  }
  if (value instanceof GoSlice) {
    const { isNil, capacity } = value
    const items = value.items.map((item) => tagAll(item, source))
    return new GoSlice(value.type, items, { isNil, capacity })
  }
  if (value instanceof GoStruct) {
    return new GoStruct(value.type, new Map([...value.values].map(([name, item]) => [name, tagAll(item, source)])))
  }
  return new Tagged(value, [{ start: 0, end: Number.POSITIVE_INFINITY, source }])
}

function addSource(value: Tagged, source: Source): Value {
  const { refs } = source
  const missing = refs.filter((ref) => !value.marks.some((mark) => mark.source.refs.includes(ref)))
  if (missing.length === 0) return value
  const whole: Mark = { start: 0, end: Number.POSITIVE_INFINITY, source }
  const plain = value.value
  if (plain instanceof GoMap || plain instanceof GoSlice) return tagAll(plain, source)
  return new Tagged(plain, typeof plain === 'string' ? overlay(value.marks, missing) : [...value.marks, whole])
}

function overlay(marks: readonly Mark[], refs: readonly ValueRef[]): Mark[] {
  return marks.map((mark) => ({ ...mark, source: { ...mark.source, refs: [...mark.source.refs, ...refs] } }))
}

/** A copy without any tag; values without one are given back as they are. */
export function bare(value: Value): Value {
  if (value instanceof Tagged) return bare(value.value)
  if (value instanceof GoMap) return bareMap(value)
  if (value instanceof GoSlice) {
    const items = value.items.map(bare)
    if (items.every((item, i) => item === value.items[i])) return value
    const { isNil, capacity } = value
    return new GoSlice(value.type, items, { isNil, capacity })
  }
  return value
}

function bareMap(map: GoMap): GoMap {
  let changed = false
  const entries = new Map<string, Value>()
  for (const [key, item] of map.entries) {
    const plain = bare(item)
    changed ||= plain !== item
    entries.set(key, plain)
  }
  return changed ? new GoMap(map.type, entries, map.isNil) : map
}

/** The marks of a value as a string of the given length: infinite ends are cut. */
export function textMarks(value: Value, length: number): Mark[] {
  if (!(value instanceof Tagged)) {
    const source = mergeSources(sourcesOf(value))
    return source === undefined ? [] : [{ start: 0, end: length, source }]
  }
  if (typeof untag(value) === 'string') return value.marks.map((mark) => ({ ...mark, end: Math.min(mark.end, length) }))
  const source = mergeSources(sourcesOf(value))
  return source === undefined ? [] : [{ start: 0, end: length, source }]
}
