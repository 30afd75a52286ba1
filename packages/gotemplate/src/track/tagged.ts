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

/** A scalar (or nil, or a container made from scalars) with its sources; exists only in runs that track origins. */
export class Tagged {
  readonly value: Exclude<Value, Tagged>
  readonly marks: readonly Mark[]

  constructor(value: Exclude<Value, Tagged>, marks: readonly Mark[]) {
    this.value = value
    this.marks = marks
  }
}

/** The value without its marks. */
export function untag(value: Value): Exclude<Value, Tagged> {
  return value instanceof Tagged ? value.value : value
}
