import type { KubeObject } from '@slipway/objects'
import type { Store } from '@slipway/store'
import type { ResourceDefinition } from '../registry/definition.ts'

const LANES = new WeakMap<Store<KubeObject>, Map<string, Promise<unknown>>>()

/**
 * Creates an object when it is its turn: where a namespace has quotas, what was admitted before it is stored first, or two that ask at the same time would both
 * see room for one. Elsewhere nothing waits.
 */
export async function inQuotaTurn<T>(
  store: Store<KubeObject>,
  at: { readonly resource: ResourceDefinition; readonly namespace: string; readonly hasQuota: boolean },
  create: () => Promise<T>,
): Promise<T> {
  if (!at.resource.namespaced || !at.hasQuota) return create()
  const lanes = LANES.get(store) ?? new Map<string, Promise<unknown>>()
  LANES.set(store, lanes)
  const turn = (lanes.get(at.namespace) ?? Promise.resolve()).then(create)
  const settled = turn.catch(() => undefined)
  lanes.set(at.namespace, settled)
  try {
    return await turn
  } finally {
    if (lanes.get(at.namespace) === settled) lanes.delete(at.namespace)
  }
}
