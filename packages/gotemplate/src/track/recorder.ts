import type { Frame } from '../exec/frame.ts'
import { nodeText } from '../parse/print.ts'
import type { GoMap, Value } from '../values/value.ts'
import { refsOf, sourcesOf, textMarks } from './marks.ts'
import { Tagged, untag, type ActionPlace, type CallSite, type Mark, type Source, type ValueRef } from './tagged.ts'

/** Options of a tracked run. */
export interface TrackOptions {
  /** The source of a container itself (an empty map, the length of a list); containers have no tag of their own. */
  readonly refOfContainer?: (container: object) => ValueRef | undefined
  /** Told of every field that a template reads from a map, there or not. */
  readonly onRead?: (container: GoMap, key: string) => void
}

/** A stretch of the output (UTF-16 offsets) with what printed it; stretches are in order and do not overlap. Those of empty values have no length. */
export interface Segment extends Source {
  readonly start: number
  readonly end: number
  readonly place: ActionPlace
}

/** The output of a tracked run. */
export interface TrackedOutput {
  readonly text: string
  readonly segments: readonly Segment[]
}

/** An action that is about to write. */
export interface PrintedAction {
  readonly place: ActionPlace
  readonly value: Value
  readonly text: string
}

interface Buffer {
  readonly segments: Segment[]
  readonly through: CallSite | undefined
}

/** Collects segments while a run writes. */
export class Recorder {
  readonly #options: TrackOptions
  readonly #buffers: Buffer[] = [{ segments: [], through: undefined }]
  #through: CallSite | undefined
  #controls: readonly ValueRef[] = []

  constructor(options: TrackOptions) {
    this.#options = options
  }

  /** A map is read by key. */
  read(container: GoMap, key: string): void {
    this.#options.onRead?.(container, key)
  }

  /** Literal text of a template is written. */
  text(frame: Frame, text: string, place: ActionPlace): void {
    const start = frame.run.out.length
    this.#push({ start, end: start + text.length, source: this.#source(place, []) })
  }

  /** An action is written: stretches that another template printed keep their place, the rest has this one. */
  action(frame: Frame, action: PrintedAction): void {
    const offset = frame.run.out.length
    const { length } = action.text
    const marks = [...textMarks(action.value, length)].sort((a, b) => a.start - b.start)
    const own = this.#source(action.place, marks.length === 0 ? this.#containerRefs(action.value) : [])
    let at = 0
    for (const mark of marks) {
      const start = Math.max(mark.start, at)
      if (start > at) this.#push({ start: at + offset, end: start + offset, source: own })
      if (mark.end >= start)
        this.#push({ start: start + offset, end: mark.end + offset, source: this.#placed(mark.source, action.place) })
      at = Math.max(at, mark.end)
    }
    if (at < length) this.#push({ start: at + offset, end: length + offset, source: own })
  }

  #containerRefs(value: Value): readonly ValueRef[] {
    const plain = untag(value)
    const ref = typeof plain === 'object' && plain !== null ? this.#options.refOfContainer?.(plain) : undefined
    return ref === undefined ? [] : [ref]
  }

  #placed(source: Source, place: ActionPlace): Source {
    if (source.place !== undefined) return source
    const own = this.#source(place, source.refs)
    return source.controls.length === 0
      ? own
      : { ...own, controls: [...new Set([...own.controls, ...source.controls])] }
  }

  #source(place: ActionPlace, refs: readonly ValueRef[]): Source {
    return { place, through: this.#through, refs, controls: this.#controls }
  }

  #push(mark: Mark): void {
    const { place, through, refs, controls } = mark.source
    // An empty value leaves a stretch without length: what it would print stands there.
    if (place === undefined || mark.end < mark.start || (mark.end === mark.start && refs.length === 0)) return
    this.#buffers.at(-1)?.segments.push({ start: mark.start, end: mark.end, place, through, refs, controls })
  }

  /** A condition was evaluated: what it read controls everything until {@link leaveControl}. */
  enterControl(value: Value): readonly ValueRef[] {
    const outer = this.#controls
    const refs = [...refsOf(sourcesOf(value)), ...this.#containerRefs(value)]
    if (refs.length > 0) this.#controls = [...new Set([...outer, ...refs])]
    return outer
  }

  leaveControl(outer: readonly ValueRef[]): void {
    this.#controls = outer
  }

  /** A condition's branch wrote nothing: a stretch without length tells what decided so. */
  skipped(frame: Frame, place: ActionPlace): void {
    if (this.#controls.length === 0) return
    const at = frame.run.out.length
    const { through } = this.#source(place, [])
    this.#buffers.at(-1)?.segments.push({ start: at, end: at, place, through, refs: [], controls: this.#controls })
  }

  /** A `{{template}}` action begins. */
  call(place: ActionPlace): void {
    this.#through = { place, caller: this.#through }
  }

  leave(): void {
    this.#through = this.#through?.caller
  }

  /** A function starts to execute a template whose text it gets; `frame` is the frame of the calling action. */
  open(frame: Frame | undefined): void {
    this.#buffers.push({ segments: [], through: this.#through })
    const node = frame?.node
    if (node === undefined) return
    const place = { file: node.tree.parseName, start: node.pos, end: node.pos + nodeText(node).length }
    this.#through = { place, caller: this.#through }
  }

  /** The executed text as a value that carries its stretches. */
  close(text: string): Value {
    const buffer = this.#buffers.pop()
    this.#through = buffer?.through
    const marks = (buffer?.segments ?? []).map(({ start, end, place, through, refs, controls }): Mark => {
      return { start, end, source: { place, through, refs, controls } }
    })
    return marks.length === 0 ? text : new Tagged(text, marks)
  }

  /** The executed template failed. */
  abandon(): void {
    this.#through = this.#buffers.pop()?.through
  }

  /** What the run wrote. */
  output(text: string): TrackedOutput {
    return { text, segments: this.#buffers[0]?.segments ?? [] }
  }
}
