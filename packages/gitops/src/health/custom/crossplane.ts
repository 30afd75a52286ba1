import type { KubeObject } from '@slipway/objects'
import { isRecord } from '@slipway/objects'
import { textAt, valueAt } from '../../read.ts'
import { health, type Health } from '../status.ts'
import { conditionsOf } from './conditions.ts'

const WELL = ['Ready', 'Healthy', 'Offered', 'Established', 'ValidPipeline', 'RevisionHealthy']
const WITHOUT_STATUS = [
  'Composition',
  'CompositionRevision',
  'DeploymentRuntimeConfig',
  'ClusterProviderConfig',
  'ProviderConfig',
  'ProviderConfigUsage',
  'ControllerConfig',
]

/** Crossplane's packages. */
export const CROSSPLANE: Readonly<Record<string, (object: KubeObject) => Health>> = {
  'pkg.crossplane.io/Provider': providerHealth,
}

/** Health of what Crossplane and Upbound manage: any kind of a group that ends as theirs do; undefined for others. */
export function managedHealth(group: string): ((object: KubeObject) => Health) | undefined {
  if (/[^/]\.crossplane\.io$/.test(group)) return (object) => resourceHealth(object, WELL)
  return /[^/]\.upbound\.io$/.test(group) ? (object) => resourceHealth(object, ['Ready']) : undefined
}

function resourceHealth(object: KubeObject, well: readonly string[]): Health {
  const status = valueAt(object, 'status')
  const isEmpty = isRecord(status) && Object.keys(status).length === 0
  if (status === undefined || (isEmpty && WITHOUT_STATUS.includes(object.kind)))
    return health('Healthy', 'Resource is up-to-date.')
  const waiting = health('Progressing', 'Provisioning ...')
  if (valueAt(status, 'conditions') === undefined) {
    const isUsed = /^(Cluster)?ProviderConfig$/.test(object.kind) && valueAt(status, 'users') !== undefined
    return isUsed ? health('Healthy', 'Resource is in use.') : waiting
  }
  const conditions = conditionsOf(object)
  const failed = conditions.find(
    ({ type, status: said }) => (type === 'LastAsyncOperation' || type === 'Synced') && said === 'False',
  )
  if (failed !== undefined) return health('Degraded', textAt(failed, 'message'))
  const isWell = conditions.some(({ type, status: said }) => said === 'True' && well.includes(String(type)))
  return isWell ? health('Healthy', 'Resource is up-to-date.') : waiting
}

function providerHealth(object: KubeObject): Health {
  if (valueAt(object, 'status', 'conditions') === undefined)
    return health('Progressing', 'Waiting for provider to be installed')
  const last = (type: string): unknown => conditionsOf(object).findLast((condition) => condition['type'] === type)
  const both = [last('Installed'), last('Healthy')]
  const isWell = both.every((condition) => valueAt(condition, 'status') === 'True')
  return health(isWell ? 'Healthy' : 'Degraded', both.map((condition) => textAt(condition, 'reason')).join(' '))
}
