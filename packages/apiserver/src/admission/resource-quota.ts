import { addQuantities, compareQuantities, quotaCovers, quotaUsage, sumUsage } from '@slipway/objects'
import { forbidden } from '../status.ts'
import { named } from '../storage.ts'
import type { Admission } from './admit.ts'

type Quantities = Readonly<Record<string, string>>

/** ResourceQuotas of the namespace: an object that would exceed one is refused, a pod that does not say what a quota counts too. */
export function assertQuota({ strategy, resource, object }: Admission): void {
  const namespace = object.metadata.namespace ?? ''
  const quotas = strategy.list('', 'resourcequotas', namespace)
  if (quotas.length === 0 || !resource.namespaced) return
  const needed = quotaUsage(object, resource)
  for (const quota of quotas.filter((each) => quotaCovers(each, object))) {
    const hard = ((quota['spec'] as { hard?: Quantities } | undefined)?.hard ?? {}) as Quantities
    const counted = Object.keys(hard).filter((name) => (needed[name] ?? '0') !== '0')
    const present = strategy.list(resource.group, resource.plural, namespace).filter((each) => quotaCovers(quota, each))
    const used = sumUsage(present.map((each) => quotaUsage(each, resource)))
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

function isCompute(name: string): boolean {
  return /^(requests\.|limits\.)?(cpu|memory)$/.test(name)
}
