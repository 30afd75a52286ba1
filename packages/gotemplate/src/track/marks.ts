import type { Value } from '../values/value.ts'
import { GoMap, GoPointer, GoSlice, GoStruct } from '../values/value.ts'
import { Stripper } from './strip.ts'
import { LazyMarks, Tagged, type Mark, type Source, type ValueRef } from './tagged.ts'

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

/** Marks of a whole scalar that stands on all of the given values; they are brought together when asked for. */
export function sourceMarks(from: readonly Tagged[]): LazyMarks {
  return new LazyMarks(deepest(from), () => {
    const source = mergeSources([...new Set(from.flatMap((each) => each.marks.map((mark) => mark.source)))])
    return source === undefined ? [] : [whole(source)]
  })
}

/** The length of the longest chain behind values. */
export function deepest(from: readonly Tagged[]): number {
  let depth = 0
  for (const each of from) depth = Math.max(depth, each.depth)
  return depth
}

function whole(source: Source): Mark {
  return { start: 0, end: Number.POSITIVE_INFINITY, source }
}

/**
 * The value with the sources of the scalars that decided for it besides its own. Maps and lists decide only by being empty, which no source of a
 * member tells.
 */
export function unionOf(value: Value, seen: readonly Value[]): Value {
  const scalars: Tagged[] = []
  for (const each of seen) {
    if (each instanceof Tagged && each !== value && !isContainer(each.value)) scalars.push(each)
  }
  return scalars.length === 0 ? value : tagAll(value, sourceMarks(scalars))
}

function isContainer(value: Value): boolean {
  return value instanceof GoMap || value instanceof GoSlice
}

/** Tags every scalar of a value, besides what it had; containers are copied. */
export function tagAll(value: Value, marks: LazyMarks): Value {
  if (value instanceof Tagged) return addMarks(value, marks)
  if (value instanceof GoMap) {
    const entries = new Map<string, Value>()
    for (const [key, item] of value.entries) entries.set(key, tagAll(item, marks))
    return new GoMap(value.type, entries, value.isNil)
  }
  if (value instanceof GoSlice) return value.mapped((item) => tagAll(item, marks))
  if (value instanceof GoStruct) {
    return new GoStruct(value.type, new Map([...value.values].map(([name, item]) => [name, tagAll(item, marks)])))
  }
  return new Tagged(value, marks)
}

function addMarks(value: Tagged, marks: LazyMarks): Value {
  const plain = value.value
  if (isContainer(plain)) return tagAll(plain, marks)
  const depth = Math.max(value.depth, marks.depth)
  return new Tagged(plain, new LazyMarks(depth, () => joined(value, marks.list)))
}

function joined(value: Tagged, added: readonly Mark[]): readonly Mark[] {
  const refs = refsOf(added.map((mark) => mark.source))
  const missing = refs.filter((ref) => !value.marks.some((mark) => mark.source.refs.includes(ref)))
  if (missing.length === 0) return value.marks
  return typeof value.value === 'string' && value.marks.length > 0
    ? overlay(value.marks, missing)
    : [...value.marks, ...added]
}

function overlay(marks: readonly Mark[], refs: readonly ValueRef[]): Mark[] {
  return marks.map((mark) => ({ ...mark, source: { ...mark.source, refs: [...mark.source.refs, ...refs] } }))
}

/** A copy without any tag; values without one are given back as they are. */
export function bare(value: Value): Value {
  return new Stripper().strip(value)
}

/** The marks of a value as a string of the given length: infinite ends are cut. */
export function textMarks(value: Value, length: number): Mark[] {
  if (value instanceof Tagged && typeof value.value === 'string')
    return value.marks.map((mark) => ({ ...mark, end: Math.min(mark.end, length) }))
  const source = mergeSources(sourcesOf(value))
  return source === undefined ? [] : [{ start: 0, end: length, source }]
}
