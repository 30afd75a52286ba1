import { type YamlValue, dump, load, toValue } from '@slipway/yaml'
import type { HelmChartEntry, HelmGlobals } from '../config/kustomization.ts'
import { KustomizeError, failure } from '../errors.ts'
import { strategicMerge } from '../filters/strategic-merge.ts'
import { joinPath } from '../load/loader.ts'
import { readNodes } from '../resource/read.ts'
import { Resource } from '../resource/resource.ts'
import { ResMap } from '../resource/resmap.ts'
import type { Maker, Node } from '../tree/node.ts'
import { nodeOf, valueOf } from '../tree/value.ts'
import { parseNode } from '../tree/parse.ts'
import { configured } from './configured.ts'
import type { ChartRequest } from './context.ts'
import type { Site } from './site.ts'

/** Inflates an entry of `helmCharts`. */
export function chartGenerator(site: Site, entry: HelmChartEntry, maker: Maker): () => ResMap {
  const { content } = site.file
  const namespace = entry.namespace || content.namespace || site.helmNamespace
  const chart = { ...content.helmGlobals, ...entry, ...(namespace === '' ? {} : { namespace }) }
  const { valuesInline, ...fields } = chart
  const values = valuesInline === undefined ? {} : { valuesInline: toValue(valuesInline, { dialect: 'sigs' }) }
  return configured('HelmChartInflationGenerator', { ...fields, ...values }, () => inflater(site, chart, maker))
}

/** Inflates a chart whose globals are filled in; what is wrong with it shows before anything is generated. */
export function inflater(site: Site, chart: HelmChartEntry & HelmGlobals, maker: Maker): () => ResMap {
  if (!site.context.switches.helm) throw new KustomizeError('KUSTOMIZE_PLUGIN', 'must specify --enable-helm')
  validate(chart)
  const additionalValues = (chart.additionalValuesFiles ?? []).map((path) => site.loader.loadText(path))
  return () => inflate(site, { chart, additionalValues, maker })
}

const MERGES = ['merge', 'override', 'replace']

function validate({ name = '', releaseName = '', valuesMerge = '' }: HelmChartEntry): void {
  if (name === '') throw failure('chart name cannot be empty')
  if (releaseName.startsWith('-'))
    throw failure(`releaseName must not start with '-', got ${JSON.stringify(releaseName)}`)
  if (name.startsWith('-')) throw failure(`chart name must not start with '-', got ${JSON.stringify(name)}`)
  if (valuesMerge !== '' && !MERGES.includes(valuesMerge))
    throw failure(`valuesMerge must be one of [${MERGES.join(' ')}]`)
}

interface Inflation {
  readonly chart: HelmChartEntry & HelmGlobals
  readonly additionalValues: readonly string[]
  readonly maker: Maker
}

function inflate(site: Site, { chart, additionalValues, maker }: Inflation): ResMap {
  const { loader, context } = site
  const { name = '', version = '', repo = '' } = chart
  const home = chart.chartHome || 'charts'
  const folder = version !== '' && repo !== '' ? `${home}/${name}-${version}` : home
  const directory = joinPath(loader.root, `${folder}/${name}`)
  if (loader.tree.stat(directory) !== 'directory') {
    if (repo === '') throw failure("no repo specified for pull, no chart found at ''")
    const message = `chart '${name}' of '${repo}' is not fetched: no network was asked for`
    throw new KustomizeError('KUSTOMIZE_REMOTE', message)
  }
  if (context.renderChart === undefined) {
    throw new KustomizeError('KUSTOMIZE_PLUGIN', `chart '${name}' cannot be inflated: no chart renderer was handed in`)
  }
  const values = [valuesText(site, chart, chart.valuesFile || `${folder}/${name}/values.yaml`), ...additionalValues]
  const request: ChartRequest = { chart, tree: loader.tree, directory, values }
  return marked(readNodes({ text: context.renderChart(request), file: directory, scopes: context.scopes }), maker)
}

function marked(nodes: readonly Node[], maker: Maker): ResMap {
  const map = new ResMap()
  for (const node of nodes) {
    node.maker = { ...maker, at: maker.at }
    const resource = new Resource(node)
    resource.helmGenerated = true
    map.append(resource)
  }
  return map
}

function valuesText(site: Site, chart: HelmChartEntry, path: string): string {
  const inline = chart.valuesInline === undefined ? undefined : toValue(chart.valuesInline, { dialect: 'sigs' })
  if (!isFilledMap(inline)) return site.loader.loadText(path)
  if (chart.valuesMerge === 'replace') return dump(inline, { dialect: 'sigs' })
  const own = parseNode(site.loader.loadText(path), site.loader.fileName(path)) ?? nodeOf({})
  const mine = nodeOf(load(dump(inline, { dialect: 'sigs' }), { dialect: 'sigs' }))
  const [target, patch] = chart.valuesMerge === 'merge' ? [mine, own] : [own, mine]
  const merged = strategicMerge(target, patch, () => undefined)
  return dump(merged === undefined ? {} : valueOf(merged), { dialect: 'sigs' })
}

function isFilledMap(value: YamlValue | undefined): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length > 0
}
