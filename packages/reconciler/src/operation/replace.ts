import { FIELD_MANAGER } from '@slipway/gitops'
import type { KubeObject } from '@slipway/objects'
import type { Context } from '../context.ts'
import { recreate } from './recreate.ts'
import { readLive, writeOptions, type Apply, type Written } from './written.ts'

/**
 * Replaces an object whole, or makes it. By force it is deleted first, but for namespaces and definitions, which would take all that is in them along. An object
 * that is made this way has no annotation of kubectl, and with validation no field that its kind does not know.
 */
export async function replaceObject(context: Context, action: Apply, live: KubeObject | undefined): Promise<Written> {
  const { object: target, dryRun, force } = action
  if (live === undefined) return { verb: 'created', object: dryRun ? undefined : await create(context, action) }
  const isKept = target.kind === 'Namespace' || target.kind === 'CustomResourceDefinition'
  const verb = isKept ? 'updated' : 'replaced'
  if (dryRun) return { verb, object: undefined }
  if (force && !isKept) return { verb, object: await recreate(context, action, { target }) }
  const { resourceVersion = '' } = ((await readLive(context, target)) ?? live).metadata
  const update = { ...target, metadata: { ...target.metadata, resourceVersion } }
  return { verb, object: await context.client.update(update, writeOptions(action)) }
}

function create(context: Context, { object, validate }: Apply): Promise<KubeObject> {
  const fieldValidation = validate ? 'Strict' : 'Ignore'
  return context.client.create(object, { fieldManager: FIELD_MANAGER, fieldValidation })
}
