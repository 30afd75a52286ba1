import { hasReason, type Controller } from '@slipway/client'
import { deepEqual, type KubeObject } from '@slipway/objects'
import { type ControllerContext, source, start } from '../shared/context.ts'
import { KINDS } from '../shared/kinds.ts'
import type { Condition } from '../shared/types.ts'
import { conditionsAfter, type Progress } from './conditions.ts'
import { emptyNamespace } from './content.ts'

interface Namespace extends KubeObject {
  spec?: { finalizers?: string[] }
  status?: { phase?: string; conditions?: Condition[] }
}

const AGAIN = 500
// Whoever deletes a namespace often deletes what is in it too, by name: it stays for that long. Upstream waits 5 s.
const GRACE = 2_000

/** Empties namespaces that are being deleted, then lets them go: k8s.io/kubernetes/pkg/controller/namespace. Their conditions say what still keeps them. */
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
      if (!isOurs(namespace)) return undefined
      const since = Date.parse(deletionTimestamp)
      const early = since + GRACE - context.clock.now()
      if (early > 0) return { requeueAfter: early }
      const { progress, left } = await emptyNamespace(context, { name: key, since })
      await report(context, key, progress)
      if (left > 0) return { requeueAfter: AGAIN }
      await finalize(context, namespace)
      return undefined
    },
  })
}

// Somebody else may have a finalizer in the spec too, and keeps the namespace after we are done.
function isOurs({ spec }: Namespace): boolean {
  return spec?.finalizers?.includes('kubernetes') === true
}

async function report(context: ControllerContext, name: string, progress: Progress): Promise<void> {
  try {
    const namespace = await context.client.get<Namespace>({ ...KINDS.namespace, name })
    const conditions = conditionsAfter(namespace.status?.conditions, progress, context.clock.now())
    if (deepEqual(conditions, namespace.status?.conditions)) return
    await context.client.updateStatus({ ...namespace, status: { ...namespace.status, conditions } })
  } catch (error) {
    if (!hasReason(error, 'NotFound', 'Conflict')) throw error
  }
}

async function finalize(context: ControllerContext, namespace: Namespace): Promise<void> {
  const { name = '' } = namespace.metadata
  const finalizers = (namespace.spec?.finalizers ?? []).filter((finalizer) => finalizer !== 'kubernetes')
  const { resourceVersion: _, ...metadata } = namespace.metadata
  const body = { ...namespace, ...KINDS.namespace, metadata, spec: { ...namespace.spec, finalizers } }
  const path = `/api/v1/namespaces/${name}/finalize`
  const response = await context.client.raw({ method: 'PUT', path, contentType: 'application/json', body })
  if (response.status >= 400 && response.status !== 404)
    throw new Error(`cannot finalize namespace ${name}: ${JSON.stringify(response.object)}`)
}
