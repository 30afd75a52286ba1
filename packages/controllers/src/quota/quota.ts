import { hasReason, type Controller } from '@slipway/client'
import {
  builtInResources,
  deepEqual,
  keyOf,
  quotaCovers,
  quotaUsage,
  sumUsage,
  type KubeObject,
  type ResourceEntry,
} from '@slipway/objects'
import { type ControllerContext, source, start } from '../shared/context.ts'
import { KINDS } from '../shared/kinds.ts'

interface Quota extends KubeObject {
  spec: { hard?: Record<string, string> }
  status?: { hard?: Record<string, string>; used?: Record<string, string> }
}

// What quotas count by its own name, whose changes are followed. What else `count/...` names is looked at again after a while.
const FOLLOWED = [
  KINDS.pod,
  KINDS.service,
  KINDS.configMap,
  KINDS.claim,
  KINDS.replicaSet,
  KINDS.replicationController,
  KINDS.secret,
]
const LOOK_AGAIN = 30_000

/** Shows in every ResourceQuota how much of it is used. */
export function startQuotaController(context: ControllerContext): Promise<Controller> {
  const quotas = context.informer<Quota>(KINDS.resourceQuota)
  const inNamespace = ({ object }: { object: KubeObject }): string[] =>
    quotas.list(object.metadata.namespace).map(keyOf)
  const kinds = countableKinds()
  return start(context, {
    name: 'resourcequota',
    sources: [
      source<Quota>(context, KINDS.resourceQuota, inNamespace),
      ...FOLLOWED.map((kind) => source(context, kind, inNamespace)),
    ],
    reconcile: async (key) => {
      const quota = quotas.get(key)
      if (quota === undefined) return undefined
      const status = { hard: quota.spec.hard ?? {}, used: await usedOf(context, kinds, quota) }
      if (!deepEqual(status, quota.status)) await write(context, { ...quota, status })
      return Object.keys(status.hard).some((name) => name.startsWith('count/'))
        ? { requeueAfter: LOOK_AGAIN }
        : undefined
    },
  })
}

async function write(context: ControllerContext, quota: Quota): Promise<void> {
  try {
    await context.client.updateStatus({ ...quota, ...KINDS.resourceQuota })
  } catch (error) {
    if (!hasReason(error, 'NotFound')) throw error
  }
}

// The preferred version of every namespaced kind that can be listed, by `plural` or `plural.group`.
function countableKinds(): ReadonlyMap<string, ResourceEntry> {
  const kinds = new Map<string, ResourceEntry>()
  for (const entry of builtInResources()) {
    const name = entry.group === '' ? entry.plural : `${entry.plural}.${entry.group}`
    if (entry.namespaced && entry.verbs.includes('list') && !kinds.has(name)) kinds.set(name, entry)
  }
  return kinds
}

async function usedOf(
  context: ControllerContext,
  kinds: ReadonlyMap<string, ResourceEntry>,
  quota: Quota,
): Promise<Record<string, string>> {
  const names = Object.keys(quota.spec.hard ?? {})
  const counted = new Set(names.flatMap((name) => kinds.get(countedBy(name)) ?? []))
  const usage = await Promise.all([...counted].map((entry) => usageOf(context, entry, quota)))
  const sum = sumUsage(usage.flat())
  // Nobody knows how many there are of a kind that is not served.
  return Object.fromEntries(names.filter((name) => kinds.has(countedBy(name))).map((name) => [name, sum[name] ?? '0']))
}

async function usageOf(
  context: ControllerContext,
  entry: ResourceEntry,
  quota: Quota,
): Promise<readonly Record<string, string>[]> {
  const { group, version, kind } = entry
  const { namespace = '' } = quota.metadata
  const apiVersion = group === '' ? version : `${group}/${version}`
  const followed = FOLLOWED.find((each) => each.kind === kind && each.apiVersion === apiVersion)
  const objects =
    followed === undefined
      ? (await context.client.list({ apiVersion, kind }, { namespace })).items
      : context.informer(followed).list(namespace)
  return objects.filter((object) => quotaCovers(quota, object)).map((object) => quotaUsage(object, entry))
}

/** The kind, as `plural.group`, whose objects are counted under a name of a quota. */
function countedBy(name: string): string {
  if (name.startsWith('count/')) return name.slice('count/'.length)
  if (name.startsWith('services.')) return 'services'
  if (name === 'requests.storage' || name.includes('.storageclass.storage.k8s.io/')) return 'persistentvolumeclaims'
  return /^(requests\.|limits\.|hugepages-)|^(cpu|memory|ephemeral-storage)$/.test(name) ? 'pods' : name
}
