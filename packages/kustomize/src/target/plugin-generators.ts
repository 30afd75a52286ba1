import type { GeneratorEntry, HelmChartEntry } from '../config/kustomization.ts'
import { failure } from '../errors.ts'
import { generateMap } from '../generators/maps.ts'
import { readResources } from '../resource/read.ts'
import type { Resource } from '../resource/resource.ts'
import { ResMap } from '../resource/resmap.ts'
import type { Maker } from '../tree/node.ts'
import { inflater } from './charts.ts'
import type { PluginConfig } from './plugin-config.ts'
import type { Site } from './site.ts'

type Make = (site: Site, config: PluginConfig) => () => ResMap

/** Built-in generators by the kind of their configuration. */
export const PLUGIN_GENERATORS: Readonly<Record<string, Make>> = {
  ConfigMapGenerator: (site, config) => mapGenerator(site, config, 'ConfigMap'),
  SecretGenerator: (site, config) => mapGenerator(site, config, 'Secret'),
  HelmChartInflationGenerator: (site, config) => inflater(site, config.fields as HelmChartEntry, makerOf(config)),
  IAMPolicyGenerator: (_site, config) => () => new ResMap(policyResources(config)),
}

function makerOf({ kind, resource }: PluginConfig): Maker {
  return { kind: 'generator', subject: kind, at: resource.node?.at }
}

function mapGenerator(site: Site, config: PluginConfig, kind: 'ConfigMap' | 'Secret'): () => ResMap {
  // The old `env` is only understood in a kustomization, where it is read as an entry of `envs`.
  const {
    metadata,
    env: _ignored,
    ...fields
  } = config.fields as GeneratorEntry & {
    metadata?: { name?: string; namespace?: string }
  }
  const name = fields.name || metadata?.name || ''
  const namespace = fields.namespace || metadata?.namespace || ''
  const entry = { ...fields, name, namespace }
  const maker = makerOf(config)
  return () =>
    new ResMap([
      generateMap({ kind, entry, options: fields.options, loader: site.loader, maker, place: () => maker.at }),
    ])
}

interface Policy {
  readonly cloud?: string
  readonly kubernetesService?: { readonly name?: string; readonly namespace?: string }
  readonly serviceAccount?: { readonly name?: string; readonly projectId?: string }
}

function policyResources(config: PluginConfig): Resource[] {
  const { cloud = '', kubernetesService = {}, serviceAccount = {} } = config.fields as Policy
  if (cloud !== 'gke') throw failure(`cloud provider ${cloud} not supported yet`)
  const account = `${serviceAccount.name ?? ''}@${serviceAccount.projectId ?? ''}.iam.gserviceaccount.com`
  const lines = [
    'apiVersion: v1',
    'kind: ServiceAccount',
    'metadata:',
    '  annotations:',
    `    iam.gke.io/gcp-service-account: ${account}`,
    `  name: ${kubernetesService.name ?? ''}`,
    ...(kubernetesService.namespace ? [`  namespace: ${kubernetesService.namespace}`] : []),
  ]
  return readResources({ text: lines.join('\n'), file: '' })
}
