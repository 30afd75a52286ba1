import { ApiError, hasReason } from '@slipway/client'
import { messageOf } from '@slipway/diag'
import {
  lastAppliedOf,
  mergePatchBetween,
  resourceKeyOf,
  threeWayMerge,
  withLastApplied,
  type ActionResult,
} from '@slipway/gitops'
import { gvkOf, typeOfKind, type KubeObject } from '@slipway/objects'
import type { Context } from '../context.ts'
import { recreate } from './recreate.ts'
import { replaceObject } from './replace.ts'
import { applyServerSide } from './server-side.ts'
import { readLive, refOfObject, writeOptions as options, type Apply, type Written } from './written.ts'

/** The live object as the cache has it, which knows of all own writes; another version of its kind is asked for. */
export async function knownLive(context: Context, object: KubeObject): Promise<KubeObject | undefined> {
  const known = context.live.get(resourceKeyOf(object))
  if (known === undefined || known.apiVersion === object.apiVersion) return known
  return readLive(context, object)
}

/** Applies an object as `kubectl` would, with its message: `deployment.apps/web configured`. A refusal is a result, not an error. */
export async function applyObject(context: Context, action: Apply): Promise<ActionResult> {
  try {
    const written = await write(context, action)
    if (written.object !== undefined) await settle(context, written.object)
    return { ok: true, message: messageFor(action, written) }
  } catch (error) {
    return { ok: false, message: messageOf(error), notFound: hasReason(error, 'NotFound') }
  }
}

function messageFor({ object, dryRun }: Apply, { verb }: Written): string {
  // What may not be deleted is not replaced by kubectl.
  if (verb === 'updated') return `${object.kind}/${object.metadata.name ?? ''} updated`
  return `${labelOf(object)} ${verb}${dryRun ? ' (dry run)' : ''}`
}

const ESTABLISHED_WITHIN = 3_000

// What is decided next is decided by the cache, and objects of a new kind may be next.
async function settle(context: Context, object: KubeObject): Promise<void> {
  await context.live.seen(object)
  if (object.kind !== 'CustomResourceDefinition') return
  const until = context.clock.monotonic() + ESTABLISHED_WITHIN
  while (!isEstablished(await readLive(context, object)) && context.clock.monotonic() < until)
    await new Promise<void>((resolve) => context.clock.after(100, resolve))
  await context.live.discover()
}

function isEstablished(definition: KubeObject | undefined): boolean {
  const { conditions = [] } = (definition?.['status'] ?? {}) as { conditions?: { type: string; status: string }[] }
  return conditions.some(({ type, status }) => type === 'Established' && status === 'True')
}

async function write(context: Context, action: Apply): Promise<Written> {
  if (action.serverSide && !action.replace) return applyServerSide(context, action)
  const live = await knownLive(context, action.object)
  if (action.replace) return replaceObject(context, action, live)
  const target = withLastApplied(action.object)
  if (live === undefined) {
    if (action.dryRun) return { verb: 'created', object: undefined }
    try {
      return { verb: 'created', object: await context.client.create(target, options(action)) }
    } catch (error) {
      // Somebody made it meanwhile, or it is of a kind that is not watched.
      const present = hasReason(error, 'AlreadyExists') ? await readLive(context, action.object) : undefined
      if (present === undefined) throw error
      return patchObject(context, action, { live: present, target })
    }
  }
  return patchObject(context, action, { live, target })
}

async function patchObject(
  context: Context,
  action: Apply,
  sides: { live: KubeObject; target: KubeObject },
): Promise<Written> {
  const { live, target } = sides
  const type = typeOfKind(gvkOf(target))
  const merged = threeWayMerge({ last: lastAppliedOf(live) ?? {}, wanted: target, live }, type)
  const patch = mergePatchBetween(live, merged)
  if (Object.keys(patch).length === 0) return { verb: 'unchanged', object: undefined }
  if (action.dryRun) return { verb: 'configured', object: undefined }
  try {
    const object = await context.client.patch(refOfObject(target), { type: 'merge', body: patch }, options(action))
    return { verb: 'configured', object }
  } catch (error) {
    if (!action.force || !isForceable(error)) throw error
    return { verb: 'configured', object: await recreate(context, action, { target, restore: live }) }
  }
}

const isForceable = (error: unknown): boolean =>
  error instanceof ApiError && (error.reason === 'Invalid' || error.reason === 'Conflict')

/** `deployment.apps/web`, as kubectl names objects. */
export function labelOf(object: KubeObject): string {
  const { group, kind } = gvkOf(object)
  return `${kind.toLowerCase()}${group === '' ? '' : `.${group}`}/${object.metadata.name ?? ''}`
}
