import { hasReason, pathOf, type Controller, type ResourceInfo } from '@slipway/client'
import type { KubeObject } from '@slipway/objects'
import { type ControllerContext, source, start } from '../shared/context.ts'
import { KINDS } from '../shared/kinds.ts'

interface Namespace extends KubeObject {
  spec?: { finalizers?: string[] }
}

const AGAIN = 500
// Whoever deletes a namespace often deletes what is in it too, by name: it stays for that long. Upstream waits 5 s.
const GRACE = 2_000

/** Empties namespaces that are being deleted, then lets them go: k8s.io/kubernetes/pkg/controller/namespace. */
export function startNamespaceController(context: ControllerContext): Promise<Controller> {
  const namespaces = context.informer<Namespace>(KINDS.namespace)
  return start(context, {
    name: 'namespace',
    sources: [
      source<Namespace>(context, KINDS.namespace, ({ object }) =>
        object.metadata.deletionTimestamp === undefined ? [] : [object.metadata.name ?? ''],
      ),
    ],
    reconcile: async (key) => {
      const namespace = namespaces.get(key)
      const { deletionTimestamp } = namespace?.metadata ?? {}
      if (namespace === undefined || typeof deletionTimestamp !== 'string') return undefined
      const early = Date.parse(deletionTimestamp) + GRACE - context.clock.now()
      if (early > 0) return { requeueAfter: early }
      const left = await empty(context, key)
      if (left > 0) return { requeueAfter: AGAIN }
      await finalize(context, namespace)
      return undefined
    },
  })
}

async function empty(context: ControllerContext, namespace: string): Promise<number> {
  context.client.resources.invalidate()
  const resources = (await context.client.resources.all()).filter((resource) => resource.namespaced && isKept(resource))
  let left = 0
  for (const resource of resources) {
    const before = await context.client.list(resource, { namespace, limit: 1 })
    if (before.items.length === 0) continue
    await context.client.raw({
      method: 'DELETE',
      path: pathOf(resource, { namespace }),
      contentType: 'application/json',
      body: { propagationPolicy: 'Background' },
    })
    left += (await context.client.list(resource, { namespace, limit: 1 })).items.length
  }
  return left
}

// `events.k8s.io` shows the core events, which are deleted as such.
function isKept(resource: ResourceInfo): boolean {
  return (
    resource.verbs.includes('list') &&
    resource.verbs.includes('deletecollection') &&
    resource.apiVersion !== 'events.k8s.io/v1' &&
    resource.apiVersion !== 'autoscaling/v1'
  )
}

async function finalize(context: ControllerContext, namespace: Namespace): Promise<void> {
  const finalizers = (namespace.spec?.finalizers ?? []).filter((finalizer) => finalizer !== 'kubernetes')
  const path = `/api/v1/namespaces/${namespace.metadata.name ?? ''}/finalize`
  const body = { ...namespace, ...KINDS.namespace, spec: { ...namespace.spec, finalizers } }
  const response = await context.client.raw({ method: 'PUT', path, contentType: 'application/json', body })
  if (response.status >= 400 && response.status !== 404 && response.status !== 409)
    throw new Error(`cannot finalize namespace ${namespace.metadata.name ?? ''}: ${JSON.stringify(response.object)}`)
}

/** True for an error that says that something is gone already. */
export function isGone(error: unknown): boolean {
  return hasReason(error, 'NotFound', 'Conflict')
}
