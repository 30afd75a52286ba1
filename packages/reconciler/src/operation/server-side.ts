import { hasReason } from '@slipway/client'
import { messageOf } from '@slipway/diag'
import { clientSideManagers, FIELD_MANAGER, formatResourceKey, handedOver, resourceKeyOf } from '@slipway/gitops'
import type { KubeObject } from '@slipway/objects'
import type { Context } from '../context.ts'
import { readLive, refOfObject, writeOptions, type Apply, type Written } from './written.ts'

/**
 * Applies an object server-side. What was applied from the client before is taken over: first the updates of the manager that the Application names, as Argo CD
 * does, and after the apply those of whoever owns kubectl's annotation, as kubectl does, which then applies again so that what is not wanted any more goes.
 */
export async function applyServerSide(context: Context, action: Apply): Promise<Written> {
  const { live, migrateFrom } = action
  if (live !== undefined && migrateFrom !== undefined && clientSideManagers(live, migrateFrom).length > 0)
    await migrateFirst(context, live, migrateFrom)
  const apply = (): Promise<KubeObject> => context.client.apply(action.object, { ...writeOptions(action), force: true })
  const applied = await apply()
  const migrated = await takeOver(context, applied, clientSideManagers(applied))
  return { verb: 'serverside-applied', object: migrated ? await apply() : applied }
}

async function migrateFirst(context: Context, live: KubeObject, manager: string): Promise<void> {
  try {
    const fresh = await readLive(context, live)
    if (fresh !== undefined) await takeOver(context, fresh, clientSideManagers(fresh, manager))
  } catch (error) {
    const key = formatResourceKey(resourceKeyOf(live))
    throw new Error(`Failed to perform client-side apply migration for ${key}: ${messageOf(error)}`, { cause: error })
  }
}

const TRIES = 5

async function takeOver(context: Context, object: KubeObject, managers: readonly string[]): Promise<boolean> {
  let current: KubeObject | undefined = object
  for (let tries = 1; current !== undefined; tries++) {
    const managedFields = handedOver(current, managers, FIELD_MANAGER)
    if (managedFields === undefined) return false
    // A replaced version, not a tested one, is answered with a conflict where somebody was faster.
    const body = [
      { op: 'replace', path: '/metadata/managedFields', value: managedFields },
      { op: 'replace', path: '/metadata/resourceVersion', value: current.metadata.resourceVersion },
    ]
    try {
      await context.client.patch(refOfObject(current), { type: 'json', body })
      return true
    } catch (error) {
      if (!hasReason(error, 'Conflict') || tries >= TRIES) throw error
      current = await readLive(context, current)
    }
  }
  return false
}
