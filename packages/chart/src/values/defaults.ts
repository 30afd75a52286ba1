import type { GoMap } from '@slipway/gotemplate'
import type { Chart } from '../chart.ts'
import type { Layer } from './place.ts'
import { copyTable } from './table.ts'
import { trackFile } from './track.ts'

/** Values that one source gave, every one with its place. */
export interface ValuesLayer {
  readonly layer: Layer
  readonly values: GoMap
}

/** Gives the defaults of a chart and its dependencies their places, in copies of their values; all layers, outer charts last. */
export function trackDefaults(chart: Chart, scope: readonly string[] = []): ValuesLayer[] {
  const inner = chart.dependencies.flatMap((child) => trackDefaults(child, [...scope, child.name]))
  const { valuesText } = chart
  if (valuesText === undefined) return inner
  const own = trackedDefaults(chart, valuesText, scope)
  chart.values = own.values
  return [...inner, own]
}

// Coalescing copies defaults before it changes them, so they are tagged once for all renderings of a loaded chart.
const known = new WeakMap<object, Map<string, ValuesLayer>>()

function trackedDefaults(
  chart: Chart,
  valuesText: NonNullable<Chart['valuesText']>,
  scope: readonly string[],
): ValuesLayer {
  const byScope = known.get(valuesText) ?? new Map<string, ValuesLayer>()
  known.set(valuesText, byScope)
  const key = scope.join('/')
  const found = byScope.get(key)
  if (found !== undefined) return found
  const layer: Layer = { kind: 'default', label: valuesText.file, scope }
  const made = { layer, values: trackFile(copyTable(chart.values), { layer, text: valuesText.text }) }
  byScope.set(key, made)
  return made
}
