import { hasReason, type Controller } from '@slipway/client'
import { addQuantities, deepEqual, keyOf, type KubeObject } from '@slipway/objects'
import { type ControllerContext, source, start } from '../shared/context.ts'
import { KINDS } from '../shared/kinds.ts'
import type { Pod } from '../shared/types.ts'

interface Quota extends KubeObject {
  spec: { hard?: Record<string, string> }
  status?: { hard?: Record<string, string>; used?: Record<string, string> }
}

const COUNTED = { pods: KINDS.pod, services: KINDS.service, configmaps: KINDS.configMap } as const

/** Shows in every ResourceQuota how much of it is used. */
export function startQuotaController(context: ControllerContext): Promise<Controller> {
  const quotas = context.informer<Quota>(KINDS.resourceQuota)
  const inNamespace = ({ object }: { object: KubeObject }): string[] =>
    quotas.list(object.metadata.namespace).map(keyOf)
  return start(context, {
    name: 'resourcequota',
    sources: [
      source<Quota>(context, KINDS.resourceQuota, ({ object }) => [keyOf(object)]),
      ...Object.values(COUNTED).map((kind) => source(context, kind, inNamespace)),
    ],
    reconcile: async (key) => {
      const quota = quotas.get(key)
      if (quota === undefined) return undefined
      const status = { hard: quota.spec.hard ?? {}, used: usedOf(context, quota) }
      if (deepEqual(status, quota.status)) return undefined
      try {
        await context.client.updateStatus({ ...quota, ...KINDS.resourceQuota, status })
      } catch (error) {
        if (!hasReason(error, 'NotFound')) throw error
      }
      return undefined
    },
  })
}

function usedOf(context: ControllerContext, quota: Quota): Record<string, string> {
  const { namespace } = quota.metadata
  const pods = context
    .informer<Pod>(KINDS.pod)
    .list(namespace)
    .filter((pod) => pod.status?.phase !== 'Succeeded' && pod.status?.phase !== 'Failed')
  return Object.fromEntries(
    Object.keys(quota.spec.hard ?? {}).flatMap((name) => {
      const used = usedResource(context, { name, pods, namespace })
      return used === undefined ? [] : [[name, used]]
    }),
  )
}

function usedResource(
  context: ControllerContext,
  of: { name: string; pods: readonly Pod[]; namespace: string | undefined },
): string | undefined {
  const resource = of.name.replace(/^count\//, '')
  if (resource === 'pods') return String(of.pods.length)
  if (resource === 'services' || resource === 'configmaps')
    return String(context.informer(COUNTED[resource]).list(of.namespace).length)
  const match = /^(requests\.|limits\.)?(cpu|memory|ephemeral-storage)$/.exec(of.name)
  if (match === null) return undefined
  const side = match[1] === 'limits.' ? 'limits' : 'requests'
  return addQuantities(
    ...of.pods.flatMap((pod) =>
      pod.spec.containers.map((container) => container.resources?.[side]?.[match[2] ?? ''] ?? '0'),
    ),
  )
}
