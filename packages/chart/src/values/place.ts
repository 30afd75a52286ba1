import { type GoMap, type GoSlice, Tagged, type Value, type ValueRef } from '@slipway/gotemplate'
import type { YamlNode } from '@slipway/yaml'

/** What gave values: the defaults of a chart, a values file, an argument, an object. Later ones win. */
export interface Layer {
  readonly kind: 'default' | 'values' | 'set'
  /** The file, or the whole argument with its flag (`--set image.tag=1`). */
  readonly label: string
  /** The names of the subcharts on the way to the one whose defaults these are; empty for all that is for the chart as a whole. */
  readonly scope: readonly string[]
}

/** Where one value of the values stands: what tracked renderings refer to. */
export interface ValuePlace extends ValueRef {
  /** As templates of the chart that the layer belongs to write it: `.Values.image.tag`. */
  readonly path: string
  readonly keys: readonly string[]
  readonly layer: Layer
  /** The node in the layer's file. */
  readonly node: YamlNode | undefined
  readonly value: unknown
}

/** Remembers where a map or list stands. */
export function setPlace(container: GoMap | GoSlice, place: ValuePlace): void {
  container.ref = place
}

/** Where a map or list stands; undefined in renderings without origins. */
export function placeOfContainer(container: GoMap | GoSlice): ValuePlace | undefined {
  return container.ref as ValuePlace | undefined
}

/** Gives a copy the place of what it is a copy of. */
export function inheritPlace(copy: GoMap | GoSlice, original: GoMap | GoSlice): void {
  copy.ref = original.ref
}

/** A scalar with its place. */
export function taggedScalar(value: Exclude<Value, Tagged>, place: ValuePlace): Tagged {
  const source = { place: undefined, through: undefined, refs: [place], controls: [] }
  return new Tagged(value, [{ start: 0, end: Number.POSITIVE_INFINITY, source }])
}
