import { type ControlScope, refsIn } from './control.ts'
import type { ActionPlace, CallSite, Mark, Source, Tagged, ValueRef } from './tagged.ts'

/** A stretch of the output (UTF-16 offsets) with what printed it; stretches are in order and do not overlap. Those of empty values have no length. */
export interface Segment extends Source {
  readonly start: number
  readonly end: number
  readonly place: ActionPlace
}

/** Something that was written, as it is noted while a run goes on. */
export interface Entry {
  readonly start: number
  readonly end: number
  readonly place: ActionPlace
  readonly through: CallSite | undefined
  readonly scope: ControlScope | undefined
  /** What was printed, when it has sources. */
  readonly value: Tagged | undefined
  /** The sources of what has no value that is tagged. */
  readonly refs: readonly ValueRef[]
}

/** The stretches that entries are about: those that another template printed keep their place, the rest has that of the entry. */
export function segmentsOf(entries: readonly Entry[]): Segment[] {
  const segments: Segment[] = []
  for (const entry of entries) addEntry(entry, segments)
  return segments
}

function addEntry(entry: Entry, into: Segment[]): void {
  const { value, start: offset } = entry
  const own = ownSource(entry)
  // A branch that was not taken leaves a stretch without length.
  if (value === undefined) {
    if (entry.end > offset || own.refs.length + own.controls.length > 0)
      push(into, { start: offset, end: entry.end }, own)
    return
  }
  const length = entry.end - offset
  const marks = cut(value.marks, length).sort((a, b) => a.start - b.start)
  let at = 0
  for (const mark of marks) {
    const start = Math.max(mark.start, at)
    if (start > at) push(into, { start: at + offset, end: start + offset }, own)
    // An empty value leaves one, too: what it would print stands there. So does a branch of a template that was executed inside.
    if (mark.end > start || (mark.end === start && mark.source.refs.length + mark.source.controls.length > 0))
      push(into, { start: start + offset, end: mark.end + offset }, placed(mark.source, own))
    at = Math.max(at, mark.end)
  }
  if (at < length) push(into, { start: at + offset, end: length + offset }, own)
}

function ownSource({ place, through, scope, refs }: Entry): Source {
  return { place, through, refs, controls: refsIn(scope) }
}

function cut(marks: readonly Mark[], length: number): Mark[] {
  return marks.map((mark) => (mark.end <= length ? mark : { ...mark, end: length }))
}

function placed(source: Source, own: Source): Source {
  if (source.place !== undefined) return source
  const controls = source.controls.length === 0 ? own.controls : [...new Set([...own.controls, ...source.controls])]
  return { ...own, refs: source.refs, controls }
}

function push(into: Segment[], { start, end }: { start: number; end: number }, source: Source): void {
  const { place, through, refs, controls } = source
  if (place !== undefined) into.push({ start, end, place, through, refs, controls })
}
