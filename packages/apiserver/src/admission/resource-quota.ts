import { addQuantities, compareQuantities, type KubeObject } from '@slipway/objects'
import { forbidden } from '../status.ts'
import { named } from '../storage.ts'
import type { Admission } from './admit.ts'

type Quantities = Record<string, string>

interface Container {
  readonly resources?: { readonly limits?: Quantities; readonly requests?: Quantities }
}

const COUNTED: Readonly<Record<string, string>> = {
  Pod: 'pods',
  Service: 'services',
  ConfigMap: 'configmaps',
  Secret: 'secrets',
  PersistentVolumeClaim: 'persistentvolumeclaims',
  ReplicationController: 'replicationcontrollers',
  ResourceQuota: 'resourcequotas',
}

/** ResourceQuotas of the namespace: an object that would exceed one is refused, a pod that does not say what a quota counts too. */
export function assertQuota({ strategy, resource, object }: Admission): void {
  const namespace = object.metadata.namespace ?? ''
  const quotas = strategy.list('', 'resourcequotas', namespace)
  if (quotas.length === 0 || !resource.namespaced) return
  const needed = usageOf(object)
  for (const quota of quotas) {
    const hard = ((quota['spec'] as { hard?: Quantities } | undefined)?.hard ?? {}) as Quantities
    const counted = Object.keys(hard).filter((name) => name in needed)
    const used = usedBy(strategy.list(resource.group, resource.plural, namespace))
    const missing =
      resource.kind === 'Pod' ? Object.keys(hard).filter((name) => isCompute(name) && !(name in needed)) : []
    const name = object.metadata.name ?? ''
    if (missing.length > 0)
      throw forbidden(
        named(resource),
        name,
        `failed quota: ${quota.metadata.name ?? ''}: must specify ${missing.sort().join(',')}`,
      )
    const over = counted
      .filter((of) => compareQuantities(addQuantities(used[of] ?? '0', needed[of] ?? '0'), hard[of] ?? '0') > 0)
      .sort()
    if (over.length === 0) continue
    const show = (values: Quantities): string => over.map((of) => `${of}=${values[of] ?? '0'}`).join(',')
    const why = `exceeded quota: ${quota.metadata.name ?? ''}, requested: ${show(needed)}, used: ${show(used)}, limited: ${show(hard)}`
    throw forbidden(named(resource), name, why)
  }
}

/** What one object takes of a quota: its count, and for pods requests and limits. */
export function usageOf(object: KubeObject): Quantities {
  const resource = COUNTED[object.kind]
  const usage: Quantities = resource === undefined ? {} : { [resource]: '1', [`count/${resource}`]: '1' }
  if (object.kind !== 'Pod') return usage
  const containers = ((object['spec'] as { containers?: Container[] } | undefined)?.containers ?? []) as Container[]
  for (const name of ['cpu', 'memory', 'ephemeral-storage']) {
    const requests = containers.flatMap((container) => container.resources?.requests?.[name] ?? [])
    const limits = containers.flatMap((container) => container.resources?.limits?.[name] ?? [])
    if (requests.length > 0) {
      usage[`requests.${name}`] = addQuantities(...requests)
      usage[name] = addQuantities(...requests)
    }
    if (limits.length > 0) usage[`limits.${name}`] = addQuantities(...limits)
  }
  return usage
}

/** What objects take together; pods that have ended take nothing. */
export function usedBy(objects: readonly KubeObject[]): Quantities {
  const used: Quantities = {}
  for (const object of objects) {
    const phase = (object['status'] as { phase?: string } | undefined)?.phase
    if (object.kind === 'Pod' && (phase === 'Succeeded' || phase === 'Failed')) continue
    for (const [name, quantity] of Object.entries(usageOf(object)))
      used[name] = addQuantities(used[name] ?? '0', quantity)
  }
  return used
}

function isCompute(name: string): boolean {
  return /^(requests\.|limits\.)?(cpu|memory)$/.test(name)
}
