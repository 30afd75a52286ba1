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
  const layer: Layer = { kind: 'default', label: valuesText.file, scope }
  chart.values = trackFile(copyTable(chart.values), { layer, text: valuesText.text })
  return [...inner, { layer, values: chart.values }]
}
