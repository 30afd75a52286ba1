import type { Frame } from '../exec/frame.ts'
import type { Node } from '../parse/nodes.ts'
import { nodeText } from '../parse/print.ts'
import { GoMap, GoPointer, GoSlice, type Value } from '../values/value.ts'
import { ControlScope } from './control.ts'
import { textMarks } from './marks.ts'
import { type Entry, type Segment, segmentsOf } from './records.ts'
import { LazyMarks, Tagged, untag, type ActionPlace, type CallSite, type Mark, type ValueRef } from './tagged.ts'

/** Options of a tracked run. */
export interface TrackOptions {
  /** Told of every field that a template reads from a map, there or not. */
  readonly onRead?: (container: GoMap, key: string) => void
}

/** The output of a tracked run. */
export class TrackedOutput {
  readonly text: string
  readonly #entries: readonly Entry[]
  #segments: readonly Segment[] | undefined

  constructor(text: string, entries: readonly Entry[]) {
    this.text = text
    this.#entries = entries
  }

  /** Where the text comes from; found out when first asked for. */
  get segments(): readonly Segment[] {
    this.#segments ??= segmentsOf(this.#entries)
    return this.#segments
  }
}

/** An action that is about to write. */
export interface PrintedAction {
  readonly place: ActionPlace
  readonly value: Value
  readonly text: string
}

interface Buffer {
  readonly entries: Entry[]
  readonly through: CallSite | undefined
  /** The longest chain behind what was written. */
  depth: number
}

const NO_REFS: readonly ValueRef[] = []
const callPlaces = new WeakMap<Node, ActionPlace>()

/** Notes what a run writes, in so few words that it costs little; what they mean is found out when somebody asks. */
export class Recorder {
  readonly #options: TrackOptions
  #buffer: Buffer = { entries: [], through: undefined, depth: 0 }
  readonly #outer: Buffer[] = []
  #through: CallSite | undefined
  #scope: ControlScope | undefined

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
    this.#add({ start, end: start + text.length, place, value: undefined, refs: NO_REFS })
  }

  /** An action is written. */
  action(frame: Frame, action: PrintedAction): void {
    const { place, value, text } = action
    const start = frame.run.out.length
    const end = start + text.length
    if (typeof value !== 'object' || value === null) {
      if (end > start) this.#add({ start, end, place, value: undefined, refs: NO_REFS })
      return
    }
    const tagged = taggedText(value, text)
    this.#add({ start, end, place, value: tagged, refs: tagged === undefined ? containerRefs(value) : NO_REFS })
  }

  #add(written: Pick<Entry, 'start' | 'end' | 'place' | 'value' | 'refs'>): void {
    const { start, end, place, value, refs } = written
    const scope = this.#scope
    const buffer = this.#buffer
    buffer.entries.push({ start, end, place, through: this.#through, scope, value, refs })
    if (scope !== undefined && scope.depth > buffer.depth) buffer.depth = scope.depth
    if (value !== undefined && value.depth > buffer.depth) buffer.depth = value.depth
  }

  /** A condition was evaluated: what it read controls everything until {@link leaveControl}. */
  enterControl(value: Value): ControlScope | undefined {
    const outer = this.#scope
    const refs = containerRefs(value)
    if (value instanceof Tagged || isContainer(value)) this.#scope = new ControlScope(outer, value, refs)
    return outer
  }

  leaveControl(outer: ControlScope | undefined): void {
    this.#scope = outer
  }

  /** A condition's branch wrote nothing: a stretch without length tells what decided so. */
  skipped(frame: Frame, place: ActionPlace): void {
    if (this.#scope === undefined) return
    const at = frame.run.out.length
    this.#add({ start: at, end: at, place, value: undefined, refs: NO_REFS })
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
    this.#outer.push(this.#buffer)
    this.#buffer = { entries: [], through: this.#through, depth: 0 }
    const node = frame?.node
    if (node !== undefined) this.#through = { place: callPlace(node), caller: this.#through }
  }

  /** The executed text as a value that carries its stretches. */
  close(text: string): Value {
    const { entries, depth } = this.#buffer
    this.abandon()
    return entries.length === 0 ? text : new Tagged(text, new LazyMarks(depth, () => marksOf(entries)))
  }

  /** The executed template failed. */
  abandon(): void {
    this.#through = this.#buffer.through
    this.#buffer = this.#outer.pop() ?? this.#buffer
  }

  /** What the run wrote. */
  output(text: string): TrackedOutput {
    return new TrackedOutput(text, this.#buffer.entries)
  }
}

/** The source of a container itself: of an empty map, of the length of a list. */
function containerRefs(value: Value): readonly ValueRef[] {
  const plain = untag(value)
  if (!(plain instanceof GoMap || plain instanceof GoSlice) || plain.ref === undefined) return NO_REFS
  return [plain.ref]
}

function marksOf(entries: readonly Entry[]): Mark[] {
  return segmentsOf(entries).map(({ start, end, ...source }) => ({ start, end, source }))
}

/** The value as a text with marks; those of a container are read now, as what is in it may change. */
function taggedText(value: Value, text: string): Tagged | undefined {
  if (value instanceof Tagged && !isContainer(value.value)) return value
  if (!isContainer(untag(value))) return undefined
  const marks = textMarks(value, text.length)
  return marks.length === 0 ? undefined : new Tagged(text, marks)
}

function isContainer(value: Value): value is GoMap | GoSlice | GoPointer {
  return value instanceof GoMap || value instanceof GoSlice || value instanceof GoPointer
}

function callPlace(node: Node): ActionPlace {
  const known = callPlaces.get(node)
  if (known !== undefined) return known
  const place = { file: node.tree.parseName, start: node.pos, end: node.pos + nodeText(node).length }
  callPlaces.set(node, place)
  return place
}
