import type { Chart } from '../chart.ts'
import { copyTable } from './table.ts'
import { trackFile } from './track.ts'

/** Gives the defaults of a chart and its dependencies their places, in copies of their values. */
export function trackDefaults(chart: Chart): void {
  const { valuesText } = chart
  if (valuesText !== undefined) {
    const layer = { kind: 'default', label: valuesText.file } as const
    chart.values = trackFile(copyTable(chart.values), { layer, text: valuesText.text })
  }
  for (const child of chart.dependencies) trackDefaults(child)
}
