import type { CallContext } from '../exec/run.ts'
import type { Value } from '../values/value.ts'

/** Who sent a value: whatever the caller of a tracked run attached to its data (a path, a place in a values file). Compared by identity. */
export interface ValueRef {
  /** For people: `.Values.image.tag`. */
  readonly path: string
}

/** The chain of template calls around an action, innermost first. */
export interface CallSite {
  readonly place: ActionPlace
  readonly caller: CallSite | undefined
}

/** An action of a template: what printed something. Offsets are UTF-16 offsets of the file's text. */
export interface ActionPlace {
  readonly file: string
  readonly start: number
  readonly end: number
}

/** Where a stretch of text comes from. */
export interface Source {
  /** The action that printed it; undefined while the value has not been printed. */
  readonly place: ActionPlace | undefined
  /** The calls that led to that action. */
  readonly through: CallSite | undefined
  /** The values that flowed in. */
  readonly refs: readonly ValueRef[]
  /** The values that decided, in `if`, `with` and `range` around it, that it is there. */
  readonly controls: readonly ValueRef[]
}

/**
 * How the origins of a function's arguments reach its result in a tracked run.
 *
 * - `plain`: the function gets bare values; every scalar of its result has the sources of all arguments
 * - `opaque`: the function gets the tagged values and hands them on (list, dict, default); it never looks into a scalar without `untag`
 * - a function: does both itself, for instance per range of a string
 */
export type Tracking =
  | 'plain'
  | 'opaque'
  | ((args: readonly Value[], call: (args: readonly Value[]) => Value, context: CallContext) => Value)

/** A source for a stretch of a string (UTF-16 offsets, `end` exclusive), or for a whole scalar (`start` 0, `end` Infinity). */
export interface Mark {
  readonly start: number
  readonly end: number
  readonly source: Source
}

/** Chains of sources that nobody has asked for are resolved when they become this long, so that asking never needs a deep stack. */
const MAX_DEPTH = 128

/** Marks that are made when somebody asks for them: a run makes many more than are ever looked at. */
export class LazyMarks {
  /** How many others it stands on, at most. */
  readonly depth: number
  #made: readonly Mark[] | undefined
  #make: (() => readonly Mark[]) | undefined

  constructor(depth: number, make: () => readonly Mark[]) {
    this.#make = make
    this.depth = depth + 1
    if (this.depth <= MAX_DEPTH) return
    this.depth = 0
    void this.list
  }

  get list(): readonly Mark[] {
    if (this.#made !== undefined) return this.#made
    this.#made = this.#make?.() ?? []
    this.#make = undefined
    return this.#made
  }
}

/** A scalar (or nil, or a container made from scalars) with its sources; exists only in runs that track origins. */
export class Tagged {
  readonly value: Exclude<Value, Tagged>
  readonly #marks: readonly Mark[] | LazyMarks

  constructor(value: Exclude<Value, Tagged>, marks: readonly Mark[] | LazyMarks) {
    this.value = value
    this.#marks = marks
  }

  /** Another value with the same sources. */
  as(value: Exclude<Value, Tagged>): Tagged {
    return new Tagged(value, this.#marks)
  }

  get marks(): readonly Mark[] {
    return this.#marks instanceof LazyMarks ? this.#marks.list : this.#marks
  }

  /** How long the chain behind the marks is: what a {@link LazyMarks} that stands on them needs to know. */
  get depth(): number {
    return this.#marks instanceof LazyMarks ? this.#marks.depth : 0
  }
}

/** The value without its marks. */
export function untag(value: Value): Exclude<Value, Tagged> {
  return value instanceof Tagged ? value.value : value
}
