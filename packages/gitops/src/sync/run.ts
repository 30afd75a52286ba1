import { HOOK_FINALIZER, syncOption } from '../annotations.ts'
import { keyTextOf } from '../keys.ts'
import type { ResultLog } from './results.ts'
import type { SyncTask } from './task.ts'
import type { ActionResult, OperationPhase, ResultCode, SyncAction, SyncInput } from './types.ts'

/** How a run of tasks ended: `pending` when something has to go first. */
export type RunState = 'successful' | 'pending' | 'failed'

/** A part of a step that yields actions. */
export type Part<T> = Generator<readonly SyncAction[], T, readonly ActionResult[]>

/** What all parts of a step share. */
export interface Run {
  readonly input: SyncInput
  readonly log: ResultLog
}

const STATES: Readonly<Record<ResultCode, OperationPhase>> = {
  Synced: 'Running',
  SyncFailed: 'Failed',
  Pruned: 'Succeeded',
  PruneSkipped: 'Succeeded',
}

/** Runs tasks: old finalizers off, prunes, hooks that must go first, then applies, one kind after another. */
export function* runTasks(run: Run, tasks: readonly SyncTask[], dryRunOnly: boolean): Part<RunState> {
  const dryRun = dryRunOnly || run.input.settings.dryRun
  const creations = tasks.filter((task) => !task.isPrune)
  if (!dryRun) {
    const old = creations.filter((task) => task.isHook && task.pending && task.live !== undefined)
    if (!(yield* removeFinalizers(run, old))) return 'failed'
  }
  const pruned = yield* pruneTasks(
    run,
    tasks.filter((task) => task.isPrune),
    dryRun,
  )
  if (pruned !== 'successful') return pruned
  const deleted = dryRun ? 'successful' : yield* deleteBeforeCreation(run, creations)
  if (deleted !== 'successful') return deleted
  let state: RunState = 'successful'
  for (const group of groupsByKind(creations)) {
    const ok = yield* applyTasks(run, group, dryRun)
    if (!ok) state = 'failed'
  }
  return state
}

/** Takes the hook finalizer off live objects; false when one could not be changed. */
export function* removeFinalizers(run: Run, tasks: readonly SyncTask[]): Part<boolean> {
  const kept = tasks.filter((task) => task.live?.metadata.finalizers?.includes(HOOK_FINALIZER) === true)
  if (kept.length === 0) return true
  const results = yield kept.map((task) => ({
    verb: 'remove-finalizer' as const,
    object: task.live ?? task.object,
    finalizer: HOOK_FINALIZER,
  }))
  for (const [index, task] of kept.entries()) {
    const result = results[index]
    if (result?.ok !== false || result.notFound === true) continue
    run.log.record(task, {
      status: task.status,
      state: 'Error',
      message: `Failed to remove hook finalizer: ${result.message}`,
    })
  }
  return results.every((result) => result.ok || result.notFound === true)
}

/** Deletes the live objects of hooks; a failure is noted at the hook. */
export function* deleteHooks(run: Run, tasks: readonly SyncTask[]): Part<readonly ActionResult[]> {
  const present = tasks.filter((task) => task.live !== undefined)
  if (present.length === 0) return []
  const propagation = run.input.settings.prunePropagation
  const results = yield present.map((task) => ({
    verb: 'delete' as const,
    object: task.live ?? task.object,
    propagation,
  }))
  for (const [index, task] of present.entries()) {
    const result = results[index]
    if (result?.ok === false && result.notFound !== true)
      run.log.record(task, {
        status: task.status,
        state: 'Error',
        message: `failed to delete resource: ${result.message}`,
      })
    if (result?.notFound === true) task.live = undefined
  }
  return results
}

/** True when only a person's word lets an object be pruned. */
export function needsConfirmation(input: SyncInput, task: SyncTask): boolean {
  return !input.settings.pruneConfirmed && pruneOption(input, task) === 'confirm'
}

function pruneOption(input: SyncInput, task: SyncTask): string | undefined {
  return syncOption(task.live, 'Prune') ?? input.settings.defaultPrune
}

function* pruneTasks(run: Run, tasks: readonly SyncTask[], dryRun: boolean): Part<RunState> {
  const { input, log } = run
  if (tasks.some((task) => needsConfirmation(input, task))) return 'pending'
  const note = (task: SyncTask, status: ResultCode, message: string): void => {
    if (!dryRun || input.settings.dryRun || status === 'SyncFailed')
      log.record(task, { status, state: STATES[status], message })
  }
  const doomed: SyncTask[] = []
  for (const task of tasks) {
    if (!input.settings.prune) note(task, 'PruneSkipped', 'ignored (requires pruning)')
    else if (pruneOption(input, task) === 'false') note(task, 'PruneSkipped', 'ignored (no prune)')
    else if (dryRun) note(task, 'Pruned', 'pruned (dry run)')
    else if (task.live?.metadata.deletionTimestamp !== undefined) note(task, 'Pruned', 'pruned')
    else doomed.push(task)
  }
  if (doomed.length === 0) return 'successful'
  const propagation = input.settings.prunePropagation
  const results = yield doomed.map((task) => ({ verb: 'delete' as const, object: task.object, propagation }))
  for (const [index, task] of doomed.entries()) {
    const result = results[index]
    if (result?.ok === true || result?.notFound === true) note(task, 'Pruned', 'pruned')
    else note(task, 'SyncFailed', result?.message ?? '')
  }
  return results.every((result) => result.ok || result.notFound === true) ? 'successful' : 'failed'
}

function* deleteBeforeCreation(run: Run, tasks: readonly SyncTask[]): Part<RunState> {
  const results = yield* deleteHooks(
    run,
    tasks.filter((task) => task.deletedBeforeCreation),
  )
  if (results.some((result) => !result.ok && result.notFound !== true)) return 'failed'
  return results.some((result) => result.ok) ? 'pending' : 'successful'
}

function groupsByKind(tasks: readonly SyncTask[]): readonly (readonly SyncTask[])[] {
  const groups: SyncTask[][] = []
  for (const task of tasks) {
    const last = groups.at(-1)
    if (last?.[0]?.object.kind === task.object.kind) last.push(task)
    else groups.push([task])
  }
  return groups
}

function* applyTasks(run: Run, tasks: readonly SyncTask[], dryRun: boolean): Part<boolean> {
  const { input, log } = run
  const applied = tasks.filter((task) => !(dryRun && task.skipDryRun))
  if (applied.length === 0) return true
  const results = yield applied.map((task) => applyAction(input, task, dryRun))
  for (const [index, task] of applied.entries()) {
    const result = results[index] ?? { ok: false, message: '' }
    const status = result.ok ? 'Synced' : 'SyncFailed'
    if (dryRun && !input.settings.dryRun && result.ok) continue
    // Nothing is made by a dry run, so there is nothing to wait for.
    const state = input.settings.dryRun && result.ok ? 'Succeeded' : STATES[status]
    log.record(task, { status, state, message: result.message })
  }
  return results.every((result) => result.ok)
}

function applyAction(input: SyncInput, task: SyncTask, dryRun: boolean): SyncAction {
  const { settings } = input
  const option = (name: string): boolean =>
    syncOption(task.target, name) === 'true' || syncOption(task.live, name) === 'true'
  const ownServerSide = syncOption(task.target, 'ServerSideApply')
  return {
    verb: 'apply',
    object: task.object,
    live: task.live,
    dryRun,
    validate: settings.validate && syncOption(task.target, 'Validate') !== 'false',
    serverSide: !dryRun && ownServerSide !== 'false' && (settings.serverSideApply || ownServerSide === 'true'),
    ...(settings.migrateFrom === undefined ? {} : { migrateFrom: settings.migrateFrom }),
    force: settings.force || option('Force'),
    replace: settings.replace || option('Replace'),
  }
}

/** Leaves out what has no differences, when only differences are to be applied. */
export function withoutUnmodified(input: SyncInput, tasks: readonly SyncTask[]): readonly SyncTask[] {
  if (!input.settings.applyOutOfSyncOnly) return tasks
  return tasks.filter((task) => {
    if (task.isHook || task.target === undefined || task.live === undefined) return true
    return input.modified.get(keyTextOf(task.live)) !== false
  })
}
