import { hasSeveralSources, sourcesOf, type Application, type Operation, type SyncOperation } from '@slipway/argo'
import { deepEqual } from '@slipway/objects'
import type { Comparison } from './compare.ts'
import type { Context } from './context.ts'
import { statusOf, type Condition, type OperationState, type ResourceStatus } from './status/types.ts'

/** What automated sync wants: nothing, an operation, to wait with it, or to say why not. */
export interface AutoSync {
  readonly condition?: Condition
  readonly requeueAfter?: number
  /** The operation to start. */
  readonly operation?: Operation
}

const DEFAULT_RETRY = { limit: 5 }
const HEAL_FIRST = 2_000
const HEAL_FACTOR = 3
const HEAL_CAP = 300_000

/**
 * Asks for a sync when an Application with automated sync is OutOfSync: at once for a new revision or a changed source, again for the same one only to heal
 * drift, with growing pauses. It never retries a failed sync of the same revision, and never prunes everything.
 */
export function autoSync(context: Context, application: Application, comparison: Comparison): AutoSync {
  const automated = application.spec.syncPolicy?.automated
  if (automated === undefined || automated.enabled === false) return {}
  if (application.operation !== undefined || application.metadata.deletionTimestamp !== undefined) return {}
  if (comparison.sync.status !== 'OutOfSync') return {}
  const { resources } = comparison
  if (automated.prune !== true && resources.every(needsPruneOnly)) return {}
  const revisions = desiredRevisions(application, comparison)
  const attempt = lastAttempt(application, revisions)
  if (attempt !== undefined && attempt.phase !== 'Succeeded') {
    const message = `Failed last sync attempt to ${listOf(attempt.revisions)}: ${attempt.message}`
    return { condition: { type: 'SyncError', message } }
  }
  const healing = attempt !== undefined
  if (healing && automated.selfHeal !== true) return {}
  const tries = healing ? (statusOf(application).operationState?.operation.sync?.autoHealAttemptsCount ?? 0) : 0
  const wait = healing ? healDelay(context, application, tries) : 0
  if (wait > 0) return { requeueAfter: wait }
  if (
    automated.prune === true &&
    automated.allowEmpty !== true &&
    resources.every((each) => each.requiresPruning === true)
  ) {
    const message = `Skipping sync attempt to ${listOf(revisions)}: auto-sync will wipe out all resources`
    return { condition: { type: 'SyncError', message } }
  }
  const heal = healing ? healOf(tries, resources) : {}
  return { operation: operationOf(application, comparison, heal) }
}

const needsPruneOnly = (resource: ResourceStatus): boolean =>
  resource.status === 'Synced' || resource.requiresPruning === true

function desiredRevisions(application: Application, { sync }: Comparison): readonly string[] {
  return hasSeveralSources(application) ? (sync.revisions ?? []) : [sync.revision ?? '']
}

const listOf = (revisions: readonly string[]): string => `[${revisions.join(' ')}]`

interface Attempt {
  readonly revisions: readonly string[]
  readonly phase: OperationState['phase']
  readonly message: string
}

// Undefined when this revision of this source was not tried yet.
function lastAttempt(application: Application, desired: readonly string[]): Attempt | undefined {
  const state = statusOf(application).operationState
  if (state === undefined) return undefined
  const { phase, message = '', syncResult } = state
  if (syncResult === undefined) {
    const completed = phase === 'Succeeded' || phase === 'Failed' || phase === 'Error'
    return completed ? { revisions: [], phase, message } : undefined
  }
  const several = hasSeveralSources(application)
  const revisions = several ? (syncResult.revisions ?? []) : [syncResult.revision]
  const sources = several ? syncResult.sources : [syncResult.source]
  const same = deepEqual(revisions, desired) && deepEqual(sources, sourcesOf(application))
  return same ? { revisions, phase, message } : undefined
}

function healDelay(context: Context, application: Application, tries: number): number {
  const delay = tries === 0 ? 0 : Math.min(HEAL_FIRST * HEAL_FACTOR ** (tries - 1), HEAL_CAP)
  const finished = statusOf(application).operationState?.finishedAt
  return finished === undefined ? delay : delay - (context.clock.now() - Date.parse(finished))
}

function healOf(tries: number, resources: readonly ResourceStatus[]): Partial<SyncOperation> {
  const selected = resources
    .filter((resource) => resource.status !== 'Synced')
    .map(({ group, kind, name }) => (group === undefined ? { kind, name } : { group, kind, name }))
  return { autoHealAttemptsCount: tries + 1, resources: selected }
}

function operationOf(application: Application, comparison: Comparison, heal: Partial<SyncOperation>): Operation {
  const { syncPolicy } = application.spec
  const { syncOptions } = syncPolicy ?? {}
  return {
    initiatedBy: { automated: true },
    retry: syncPolicy?.retry ?? DEFAULT_RETRY,
    sync: {
      ...heal,
      ...(syncPolicy?.automated?.prune === true ? { prune: true } : {}),
      ...whatOf(application, comparison),
      ...(syncOptions === undefined ? {} : { syncOptions }),
    },
  }
}

function whatOf(application: Application, { sync }: Comparison): Partial<SyncOperation> {
  const [source] = sourcesOf(application)
  if (hasSeveralSources(application)) return { revisions: sync.revisions ?? [], sources: sourcesOf(application) }
  return { revision: sync.revision ?? '', ...(source === undefined ? {} : { source }) }
}
