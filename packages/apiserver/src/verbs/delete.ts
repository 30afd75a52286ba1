import { copyJson, formatTime, type ApiResponse, type KubeObject } from '@slipway/objects'
import { assertPolicies } from '../admission/policy/validating.ts'
import { strategyContext } from '../mutation.ts'
import type { ResourceDefinition } from '../registry/definition.ts'
import type { ResourceRequest } from '../request.ts'
import type { CallContext } from '../server.ts'
import { badRequest, conflict, forbidden, notFound, success } from '../status.ts'
import { aMoment } from './overtaken.ts'
import { keyOf, named, remove, replace } from '../storage.ts'
import { convert } from '../versions.ts'

/** `meta/v1.DeleteOptions`, as far as it decides anything here. */
export interface DeleteOptions {
  readonly gracePeriodSeconds?: number
  readonly propagationPolicy?: string
  readonly orphanDependents?: boolean
  readonly preconditions?: { readonly uid?: string; readonly resourceVersion?: string }
  readonly dryRun?: readonly string[]
}

const POLICIES = ['Orphan', 'Background', 'Foreground']
// etcd3 tries without end; a writer that is never let in would mean that somebody writes this object all the time.
const CONFLICT_TRIES = 100

/**
 * Deletes an object: at once, or, when finalizers or a grace period stand against it, by marking it. Answers with the object while it is still there, with a
 * `Status` that names its uid when it is gone.
 */
export async function deleteOne(
  context: CallContext,
  resource: ResourceDefinition,
  request: ResourceRequest & { options: DeleteOptions },
): Promise<ApiResponse> {
  assertOptions(request.options)
  assertDeletable(resource, request.name)
  const { object, gone } = await deleteObject(context, resource, request)
  if (!gone) return { status: 200, object: convert(object, resource) }
  // Kubernetes answers the deletion of pods, namespaces and a few more with the object (`rest.GracefulDeleter` with ReturnDeletedObject).
  if (RETURNS_OBJECT.has(resource.kind)) return { status: 200, object: convert(object, resource) }
  const details = {
    name: request.name,
    ...(resource.group === '' ? {} : { group: resource.group }),
    kind: resource.plural,
    uid: object.metadata.uid ?? '',
  }
  return { status: 200, object: success(details) }
}

const RETURNS_OBJECT = new Set([
  'Pod',
  'Service',
  'ServiceAccount',
  'ResourceQuota',
  'PersistentVolume',
  'PersistentVolumeClaim',
  'PodTemplate',
  'Namespace',
])

/** Deletes, retrying while others change the object, unless a precondition fixes its resource version. */
export async function deleteObject(
  context: CallContext,
  resource: ResourceDefinition,
  at: { namespace: string; name: string; options: DeleteOptions },
): Promise<{ object: KubeObject; gone: boolean }> {
  for (let attempt = 1; ; attempt++) {
    const stored = context.store.get(keyOf(resource, at))
    if (stored === undefined) throw notFound(named(resource), at.name)
    assertPreconditions(resource, stored.value, at.options)
    assertAllowed(context, resource, { object: stored.value, options: at.options })
    const change = plan(context, resource, { object: stored.value, options: at.options })
    const target = { object: change.object, revision: stored.revision }
    if (at.options.dryRun?.includes('All') === true) return { object: change.object, gone: change.gone }
    if (change.object === stored.value && !change.gone) return { object: stored.value, gone: false }
    try {
      const object = change.gone
        ? await remove(context.store, resource, target)
        : await replace(context.store, resource, target)
      return { object, gone: change.gone }
    } catch (error) {
      if (!isConflict(error) || attempt >= CONFLICT_TRIES) throw error
    }
    await aMoment()
  }
}

function assertAllowed(
  context: CallContext,
  resource: ResourceDefinition,
  { object, options }: { object: KubeObject; options: DeleteOptions },
): void {
  const dryRun = options.dryRun?.includes('All') === true
  const strategy = strategyContext(context, '')
  assertPolicies({ context, strategy, resource, object, old: object, operation: 'delete', subresource: '', dryRun })
}

function plan(
  context: CallContext,
  resource: ResourceDefinition,
  deletion: { object: KubeObject; options: DeleteOptions },
): { object: KubeObject; gone: boolean } {
  const { object, options } = deletion
  const finalizers = finalizersFor(object.metadata.finalizers ?? [], policyOf(options))
  const grace = resource.strategy.gracefulDelete?.(object, options.gracePeriodSeconds)
  const blocked = finalizers.length > 0 || resource.kind === 'Namespace'
  if (!blocked && (grace === undefined || grace === 0))
    return { object: withFinalizers(object, finalizers), gone: true }
  return { object: mark(context, { object, finalizers, grace: grace ?? 0, resource }), gone: false }
}

function policyOf(options: DeleteOptions): string | undefined {
  if (options.orphanDependents === true) return 'Orphan'
  return options.propagationPolicy
}

// k8s.io/apiserver/pkg/registry/generic/registry/store.go, deletionFinalizersForGarbageCollection: the policy of the request decides, without one what is on the object stays.
function finalizersFor(present: readonly string[], policy: string | undefined): string[] {
  if (policy === undefined) return [...present]
  const others = present.filter((finalizer) => finalizer !== 'orphan' && finalizer !== 'foregroundDeletion')
  if (policy === 'Orphan') return [...others, 'orphan']
  if (policy === 'Foreground') return [...others, 'foregroundDeletion']
  return others
}

function mark(
  context: CallContext,
  deletion: { object: KubeObject; finalizers: string[]; grace: number; resource: ResourceDefinition },
): KubeObject {
  const { object, grace } = deletion
  const earlier = object.metadata.deletionTimestamp !== undefined
  const sooner = earlier && grace < (object.metadata.deletionGracePeriodSeconds ?? 0)
  const sameFinalizers = sameList(object.metadata.finalizers ?? [], deletion.finalizers)
  if (earlier && !sooner && sameFinalizers) return object
  const marked = copyJson(withFinalizers(object, deletion.finalizers))
  if (!earlier || sooner) {
    const start = earlier
      ? Date.parse(object.metadata.deletionTimestamp ?? '') - (object.metadata.deletionGracePeriodSeconds ?? 0) * 1000
      : context.clock.now()
    marked.metadata.deletionTimestamp = formatTime(start + grace * 1000)
    marked.metadata.deletionGracePeriodSeconds = grace
    if (!earlier && (object.metadata.generation ?? 0) > 0)
      marked.metadata.generation = (object.metadata.generation ?? 0) + 1
  }
  if (deletion.resource.kind === 'Namespace')
    marked['status'] = { ...(marked['status'] as object | undefined), phase: 'Terminating' }
  return marked
}

function withFinalizers(object: KubeObject, finalizers: readonly string[]): KubeObject {
  if (sameList(object.metadata.finalizers ?? [], finalizers)) return object
  const { finalizers: _, ...metadata } = object.metadata
  return { ...object, metadata: finalizers.length === 0 ? metadata : { ...metadata, finalizers: [...finalizers] } }
}

function sameList(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((item, index) => item === b[index])
}

function assertPreconditions(resource: ResourceDefinition, object: KubeObject, options: DeleteOptions): void {
  const { uid, resourceVersion } = options.preconditions ?? {}
  const { metadata } = object
  if (uid !== undefined && uid !== metadata.uid) {
    throw conflict(
      named(resource),
      metadata.name ?? '',
      `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${metadata.uid ?? ''}`,
    )
  }
  if (resourceVersion !== undefined && resourceVersion !== metadata.resourceVersion) {
    const why = `Precondition failed: ResourceVersion in precondition: ${resourceVersion}, ResourceVersion in object meta: ${metadata.resourceVersion ?? ''}`
    throw conflict(named(resource), metadata.name ?? '', why)
  }
}

function assertOptions(options: DeleteOptions): void {
  const { propagationPolicy, orphanDependents, gracePeriodSeconds } = options
  if (propagationPolicy !== undefined && !POLICIES.includes(propagationPolicy)) {
    throw badRequest(
      `propagationPolicy: Invalid value: "${propagationPolicy}": DeletionPropagation need to be one of "Foreground", "Background", "Orphan" or nil`,
    )
  }
  if (propagationPolicy !== undefined && orphanDependents !== undefined) {
    throw badRequest(
      'propagationPolicy: Invalid value: "": orphanDependents and deletionPropagation cannot be both set',
    )
  }
  if (gracePeriodSeconds !== undefined && gracePeriodSeconds < 0)
    throw badRequest('gracePeriodSeconds: must be greater than or equal to 0')
}

const IMMORTAL = ['default', 'kube-system', 'kube-public']

function assertDeletable(resource: ResourceDefinition, name: string): void {
  if (resource.kind === 'Namespace' && resource.group === '' && IMMORTAL.includes(name)) {
    throw forbidden(named(resource), name, 'this namespace may not be deleted')
  }
}

function isConflict(error: unknown): boolean {
  return error instanceof Error && 'status' in error && (error.status as { reason?: string }).reason === 'Conflict'
}
