import type { Chart } from '../chart.ts'
import type { Dependency } from '../metadata.ts'

/** Dependencies that Chart.yaml declares and `charts/` does not have. Helm refuses to render without them. */
export function missingDependencies(chart: Chart): Dependency[] {
  const vendored = new Set(chart.dependencies.map((each) => each.name))
  return (chart.metadata.dependencies ?? []).filter((each) => each !== null).filter(({ name }) => !vendored.has(name))
}
