import { ARGO_API_VERSION, type Application } from '@slipway/argo'
import { hasReason, type ObjectRef } from '@slipway/client'
import { mergePatchBetween } from '@slipway/gitops'
import { formatTime } from '@slipway/objects'
import type { Context } from '../context.ts'
import { statusOf, type ApplicationStatus } from './types.ts'

/** Where an Application is. */
export function refOf(application: Application): ObjectRef {
  const { name = '', namespace = '' } = application.metadata
  return { apiVersion: ARGO_API_VERSION, kind: 'Application', namespace, name }
}

/** Merges into an Application; one that is gone meanwhile stays gone. */
export async function patchApplication(
  context: Context,
  application: Application,
  body: object,
): Promise<Application | undefined> {
  try {
    return (await context.client.patch(refOf(application), { type: 'merge', body })) as Application
  } catch (error) {
    if (hasReason(error, 'NotFound')) return undefined
    throw error
  }
}

/**
 * Writes a status if anything changed, with events for a new sync or health status. The time of the last transition is kept while the health is the same, and
 * so is its message, which tells what the transition was about.
 */
export async function persistStatus(
  context: Context,
  before: Application,
  next: ApplicationStatus,
): Promise<Application | undefined> {
  const known = statusOf(before)
  const changed = known.health?.status !== next.health?.status
  if ((known.sync?.status ?? '') !== (next.sync?.status ?? ''))
    told(context, before, `Updated sync status: ${known.sync?.status ?? ''} -> ${next.sync?.status ?? ''}`)
  if (changed) {
    const because = next.health?.message === undefined ? '' : ` (${next.health.message})`
    told(
      context,
      before,
      `Updated health status: ${known.health?.status ?? ''} -> ${next.health?.status ?? ''}${because}`,
    )
  }
  const health = changed ? { ...next.health, lastTransitionTime: formatTime(context.clock.now()) } : { ...known.health }
  const { operationState: _, history: __, ...own } = { ...next, health }
  const { operationState: ___, history: ____, ...old } = known
  // reconciledAt alone is no news.
  const patch = mergePatchBetween(old, own)
  if (Object.keys(patch).every((name) => name === 'reconciledAt') && known.reconciledAt !== undefined) return before
  return patchApplication(context, before, { status: patch })
}

function told(context: Context, application: Application, message: string): void {
  context.record(application, { type: 'Normal', reason: 'ResourceUpdated', message })
}
