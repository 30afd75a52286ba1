import { gvkOf, type KubeObject } from '@slipway/objects'
import { HOOK_FINALIZER, isHook, phasesOf, syncOption } from '../annotations.ts'
import { textAt } from '../read.ts'
import { inSyncOrder } from './order.ts'
import type { ResultLog } from './results.ts'
import { SyncTask } from './task.ts'
import type { SyncInput } from './types.ts'

/** All tasks of a sync in their order. `valid` is false when a kind is unknown or forbidden; the log then says which. */
export interface TaskList {
  readonly tasks: readonly SyncTask[]
  readonly valid: boolean
}

/** Finds out what a sync has to do, and how far it has come. */
export function tasksOf(input: SyncInput, log: ResultLog): TaskList {
  const all = [...resourceTasks(input), ...hookTasks(input), ...namespaceTasks(input)]
  for (const task of all)
    if (task.live === undefined && task.target !== undefined) task.live = liveOf(input, task.target)
  const valid = checkKinds(input, all, log)
  reversePruneWaves(all)
  delayPrunes(input, all)
  const tasks = inSyncOrder(all)
  for (const task of tasks) log.recall(task)
  return { tasks, valid }
}

function resourceTasks(input: SyncInput): SyncTask[] {
  return input.pairs.flatMap((pair) => {
    const { target, live } = pair
    const object = target ?? live
    if (object === undefined || isHook(object)) return []
    if (input.selected !== undefined && !input.selected(pair)) return []
    return phasesOf(object).map((phase) => new SyncTask({ phase, target, live }))
  })
}

function hookTasks(input: SyncInput): SyncTask[] {
  if (input.settings.skipHooks) return []
  return input.hooks.flatMap((hook) =>
    phasesOf(hook).map((phase) => new SyncTask({ phase, target: readyHook(input, hook, phase), live: undefined })),
  )
}

function readyHook(input: SyncInput, hook: KubeObject, phase: string): KubeObject {
  const { name = '', generateName = '', finalizers = [] } = hook.metadata
  const revision = input.revision.length >= 8 ? input.revision.slice(0, 7) : input.revision
  const made = `${generateName}${revision}-${phase}-${Math.floor(input.startedAt / 1000)}`.toLowerCase()
  const kept = finalizers.includes(HOOK_FINALIZER) ? finalizers : [...finalizers, HOOK_FINALIZER]
  return { ...hook, metadata: { ...hook.metadata, name: name === '' ? made : name, finalizers: kept } }
}

function namespaceTasks(input: SyncInput): SyncTask[] {
  if (input.managedNamespace === undefined) return []
  return [new SyncTask({ phase: 'PreSync', ...input.managedNamespace })]
}

function liveOf(input: SyncInput, target: KubeObject): KubeObject | undefined {
  const { group, kind } = gvkOf(target)
  const { name, namespace = '' } = target.metadata
  return input.pairs.find(({ live }) => {
    if (live === undefined || live.kind !== kind || gvkOf(live).group !== group || live.metadata.name !== name)
      return false
    const own = live.metadata.namespace ?? ''
    return own === '' || own === namespace
  })?.live
}

function checkKinds(input: SyncInput, tasks: readonly SyncTask[], log: ResultLog): boolean {
  let valid = true
  for (const task of tasks) {
    const problem = input.problemOf(task.object)
    if (problem === undefined) continue
    if (problem.unknownKind && maySkipDryRun(input, task)) {
      task.skipDryRun = true
      continue
    }
    log.record(task, { status: 'SyncFailed', state: undefined, message: problem.message })
    valid = false
  }
  return valid
}

function maySkipDryRun(input: SyncInput, task: SyncTask): boolean {
  if (input.settings.skipDryRunOnMissingResource) return true
  if (syncOption(task.target, 'SkipDryRunOnMissingResource') === 'true') return true
  const { group, kind } = gvkOf(task.object)
  const defines = (object: KubeObject | undefined): boolean =>
    object?.kind === 'CustomResourceDefinition' &&
    textAt(object, 'spec', 'group') === group &&
    textAt(object, 'spec', 'names', 'kind') === kind
  return input.pairs.some(({ target }) => defines(target)) || input.hooks.some(defines)
}

// What came last goes first: the first prune wave takes the number of the last one, and so on.
function reversePruneWaves(tasks: readonly SyncTask[]): void {
  const prunes = tasks.filter((task) => task.isPrune)
  const waves = [...new Set(prunes.map((task) => task.wave))].sort((a, b) => a - b)
  for (const task of prunes) task.wave = waves[waves.length - 1 - waves.indexOf(task.wave)] ?? task.wave
}

function delayPrunes(input: SyncInput, tasks: readonly SyncTask[]): void {
  const inSync = tasks.filter((task) => task.phase === 'Sync').map((task) => task.wave)
  const after = Math.max(0, ...inSync) + 1
  for (const task of tasks) {
    if (task.isPrune && (input.settings.pruneLast || syncOption(task.live, 'PruneLast') === 'true')) task.wave = after
  }
}
