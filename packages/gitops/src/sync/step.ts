import type { KubeObject } from '@slipway/objects'
import { healthOf, type Judge } from '../health/health.ts'
import { ResultLog } from './results.ts'
import {
  deleteHooks,
  needsConfirmation,
  removeFinalizers,
  runTasks,
  withoutUnmodified,
  type Part,
  type Run,
} from './run.ts'
import type { SyncTask } from './task.ts'
import { tasksOf } from './tasks.ts'
import type { OperationPhase, SyncInput, SyncSteps } from './types.ts'

const UNSUCCESSFUL = 'one or more synchronization tasks completed unsuccessfully'

interface Standing {
  readonly phase: OperationPhase
  readonly message: string
  readonly waveDone?: boolean
}

/**
 * One step of a sync: looks at what is there, does what is next, and says how the operation stands. It is called again, with the results so far and the live
 * objects of that moment, until the phase is `Succeeded`, `Failed` or `Error`. Phases run in the order PreSync, Sync, PostSync, each wave waits for the health
 * of the one before, SyncFail hooks run after a failure. Source: gitops-engine/pkg/sync/sync_context.go.
 */
export function* syncStep(input: SyncInput): SyncSteps {
  const log = new ResultLog(input.results)
  const run: Run = { input, log }
  const standing = yield* nextStanding(run)
  return { phase: standing.phase, message: standing.message, results: log.all, waveDone: standing.waveDone === true }
}

/** Ends a sync before its time: running hooks are deleted. */
export function* terminateSync(input: SyncInput): SyncSteps {
  const log = new ResultLog(input.results)
  const run: Run = { input, log }
  const { tasks } = tasksOf(input, log)
  yield* removeFinalizers(
    run,
    tasks.filter((task) => task.isHook && task.completed),
  )
  const clean = yield* endHooks(
    run,
    tasks.filter((task) => task.isHook && task.running),
  )
  const phase = clean ? 'Failed' : 'Error'
  const message = clean ? 'Operation terminated' : 'Operation termination had errors'
  return { phase, message, results: log.all, waveDone: false }
}

// A hook that has just ended is told as it ended; one that runs is deleted, and so is one whose policy is to go after a failure.
function* endHooks(run: Run, hooks: readonly SyncTask[]): Part<boolean> {
  const { input, log } = run
  const judge = input.judge ?? healthOf
  const absent = hooks.filter((task) => task.live === undefined)
  for (const task of absent) log.record(task, { status: task.status, state: 'Succeeded', message: 'Terminated' })
  const present = hooks.flatMap((task) => (task.live === undefined ? [] : [{ task, ...hookState(task.live, judge) }]))
  const freed = yield* removeFinalizers(
    run,
    present.map(({ task }) => task),
  )
  const doomed = present.filter(({ task, state }) => state === 'Running' || task.hasPolicy('HookFailed'))
  const deleted = yield* deleteHooks(
    run,
    doomed.map(({ task }) => task),
  )
  for (const { task, state, message } of present) {
    if (state !== 'Running') log.record(task, { status: task.status, state, message })
    else if (task.state !== 'Error') log.record(task, { status: task.status, state: 'Failed', message: 'Terminated' })
  }
  return freed && deleted.every((result) => result.ok || result.notFound === true)
}

function* nextStanding(run: Run): Part<Standing> {
  const { input, log } = run
  const started = log.started
  const { tasks, valid } = tasksOf(input, log)
  if (!valid) return failed(invalidMessage(log))
  if (!started) {
    const stopped = yield* firstChecks(run, tasks)
    if (stopped !== undefined) return stopped
  }
  updateRunning(run, tasks)
  const multiStep = isMultiStep(tasks)
  const running = tasks.filter((task) => (multiStep || task.isHook) && task.running)
  if (running.length > 0) {
    yield* noteMissing(run, running)
    return waitingFor(input, running, false)
  }
  const going = tasks.filter((task) => task.status === 'Pruned' && task.live?.metadata.deletionTimestamp !== undefined)
  if (going.length > 0) return waitingFor(input, going, true)
  yield* removeFinalizers(
    run,
    tasks.filter((task) => task.isHook && task.completed),
  )
  return yield* proceed(run, tasks)
}

// A kind that is missing or forbidden fails everything before anything is applied.
function invalidMessage(log: ResultLog): string {
  const failures = log.all.filter((result) => result.status === 'SyncFailed').map((result) => result.message ?? '')
  const messages = [...new Set(failures)].filter((message) => message !== '').sort()
  const base = 'one or more synchronization tasks are not valid'
  return messages.length === 0 ? base : `${base}: ${messages.join('; ')}`
}

// The namespace has to be there before a dry run can succeed, so it is made first.
function* firstChecks(run: Run, tasks: readonly SyncTask[]): Part<Standing | undefined> {
  const namespace = tasks.find((task) => isOwnNamespace(run.input, task) && task.live === undefined)
  if (namespace !== undefined && !run.input.settings.dryRun) {
    const state = yield* runTasks(run, [namespace], false)
    if (state === 'failed')
      return yield* failPhase(run, { hooks: [], failed: [namespace], message: 'the namespace failed to apply' })
  }
  const rest = tasks.filter((task) => task !== namespace)
  const dry = yield* runTasks(run, withoutUnmodified(run.input, rest), true)
  return dry === 'failed' ? failed('one or more objects failed to apply (dry run)') : undefined
}

function isOwnNamespace(input: SyncInput, task: SyncTask): boolean {
  const { target } = task
  return target?.kind === 'Namespace' && target.apiVersion === 'v1' && target.metadata.name === input.namespace
}

function updateRunning({ input, log }: Run, tasks: readonly SyncTask[]): void {
  const judge = input.judge ?? healthOf
  for (const task of tasks) {
    if (!task.running || task.live === undefined) continue
    const { state, message } = task.isHook ? hookState(task.live, judge) : resourceState(task, task.live, judge)
    log.record(task, { status: task.status, state, message })
  }
}

function hookState(live: KubeObject, judge: Judge): { state: OperationPhase; message: string } {
  const verdict = judge(live)
  if (verdict === undefined) return { state: 'Succeeded', message: `${live.metadata.name ?? ''} created` }
  const message = verdict.message ?? ''
  if (verdict.status === 'Unknown' || verdict.status === 'Degraded') return { state: 'Failed', message }
  return { state: verdict.status === 'Healthy' ? 'Succeeded' : 'Running', message }
}

function resourceState(task: SyncTask, live: KubeObject, judge: Judge): { state: OperationPhase; message: string } {
  const verdict = judge(live)
  if (verdict === undefined) return { state: 'Succeeded', message: task.message }
  const message = verdict.message ?? ''
  if (verdict.status === 'Healthy') return { state: 'Succeeded', message }
  if (verdict.status === 'Degraded') return { state: 'Failed', message }
  return { state: 'Running', message: task.message }
}

function isMultiStep(tasks: readonly SyncTask[]): boolean {
  const [first, last] = [tasks[0], tasks.at(-1)]
  return first !== undefined && last !== undefined && (first.wave !== last.wave || first.phase !== last.phase)
}

function* noteMissing({ log }: Run, tasks: readonly SyncTask[]): Part<void> {
  const missing = tasks.filter((task) => task.live === undefined)
  if (missing.length === 0) return
  const found = yield missing.map((task) => ({ verb: 'get' as const, object: task.object }))
  for (const [index, task] of missing.entries()) {
    const result = found[index]
    if (result === undefined || result.ok) continue
    const message =
      result.notFound === true
        ? `Resource ${task.label} is missing, it might have been deleted`
        : `Failed to get live resource ${result.message}`
    log.record(task, { status: result.notFound === true ? 'SyncFailed' : task.status, state: 'Error', message })
  }
}

function* proceed(run: Run, all: readonly SyncTask[]): Part<Standing> {
  const { input } = run
  const failHooks = all.filter((task) => task.phase === 'SyncFail')
  const tasks = all.filter((task) => task.phase !== 'SyncFail')
  const settled = all.filter((task) => task.isHook && !task.running)
  const doneHooks = settled.filter((task) => task.hasPolicy('HookSucceeded'))
  const badHooks = settled.filter((task) => task.hasPolicy('HookFailed'))
  if (tasks.some((task) => task.completed && !task.successful)) {
    yield* deleteHooks(run, badHooks)
    const broken = tasks.filter((task) => task.status === 'SyncFailed')
    return yield* failPhase(run, { hooks: failHooks, failed: broken, message: UNSUCCESSFUL })
  }
  const pending = withoutUnmodified(
    input,
    tasks.filter((task) => task.pending),
  )
  const [first] = pending
  if (first === undefined) {
    yield* deleteHooks(run, doneHooks)
    return { phase: 'Succeeded', message: 'successfully synced (no more tasks)' }
  }
  return yield* runWave(run, { pending, first, failHooks, doneHooks, badHooks })
}

interface Wave {
  readonly pending: readonly SyncTask[]
  readonly first: SyncTask
  readonly failHooks: readonly SyncTask[]
  readonly doneHooks: readonly SyncTask[]
  readonly badHooks: readonly SyncTask[]
}

function* runWave(run: Run, { pending, first, failHooks, doneHooks, badHooks }: Wave): Part<Standing> {
  const { input } = run
  const wave = pending.filter((task) => task.phase === first.phase && task.wave === first.wave)
  const isLast = wave.length === pending.length
  const waveDone = !isLast
  const state = yield* runTasks(run, wave, false)
  if (state === 'failed') {
    const broken = wave.filter((task) => task.status === 'SyncFailed')
    const running = wave.filter((task) => task.running)
    if (running.length > 0 && failHooks.length === 0) return waitingFor(input, running, false)
    const standing = yield* failPhase(run, {
      hooks: failHooks,
      failed: broken,
      message: 'one or more objects failed to apply',
    })
    if (running.length > 0) return waitingFor(input, [...running, ...failHooks], false)
    if (standing.phase === 'Failed') yield* deleteHooks(run, badHooks)
    return standing
  }
  if (state === 'pending') {
    const held = wave.filter((task) => task.deletedBeforeCreation || (task.isPrune && task.pending))
    return { ...waitingFor(input, held, true), waveDone }
  }
  if (!isLast || wave.some((task) => task.isHook)) return { ...waitingFor(input, wave, false), waveDone }
  yield* deleteHooks(run, doneHooks)
  return { phase: 'Succeeded', message: 'successfully synced (all tasks run)' }
}

interface Failure {
  readonly hooks: readonly SyncTask[]
  readonly failed: readonly SyncTask[]
  readonly message: string
}

function* failPhase(run: Run, failure: Failure): Part<Standing> {
  const message = withReasons(failure.message, failure.failed)
  if (failure.hooks.length === 0) return failed(message)
  if (failure.hooks.every((task) => task.completed)) {
    const broken = failure.hooks.filter((task) => task.status === 'SyncFailed')
    if (broken.length === 0) return failed(message)
    return failed(`${message}\n${withReasons('one or more SyncFail hooks failed', broken)}`)
  }
  const waiting = failure.hooks.filter((task) => !task.completed && !task.running)
  yield* runTasks(run, waiting, false)
  return waitingFor(run.input, waiting, false)
}

function withReasons(message: string, tasks: readonly SyncTask[]): string {
  const reasons = [...new Set(tasks.map((task) => task.message))]
  return reasons.length === 0 ? message : `${message}, reason: ${reasons.join(',')}`
}

const failed = (message: string): Standing => ({ phase: 'Failed', message })

function waitingFor(input: SyncInput, tasks: readonly SyncTask[], forDeletion: boolean): Standing {
  const hooks = tasks.filter((task) => task.isHook)
  const unconfirmed = tasks.filter((task) => task.isPrune && needsConfirmation(input, task))
  const first = unconfirmed[0] ?? hooks[0] ?? tasks[0]
  if (first === undefined) return { phase: 'Running', message: '' }
  const more = (unconfirmed.length > 0 ? unconfirmed.length : tasks.length) - 1
  const what = unconfirmed.length > 0 ? 'pruning confirmation of' : reasonOf(hooks.length > 0, forDeletion)
  const message = `waiting for ${what} ${first.label}`
  if (more <= 0) return { phase: 'Running', message }
  return {
    phase: 'Running',
    message: `${message} and ${more} more ${hooks.length === tasks.length ? 'hooks' : 'resources'}`,
  }
}

function reasonOf(hasHooks: boolean, forDeletion: boolean): string {
  if (forDeletion) return hasHooks ? 'deletion of hook' : 'deletion of'
  return hasHooks ? 'completion of hook' : 'healthy state of'
}
