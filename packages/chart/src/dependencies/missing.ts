import type { SourceTree } from '@slipway/diag'
import type { Chart } from '../chart.ts'
import type { Compat } from '../compat.ts'
import { ChartError } from '../errors.ts'
import { loadChart, type LoadOptions } from '../load/tree.ts'
import type { Dependency } from '../metadata.ts'
import { isCompatible } from './enabled.ts'

const LOCAL = 'file://'

/**
 * Refuses a chart whose Chart.yaml declares what `charts/` does not have, as Helm does before it renders (action.CheckDependencies), and one whose apiVersion Helm 4
 * does not render. What a dependency needs is its own affair.
 *
 * @throws ChartError `CHART_LOAD`, `CHART_METADATA`
 */
export function demandDependencies(chart: Chart, compat: Compat = 'helm4'): void {
  const { apiVersion } = chart.metadata
  const isKnown = compat === 'helm3' || apiVersion === 'v1' || apiVersion === 'v2'
  if (!isKnown) demandReadable(chart)
  const missing = missingDependencies(chart).map(({ name }) => name)
  if (missing.length === 0 && isKnown) return
  if (missing.length === 0) throw new ChartError('CHART_METADATA', 'invalid chart apiVersion', { hint: V2 })
  const list = `found in Chart.yaml, but missing in charts/ directory: ${missing.join(', ')}`
  throw dependencyFault(list, compat, 'Nothing is fetched here: run helm dependency build and commit charts/.')
}

const V2 = 'Write apiVersion: v2 into Chart.yaml.'

// Helm 4 loads charts of a version to come, and renders none of them; Helm 3 takes whatever stands there. As many dependencies as are vendored are looked at, and
// those behind the declared ones are nothing that it knows.
function demandReadable({ metadata, dependencies }: Chart): void {
  if (metadata.apiVersion !== 'v3') throw new ChartError('CHART_METADATA', 'unsupported chart version', { hint: V2 })
  if (dependencies.length > (metadata.dependencies ?? []).length)
    throw dependencyFault('unsupported chart dependency type', 'helm4', V2)
}

function dependencyFault(reason: string, compat: Compat, hint: string): ChartError {
  const [begin, build] = compat === 'helm3' ? ['An', '`helm dependency build`'] : ['an', "'helm dependency build'"]
  const advice = `You may need to run ${build} to fetch missing dependencies`
  return new ChartError(
    'CHART_LOAD',
    `${begin} error occurred while checking for chart dependencies. ${advice}: ${reason}`,
    { hint },
  )
}

/** A chart with the dependencies that lie elsewhere in the same tree (`file://../name`), which `helm dependency build` would pack; in place. */
export function withLocalDependencies(chart: Chart, tree: SourceTree, options: LoadOptions = {}): Chart {
  const found = new Map<string, Chart>()
  for (const each of missingDependencies(chart)) {
    const local = found.has(each.name) ? undefined : localChart(each, { chart, tree, options })
    if (local !== undefined) found.set(each.name, local)
  }
  if (found.size > 0) chart.setDependencies([...chart.dependencies, ...found.values()])
  return chart
}

function missingDependencies({ metadata, dependencies }: Chart): Dependency[] {
  const vendored = new Set(dependencies.map((each) => each.name))
  return (metadata.dependencies ?? []).filter((each) => each !== null).filter(({ name }) => !vendored.has(name))
}

function localChart(
  { repository, name, version }: Dependency,
  from: { readonly chart: Chart; readonly tree: SourceTree; readonly options: LoadOptions },
): Chart | undefined {
  const { chart, tree, options } = from
  const folder = repository.startsWith(LOCAL) ? inTree(chart.directory, repository.slice(LOCAL.length)) : undefined
  if (folder === undefined || tree.stat(folder) !== 'directory') return undefined
  const found = loadChart(tree, folder, options)
  return found.name === name && isCompatible(version, found.metadata.version) ? found : undefined
}

// Undefined for what lies outside of the tree, as an absolute path does.
function inTree(from: string, path: string): string | undefined {
  if (path.startsWith('/')) return undefined
  const parts: string[] = []
  for (const part of `${from}/${path}`.split('/')) {
    if (part === '' || part === '.') continue
    if (part !== '..') parts.push(part)
    else if (parts.pop() === undefined) return undefined
  }
  return parts.join('/')
}
