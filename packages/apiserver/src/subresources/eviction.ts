import {
  copyJson,
  formatTime,
  isRecord,
  toLabelSelector,
  type ApiRequest,
  type ApiResponse,
  type KubeObject,
  type LabelSelectorSpec,
} from '@slipway/objects'
import { readBody } from '../body.ts'
import type { ResourceDefinition } from '../registry/definition.ts'
import type { ResourceRequest } from '../request.ts'
import type { CallContext } from '../server.ts'
import { internalError, notFound, StatusError, tooManyRequests } from '../status.ts'
import { keyOf, named, replace } from '../storage.ts'
import { aMoment } from '../verbs/overtaken.ts'
import { deleteObject, type DeleteOptions } from '../verbs/delete.ts'

interface BudgetStatus {
  disruptionsAllowed?: number
  observedGeneration?: number
  currentHealthy?: number
  desiredHealthy?: number
  disruptedPods?: Record<string, string>
  [field: string]: unknown
}

const TRIES = 20

/** Deletes a pod if its disruption budget allows: k8s.io/kubernetes/pkg/registry/core/pod/storage/eviction.go. */
export async function evict(
  context: CallContext,
  resource: ResourceDefinition,
  { request, body }: { readonly request: ResourceRequest; readonly body: ApiRequest },
): Promise<ApiResponse> {
  const value = readBody(body)
  const options = (isRecord(value) && isRecord(value['deleteOptions']) ? value['deleteOptions'] : {}) as DeleteOptions
  const stored = context.store.get(keyOf(resource, request))
  if (stored === undefined) throw notFound(named(resource), request.name)
  const dry = options.dryRun?.includes('All') === true
  if (!bypassesBudget(stored.value)) await insisting(() => takeOnce(context, stored.value, dry))
  const { namespace, name } = request
  const wanted = dry ? options : await insisting(() => markEvicted(context, resource, { namespace, name, options }))
  await deleteObject(context, resource, { namespace, name, options: wanted })
  return { status: 201, object: { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 } }
}

function bypassesBudget(pod: KubeObject): boolean {
  const phase = (pod['status'] as { phase?: string } | undefined)?.phase
  return (
    pod.metadata.deletionTimestamp !== undefined || phase === 'Pending' || phase === 'Succeeded' || phase === 'Failed'
  )
}

// Whoever wrote at the same moment is read, and the same is tried again.
async function insisting<T>(step: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await step()
    } catch (error) {
      if (!(error instanceof StatusError) || error.status.reason !== 'Conflict' || attempt >= TRIES) throw error
    }
    await aMoment()
  }
}

const EVICTED = {
  type: 'DisruptionTarget',
  status: 'True',
  reason: 'EvictionByEvictionAPI',
  message: 'Eviction API: evicting',
}

// Writes into the pod why it ends, which a Job's failure policy may ask about, unless somebody meant another pod or another state of it: the delete says so then. A
// precondition of the delete moves on with the write.
async function markEvicted(
  context: CallContext,
  resource: ResourceDefinition,
  { options, ...at }: { readonly namespace: string; readonly name: string; readonly options: DeleteOptions },
): Promise<DeleteOptions> {
  const stored = context.store.get(keyOf(resource, at))
  const { uid, resourceVersion } = options.preconditions ?? {}
  const { metadata } = stored?.value ?? { metadata: {} as KubeObject['metadata'] }
  if (stored === undefined || (uid !== undefined && uid !== metadata.uid)) return options
  if (resourceVersion !== undefined && resourceVersion !== metadata.resourceVersion) return options
  const pod = copyJson(stored.value)
  const status = (pod['status'] ?? {}) as {
    conditions?: { type: string; status?: string; lastTransitionTime?: string }[]
  }
  const present = status.conditions?.find(({ type }) => type === EVICTED.type)
  const since = present?.status === 'True' ? present.lastTransitionTime : undefined
  const condition = {
    ...EVICTED,
    lastProbeTime: null,
    lastTransitionTime: since ?? formatTime(context.clock.now()),
  }
  const others = (status.conditions ?? []).filter(({ type }) => type !== EVICTED.type)
  pod['status'] = { ...status, conditions: [...others, condition] }
  const written = await replace(context.store, resource, { object: pod, revision: stored.revision })
  if (resourceVersion === undefined) return options
  const moved = written.metadata.resourceVersion
  return {
    ...options,
    preconditions: { ...options.preconditions, ...(moved === undefined ? {} : { resourceVersion: moved }) },
  }
}

async function takeOnce(context: CallContext, pod: KubeObject, dry: boolean): Promise<void> {
  const resource = context.registry.find('policy', 'v1', 'poddisruptionbudgets')
  if (resource === undefined) return
  const budgets = context.store
    .list(`/policy/poddisruptionbudgets/${pod.metadata.namespace ?? ''}/`)
    .items.filter((item) => covers(item.value, pod))
  if (budgets.length > 1)
    throw internalError(
      'This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.',
    )
  const stored = budgets[0]
  if (stored === undefined) return
  const budget = copyJson(stored.value)
  const status = (budget['status'] ?? {}) as BudgetStatus
  if (isUnhealthyAndFree(pod, budget, status)) return
  const name = budget.metadata.name ?? ''
  if ((status.observedGeneration ?? 0) < (budget.metadata.generation ?? 0)) {
    const causes = [
      { reason: 'DisruptionBudget', message: `The disruption budget ${name} is still being processed by the server.` },
    ]
    throw tooManyRequests("Cannot evict pod as it would violate the pod's disruption budget.", {
      retryAfterSeconds: 10,
      causes,
    })
  }
  if ((status.disruptionsAllowed ?? 0) < 1) {
    const message = `The disruption budget ${name} needs ${status.desiredHealthy ?? 0} healthy pods and has ${status.currentHealthy ?? 0} currently`
    throw tooManyRequests("Cannot evict pod as it would violate the pod's disruption budget.", {
      causes: [{ reason: 'DisruptionBudget', message }],
    })
  }
  if (dry) return
  status.disruptionsAllowed = (status.disruptionsAllowed ?? 0) - 1
  status.disruptedPods = {
    ...status.disruptedPods,
    [pod.metadata.name ?? '']: formatTime(context.clock.now()),
  }
  budget['status'] = status
  await replace(context.store, resource, { object: budget, revision: stored.revision })
}

function covers(budget: KubeObject, pod: KubeObject): boolean {
  const selector = (budget['spec'] as { selector?: LabelSelectorSpec } | undefined)?.selector
  return toLabelSelector(selector).matches(pod.metadata.labels ?? {})
}

// A pod that is not ready counts for nothing in a budget: it may go when the policy says so, or while enough others are healthy.
function isUnhealthyAndFree(pod: KubeObject, budget: KubeObject, status: BudgetStatus): boolean {
  const conditions =
    (pod['status'] as { conditions?: { type: string; status: string }[] } | undefined)?.conditions ?? []
  if (conditions.some((condition) => condition.type === 'Ready' && condition.status === 'True')) return false
  const policy = (budget['spec'] as { unhealthyPodEvictionPolicy?: string } | undefined)?.unhealthyPodEvictionPolicy
  const enough = (status.currentHealthy ?? 0) >= (status.desiredHealthy ?? 0) && (status.desiredHealthy ?? 0) > 0
  return policy === 'AlwaysAllow' || enough
}
