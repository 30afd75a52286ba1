import { hasReason } from '@slipway/client'
import { messageOf } from '@slipway/diag'
import type { ActionResult, SyncAction, SyncOutcome, SyncSteps } from '@slipway/gitops'
import type { KubeObject } from '@slipway/objects'
import type { Context } from '../context.ts'
import { applyObject, knownLive } from './apply.ts'
import { readLive, refOfObject } from './written.ts'

/** Runs a step of a sync to its end: does what it asks for, at the same time where it asks for several things. */
export async function performSteps(context: Context, steps: SyncSteps): Promise<SyncOutcome> {
  let next = steps.next([])
  while (next.done !== true) {
    const results = await Promise.all(next.value.map((action) => perform(context, action)))
    next = steps.next(results)
  }
  return next.value
}

async function perform(context: Context, action: SyncAction): Promise<ActionResult> {
  if (action.verb === 'apply') return applyObject(context, action)
  try {
    return await performOther(context, action)
  } catch (error) {
    return { ok: false, message: messageOf(error), notFound: hasReason(error, 'NotFound') }
  }
}

async function performOther(context: Context, action: Exclude<SyncAction, { verb: 'apply' }>): Promise<ActionResult> {
  if (action.verb === 'delete') {
    await deleteObject(context, action.object, action.propagation)
    return { ok: true, message: '' }
  }
  const live = (await knownLive(context, action.object)) ?? (await readLive(context, action.object))
  if (live === undefined) return { ok: false, message: 'not found', notFound: true }
  if (action.verb === 'remove-finalizer') await removeFinalizer(context, live, action.finalizer)
  return { ok: true, message: '' }
}

/** Deletes an object and waits until the cache knows, so that nothing is decided by what was there before. */
export async function deleteObject(
  context: Context,
  object: KubeObject,
  propagationPolicy: 'Foreground' | 'Background' | 'Orphan',
): Promise<void> {
  await context.client.delete(refOfObject(object), { propagationPolicy })
  const left = await readLive(context, object)
  if (left !== undefined && left.metadata.uid === object.metadata.uid) await context.live.seen(left)
  else await context.live.dropped(object)
}

/** Takes a finalizer off an object, if it is still there. */
export async function removeFinalizer(context: Context, object: KubeObject, finalizer: string): Promise<void> {
  const { finalizers = [], resourceVersion } = object.metadata
  if (!finalizers.includes(finalizer)) return
  const left = finalizers.filter((each) => each !== finalizer)
  const metadata = { finalizers: left.length === 0 ? null : left, resourceVersion }
  const changed = await context.client.patch(refOfObject(object), { type: 'merge', body: { metadata } })
  if (changed.metadata.deletionTimestamp === undefined || left.length > 0) await context.live.seen(changed)
  else await context.live.dropped(object)
}
