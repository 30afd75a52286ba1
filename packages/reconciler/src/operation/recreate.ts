import { hasReason } from '@slipway/client'
import { FIELD_MANAGER } from '@slipway/gitops'
import type { KubeObject } from '@slipway/objects'
import type { Context } from '../context.ts'
import { readLive, refOfObject, writeOptions, type Apply } from './written.ts'

const PATIENCE = 300_000
const POLL = 100

/** Deletes an object, waits until it is gone, and makes it anew; where that is refused, what was there before is given back, if it is handed in. */
export async function recreate(
  context: Context,
  action: Apply,
  of: { readonly target: KubeObject; readonly restore?: KubeObject },
): Promise<KubeObject> {
  await context.client.delete(refOfObject(of.target), { propagationPolicy: 'Background' }).catch((error: unknown) => {
    if (!hasReason(error, 'NotFound')) throw error
  })
  const until = context.clock.monotonic() + PATIENCE
  while ((await readLive(context, of.target)) !== undefined && context.clock.monotonic() < until)
    await new Promise<void>((resolve) => context.clock.after(POLL, resolve))
  try {
    return await context.client.create(of.target, writeOptions(action))
  } catch (error) {
    if (of.restore !== undefined) await giveBack(context, of.restore)
    throw error
  }
}

async function giveBack(context: Context, { status: _, ...object }: KubeObject): Promise<void> {
  const {
    uid: _uid,
    resourceVersion: _version,
    creationTimestamp: _time,
    managedFields: _fields,
    ...own
  } = object.metadata
  // Best effort, as with kubectl: the refusal is what counts.
  await context.client
    .create({ ...object, metadata: own } as KubeObject, { fieldManager: FIELD_MANAGER })
    .catch(() => undefined)
}
