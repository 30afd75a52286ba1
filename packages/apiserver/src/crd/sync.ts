import { formatTime, isRecord, type KubeObject } from '@slipway/objects'
import type { ServerContext } from '../server.ts'
import { prefixOf, replace } from '../storage.ts'
import { StatusError } from '../status.ts'
import { resourcesOf } from './definitions.ts'

interface Condition {
  readonly type: string
  readonly status: string
  readonly lastTransitionTime: string
  readonly reason: string
  readonly message: string
}

/**
 * Keeps the registry in step with the CustomResourceDefinitions of the store, and gives each new one its status: names accepted, established. Runs until the
 * signal aborts; what is there at the start is served when the returned promise resolves.
 */
export async function syncCustomResources(
  server: ServerContext,
  signal: AbortSignal,
): Promise<{ readonly done: Promise<void> }> {
  const resource = server.registry.find('apiextensions.k8s.io', 'v1', 'customresourcedefinitions')
  if (resource === undefined) return { done: Promise.resolve() }
  const prefix = prefixOf(resource)
  const refresh = async (): Promise<void> => {
    const stored = server.store.list(prefix).items
    server.registry.setCustom(stored.flatMap((item) => resourcesOf(item.value)))
    for (const item of stored) {
      if (isEstablished(item.value)) continue
      try {
        await replace(server.store, resource, { object: established(server, item.value), revision: item.revision })
      } catch (error) {
        // Somebody changed it meanwhile: the change's event comes next.
        if (!(error instanceof StatusError)) throw error
      }
    }
  }
  const watch = server.store.watch(prefix, { signal })
  await refresh()
  const follow = async (): Promise<void> => {
    for await (const _ of watch) await refresh()
  }
  return { done: follow() }
}

function isEstablished(definition: KubeObject): boolean {
  const status = definition['status']
  const conditions =
    isRecord(status) && Array.isArray(status['conditions']) ? (status['conditions'] as Condition[]) : []
  return conditions.some((condition) => condition.type === 'Established' && condition.status === 'True')
}

function established(server: ServerContext, definition: KubeObject): KubeObject {
  const spec = definition['spec'] as { names?: object; versions?: { name: string; storage: boolean }[] }
  const lastTransitionTime = formatTime(server.clock.now())
  const condition = (type: string, reason: string, message: string): Condition => ({
    type,
    status: 'True',
    lastTransitionTime,
    reason,
    message,
  })
  const changed = structuredClone(definition)
  changed['status'] = {
    conditions: [
      condition('NamesAccepted', 'NoConflicts', 'no conflicts found'),
      condition('Established', 'InitialNamesAccepted', 'the initial names have been accepted'),
    ],
    acceptedNames: structuredClone(spec.names ?? {}),
    storedVersions: (spec.versions ?? []).filter((version) => version.storage).map((version) => version.name),
  }
  return changed
}
