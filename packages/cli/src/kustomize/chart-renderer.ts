import { type Chart, type ChartRender, demandDependencies, loadChart, renderChart } from '@slipway/chart'
import { nodeEnvironment, nodeUnpack } from '@slipway/chart/node'
import { FunctionTable, GoMap, TemplateSet } from '@slipway/gotemplate'
import type { ChartRenderer, HelmChartEntry } from '@slipway/kustomize'
import { sprigFunctions } from '@slipway/sprig'

/** What the flags of the command say about the cluster; it wins over the entries. */
export interface ClusterFlags {
  readonly kubeVersion: string | undefined
  readonly apiVersions: readonly string[]
}

/** Inflates charts as `helm template` would print them. */
export function chartRenderer(cluster: ClusterFlags): ChartRenderer {
  const environment = nodeEnvironment()
  return ({ chart: entry, tree, directory, values }) => {
    const chart: Chart = loadChart(tree, directory, { unpack: nodeUnpack })
    demandDependencies(chart)
    const kubeVersion = cluster.kubeVersion || entry.kubeVersion || ''
    const extraApiVersions = cluster.apiVersions.length > 0 ? cluster.apiVersions : (entry.apiVersions ?? [])
    const render = renderChart({
      chart,
      values: values.map((text, at) => ({ kind: 'file', file: `values-${at}.yaml`, text })),
      release: { name: releaseName(entry), namespace: entry.namespace || 'default' },
      environment,
      capabilities: { ...(kubeVersion === '' ? {} : { kubeVersion }), extraApiVersions },
    })
    return printed(render, entry)
  }
}

function releaseName({ releaseName: name = '', nameTemplate = '' }: HelmChartEntry): string {
  if (nameTemplate === '') return name || 'release-name'
  const set = new TemplateSet({
    name: 'name-template',
    functions: new FunctionTable(sprigFunctions(nodeEnvironment())),
  })
  set.parse('name-template', nameTemplate)
  return set.execute('name-template', new GoMap())
}

function printed(render: ChartRender, { includeCRDs, skipHooks, skipTests }: HelmChartEntry): string {
  const hooks =
    skipHooks === true ? [] : render.hooks.filter(({ events }) => skipTests !== true || !events.includes('test'))
  const parts = [...(includeCRDs === true ? render.crds : []), ...render.manifests, ...hooks]
  return parts.map(({ source, text }) => `---\n# Source: ${source}\n${text}\n`).join('')
}
