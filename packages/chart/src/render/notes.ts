import { compareBytes } from '@slipway/diag'
import type { Chart } from '../chart.ts'
import type { Rendered } from './engine.ts'

const NOTES = 'NOTES.txt'

/** The rendered NOTES.txt, and those of subcharts where they are asked for (Helm has them in any order; here by name, the chart's own first). */
export function notesOf(chart: Chart, outputs: readonly Rendered[], subNotes: boolean): string {
  const own = `${chart.name}/templates/${NOTES}`
  return outputs
    .filter((each) => each.name === own || (subNotes && each.name.endsWith(NOTES)))
    .sort((a, b) => Number(b.name === own) - Number(a.name === own) || compareBytes(a.name, b.name))
    .map((each) => each.text)
    .filter((text, index) => index > 0 || text !== '')
    .join('\n')
}
