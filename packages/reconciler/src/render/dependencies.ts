import { type Chart, ChartError, type Dependency, isCompatible, loadChart, missingDependencies } from '@slipway/chart'
import { nodeUnpack } from '@slipway/chart/node'
import type { SourceTree } from '@slipway/diag'
import { resolvePath } from './paths.ts'

const LOCAL = 'file://'

/**
 * A chart with the dependencies that lie elsewhere in the same repository (`file://`), which Argo CD packs with `helm dependency build` when they are missing.
 *
 * @throws ChartError `CHART_LOAD` for others that are not under `charts/`: nothing is fetched.
 */
export function vendored(chart: Chart, tree: SourceTree): Chart {
  const missing = missingDependencies(chart)
  const found = missing.flatMap((each) => localChart(each, chart, tree) ?? [])
  const left = missing.filter(({ name }) => !found.some((each) => each.name === name))
  if (left.length > 0) throw notVendored(left)
  if (found.length > 0) chart.setDependencies([...chart.dependencies, ...found])
  return chart
}

function localChart({ repository, name, version }: Dependency, chart: Chart, tree: SourceTree): Chart | undefined {
  const folder = repository.startsWith(LOCAL)
    ? resolvePath(chart.directory, repository.slice(LOCAL.length).replace(/^\/+/, ''))
    : undefined
  if (folder === undefined || tree.stat(folder) !== 'directory') return undefined
  const found = vendored(loadChart(tree, folder, { unpack: nodeUnpack }), tree)
  return found.name === name && isCompatible(version, found.metadata.version) ? found : undefined
}

function notVendored(missing: readonly Dependency[]): ChartError {
  const names = missing.map(({ name }) => name).join(', ')
  const words = 'An error occurred while checking for chart dependencies.'
  const advice = 'You may need to run `helm dependency build` to fetch missing dependencies'
  return new ChartError(
    'CHART_LOAD',
    `${words} ${advice}: found in Chart.yaml, but missing in charts/ directory: ${names}`,
    { hint: 'nothing is fetched here: run helm dependency build and commit charts/' },
  )
}
