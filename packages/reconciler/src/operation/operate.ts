import type { Application } from '@slipway/argo'
import { mergePatchBetween } from '@slipway/gitops'
import { deepEqual, formatTime } from '@slipway/objects'
import { messageOf } from '@slipway/diag'
import type { Context } from '../context.ts'
import { checkProject } from '../project.ts'
import { formatConditions } from '../status/conditions.ts'
import { patchApplication } from '../status/patch.ts'
import { statusOf, type HistoryEntry, type OperationState } from '../status/types.ts'
import type { TargetLoader } from '../targets.ts'
import { kitchenTime, mayRetry, retryDelay } from './retry.ts'
import { syncApplication, type SyncProgress } from './sync.ts'

/** What a step of an operation leads to: the Application as it is then, and milliseconds until the next step; none when the operation ended. */
export interface Operated {
  readonly application: Application | undefined
  readonly requeueAfter: number | undefined
}

const POLL = 1_000
const HISTORY = 10

/** Does the next step of the operation that an Application carries, and writes down how it stands. */
export async function operate(context: Context, loader: TargetLoader, application: Application): Promise<Operated> {
  const begun = await begin(context, application)
  const { state } = begun
  if (begun.wait !== undefined) return { application, requeueAfter: begun.wait }
  if (begun.application === undefined) return { application: undefined, requeueAfter: undefined }
  const progress = await step(context, loader, { application: begun.application, state })
  if (progress.waveDone) await pause(context, context.waveDelay)
  const judged = judge(context, { state, progress })
  const history = historyOf(context, begun.application, { ...progress, state: judged })
  const written = await setState(context, begun.application, { before: state, next: judged, history })
  const done = (requeueAfter: number | undefined): Operated => ({ application: written, requeueAfter })
  if (isCompleted(judged)) return done(undefined)
  if (judged.finishedAt !== undefined) return done(waitOf(context, judged))
  // What was just applied is in the cache already: the next step need not wait for news of it.
  const moved = !deepEqual(state.syncResult?.resources, judged.syncResult?.resources)
  return done(moved ? 0 : POLL)
}

const isCompleted = ({ phase }: OperationState): boolean =>
  phase === 'Succeeded' || phase === 'Failed' || phase === 'Error'

interface Begun {
  readonly application: Application | undefined
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
    return { state, application: await setState(context, application, { before: known, next: state }) }
  }
  if (known.phase !== 'Running' || known.finishedAt === undefined) return { application, state: known }
  const wait = waitOf(context, known)
  if (wait > 0) return { application, state: known, wait }
  const { finishedAt: _, syncResult: __, ...rest } = known
  const refresh = known.operation.retry?.refresh === true
  const message = `Retrying operation${refresh ? ' with latest revisions' : ''}. Attempt #${known.retryCount ?? 0}`
  const state = { ...rest, ...(refresh ? { operation: withoutRevision(known) } : {}), message }
  return { state, application: await setState(context, application, { before: known, next: state }) }
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
    const { project, conditions } = checkProject(context, application)
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

function judge(context: Context, of: { state: OperationState; progress: SyncProgress }): OperationState {
  const { state } = of.progress
  const terminating = of.state.phase === 'Terminating'
  if (state.phase === 'Running' || state.phase === 'Succeeded') return state
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

interface StateChange {
  readonly before: OperationState | undefined
  readonly next: OperationState
  readonly history?: readonly HistoryEntry[] | undefined
}

// Only what changed is written, so that somebody's wish to terminate the operation is not overwritten.
async function setState(
  context: Context,
  application: Application,
  { before, next, history }: StateChange,
): Promise<Application | undefined> {
  const completed = isCompleted(next)
  const state = completed ? { ...next, finishedAt: formatTime(context.clock.now()) } : next
  if (!completed && deepEqual(before, state)) return application
  const operationState = before === undefined ? state : mergePatchBetween({ ...before }, { ...state })
  const status = history === undefined ? { operationState } : { history, operationState }
  const written = await patchApplication(context, application, completed ? { operation: null, status } : { status })
  if (completed) tellCompleted(context, application, state)
  return written
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
function historyOf(
  context: Context,
  application: Application,
  { state, comparison }: SyncProgress,
): readonly HistoryEntry[] | undefined {
  const { sync, initiatedBy = {} } = state.operation
  if (state.phase !== 'Succeeded' || comparison === undefined) return undefined
  if (sync?.dryRun === true || (sync?.resources ?? []).length > 0) return undefined
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
  return limit === 0 ? [] : [...history, entry].slice(-limit)
}
