import { ARGO_API_VERSION, type Application, type Operation } from '@slipway/argo'
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

/** What is written with a status: an operation that begins. */
export interface Begins {
  readonly operation?: Operation | undefined
}

/**
 * Writes a status if anything changed, with events for a new sync or health status, and an operation that is to begin: that one only if nobody changed the
 * Application meanwhile. The time of the last transition is kept while the health is the same, and so is its message, which tells what the transition was
 * about. Gives the Application as it is then.
 */
export async function persistStatus(
  context: Context,
  before: Application,
  next: ApplicationStatus,
  { operation }: Begins = {},
): Promise<Application | undefined> {
  const known = statusOf(before)
  const changed = known.health?.status !== next.health?.status
  const health = changed ? { ...next.health, lastTransitionTime: formatTime(context.clock.now()) } : { ...known.health }
  const { operationState: _, history: __, ...own } = { ...next, health }
  const { operationState: ___, history: ____, ...old } = known
  const patch = mergePatchBetween(old, own)
  const begins = operation === undefined ? {} : beginning(before, operation)
  // reconciledAt alone is no news.
  const isNews =
    operation !== undefined ||
    known.reconciledAt === undefined ||
    Object.keys(patch).some((name) => name !== 'reconciledAt')
  if (!isNews || Object.keys(patch).length + Object.keys(begins).length === 0) return before
  const status = operation === undefined ? patch : { ...patch, operationState: null }
  const written = await patchApplication(context, before, { ...begins, status })
  if (operation !== undefined) tellStarted(context, before, operation)
  tellChanges(context, before, next)
  return written
}

function beginning(application: Application, operation: Operation): object {
  const { resourceVersion } = application.metadata
  return { metadata: { resourceVersion }, operation }
}

function tellStarted(context: Context, application: Application, { sync }: Operation): void {
  const revisions = sync?.revisions ?? [sync?.revision ?? '']
  const message = `Initiated automated sync to '${revisions.join(', ')}'`
  context.record(application, { type: 'Normal', reason: 'OperationStarted', message })
}

function tellChanges(context: Context, application: Application, next: ApplicationStatus): void {
  const known = statusOf(application)
  const told = (message: string): void =>
    context.record(application, { type: 'Normal', reason: 'ResourceUpdated', message })
  const [sync = '', nextSync = ''] = [known.sync?.status, next.sync?.status]
  if (sync !== nextSync) told(`Updated sync status: ${sync} -> ${nextSync}`)
  const [health = '', nextHealth = ''] = [known.health?.status, next.health?.status]
  const because = next.health?.message === undefined ? '' : ` (${next.health.message})`
  if (health !== nextHealth) told(`Updated health status: ${health} -> ${nextHealth}${because}`)
}
