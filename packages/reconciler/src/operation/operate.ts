import type { Application } from '@slipway/argo'
import { hasReason } from '@slipway/client'
import { deepEqual, formatTime } from '@slipway/objects'
import { messageOf } from '@slipway/diag'
import type { Context } from '../context.ts'
import { checkProject } from '../project.ts'
import { formatConditions } from '../status/conditions.ts'
import { patchApplication, refOf } from '../status/patch.ts'
import { statusOf, type HistoryEntry, type OperationState } from '../status/types.ts'
import type { TargetLoader } from '../targets.ts'
import { kitchenTime, mayRetry, retryDelay } from './retry.ts'
import { syncApplication, type SyncProgress } from './sync.ts'

/** Milliseconds until the operation is to be looked at again; undefined when it ended. */
export interface Operated {
  readonly requeueAfter: number | undefined
}

const POLL = 1_000
const HISTORY = 10

/** Does the next step of the operation that an Application carries, and writes down how it stands. */
export async function operate(context: Context, loader: TargetLoader, application: Application): Promise<Operated> {
  const begun = await begin(context, application)
  if (begun.wait !== undefined) return { requeueAfter: begun.wait }
  const { state } = begun
  const progress = await step(context, loader, { application, state })
  if (progress.waveDone) await pause(context, context.waveDelay)
  const judged = await judge(context, application, { state, progress })
  await persistHistory(context, application, { ...progress, state: judged })
  await setState(context, application, judged)
  if (isCompleted(judged)) return { requeueAfter: undefined }
  if (judged.finishedAt !== undefined) return { requeueAfter: waitOf(context, judged) }
  // What was just applied is in the cache already: the next step need not wait for news of it.
  const moved = !deepEqual(state.syncResult?.resources, judged.syncResult?.resources)
  return { requeueAfter: moved ? 0 : POLL }
}

const isCompleted = ({ phase }: OperationState): boolean =>
  phase === 'Succeeded' || phase === 'Failed' || phase === 'Error'

interface Begun {
  readonly state: OperationState
  /** Set while a retry has to wait. */
  readonly wait?: number
}

async function begin(context: Context, application: Application): Promise<Begun> {
  const known = statusOf(application).operationState
  if (known === undefined || isCompleted(known)) {
    const state: OperationState = {
      operation: application.operation ?? {},
      phase: 'Running',
      startedAt: formatTime(context.clock.now()),
    }
    await setState(context, application, state)
    return { state }
  }
  if (known.phase !== 'Running' || known.finishedAt === undefined) return { state: known }
  const wait = waitOf(context, known)
  if (wait > 0) return { state: known, wait }
  const { finishedAt: _, syncResult: __, ...rest } = known
  const refresh = known.operation.retry?.refresh === true
  const message = `Retrying operation${refresh ? ' with latest revisions' : ''}. Attempt #${known.retryCount ?? 0}`
  const state = { ...rest, ...(refresh ? { operation: withoutRevision(known) } : {}), message }
  await setState(context, application, state)
  return { state }
}

// The time of the next try follows from when the last one failed, with the count of tries before it.
function waitOf(context: Context, state: OperationState): number {
  const delay = retryDelay(state.operation.retry ?? {}, state.retryCount ?? 0)
  return Date.parse(state.finishedAt ?? '') + delay - context.clock.now()
}

function withoutRevision({ operation }: OperationState): OperationState['operation'] {
  const { revision: _, revisions: __, ...sync } = operation.sync ?? {}
  return { ...operation, sync }
}

async function step(
  context: Context,
  loader: TargetLoader,
  of: { application: Application; state: OperationState },
): Promise<SyncProgress> {
  const { application, state } = of
  try {
    const { project, conditions } = await checkProject(context, application)
    if (project === undefined) {
      const message = `Failed to load application project: ${formatConditions(conditions)}`
      return { state: { ...state, phase: 'Error', message }, waveDone: false }
    }
    return await syncApplication(context, loader, { application, project, state })
  } catch (error) {
    return { state: { ...state, phase: 'Error', message: messageOf(error) }, waveDone: false }
  }
}

function pause(context: Context, milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    context.clock.after(milliseconds, resolve)
  })
}

async function judge(
  context: Context,
  application: Application,
  of: { state: OperationState; progress: SyncProgress },
): Promise<OperationState> {
  const { state } = of.progress
  const terminating = of.state.phase === 'Terminating'
  if (state.phase === 'Running') return (await isTerminated(context, application)) ? terminated(state) : state
  if (state.phase === 'Succeeded') return state
  const retries = state.retryCount ?? 0
  const policy = state.operation.retry ?? {}
  if (terminating || !mayRetry(policy, retries))
    return retries > 0 ? { ...state, message: `${state.message ?? ''} (retried ${retries} times).` } : state
  const now = context.clock.now()
  const at = kitchenTime(now + retryDelay(policy, retries))
  return {
    ...state,
    phase: 'Running',
    finishedAt: formatTime(now),
    retryCount: retries + 1,
    message: `${state.message ?? ''}. Retrying attempt #${retries + 1} at ${at}.`,
  }
}

// Somebody may have asked for the end meanwhile, which must not be overwritten.
async function isTerminated(context: Context, application: Application): Promise<boolean> {
  const fresh = await context.client.get(refOf(application)).catch(() => undefined)
  return fresh !== undefined && statusOf(fresh as Application).operationState?.phase === 'Terminating'
}

const terminated = (state: OperationState): OperationState => ({
  ...state,
  phase: 'Terminating',
  message: 'operation is terminating',
})

async function setState(context: Context, application: Application, next: OperationState): Promise<void> {
  const completed = isCompleted(next)
  const state = completed ? { ...next, finishedAt: formatTime(context.clock.now()) } : next
  if (!completed && deepEqual(statusOf(application).operationState, state)) return
  // The whole state is put in place of the old one, which a merge would not do.
  const body = [
    ...(application.status === undefined ? [{ op: 'add', path: '/status', value: {} }] : []),
    { op: 'add', path: '/status/operationState', value: state },
    ...(completed ? [{ op: 'remove', path: '/operation' }] : []),
  ]
  try {
    const fresh = (await context.client.get(refOf(application))) as Application
    const needed = body.filter(({ op, path }) => {
      if (path === '/status') return fresh.status === undefined
      return op !== 'remove' || fresh.operation !== undefined
    })
    await context.client.patch(refOf(application), { type: 'json', body: needed })
  } catch (error) {
    if (!hasReason(error, 'NotFound')) throw error
  }
  if (completed) tellCompleted(context, application, state)
}

function tellCompleted(context: Context, application: Application, state: OperationState): void {
  const partial = (state.operation.sync?.resources ?? []).length > 0
  const to = state.syncResult === undefined ? '' : ` to ${state.syncResult.revision}`
  const what = `${partial ? 'Partial sync operation' : 'Sync operation'}${to}`
  const reason = 'OperationCompleted'
  if (state.phase === 'Succeeded') context.record(application, { type: 'Normal', reason, message: `${what} succeeded` })
  else context.record(application, { type: 'Warning', reason, message: `${what} failed: ${state.message ?? ''}` })
}

// A full sync that succeeded is a deployment; partial and dry ones are not.
async function persistHistory(context: Context, application: Application, progress: SyncProgress): Promise<void> {
  const { state, comparison } = progress
  const { sync, initiatedBy = {} } = state.operation
  if (state.phase !== 'Succeeded' || comparison === undefined) return
  if (sync?.dryRun === true || (sync?.resources ?? []).length > 0) return
  const history = statusOf(application).history ?? []
  const { revision, revisions, comparedTo } = comparison.sync
  const entry: HistoryEntry = {
    deployStartedAt: state.startedAt,
    deployedAt: formatTime(context.clock.now()),
    id: (history.at(-1)?.id ?? -1) + 1,
    initiatedBy,
    ...(revisions === undefined ? { revision: revision ?? '' } : { revisions }),
    ...(comparedTo?.source === undefined ? {} : { source: comparedTo.source }),
    ...(comparedTo?.sources === undefined ? {} : { sources: comparedTo.sources }),
  }
  const limit = application.spec.revisionHistoryLimit ?? HISTORY
  const kept = limit === 0 ? [] : [...history, entry].slice(-limit)
  await patchApplication(context, application, { status: { history: kept } })
}
