import {
  keyTextOf,
  syncStep,
  terminateSync,
  type ActionResult,
  type SyncAction,
  type SyncInput,
  type SyncOutcome,
  type SyncSettings,
} from '@slipway/gitops'
import type { KubeObject } from '@slipway/objects'
import { expect, test } from 'vitest'

const SETTINGS: SyncSettings = {
  prune: true,
  dryRun: false,
  force: false,
  replace: false,
  validate: true,
  serverSideApply: false,
  pruneLast: false,
  applyOutOfSyncOnly: false,
  skipDryRunOnMissingResource: false,
  skipHooks: false,
  pruneConfirmed: false,
  prunePropagation: 'Foreground',
}

function map(name: string, annotations: Record<string, string> = {}): KubeObject {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'x', annotations } }
}

function job(name: string, annotations: Record<string, string>): KubeObject {
  return { apiVersion: 'batch/v1', kind: 'Job', metadata: { name, namespace: 'x', annotations } }
}

const WAVE = 'argocd.argoproj.io/sync-wave'
const HOOK = 'argocd.argoproj.io/hook'
const POLICY = 'argocd.argoproj.io/hook-delete-policy'
const OPTIONS = 'argocd.argoproj.io/sync-options'

// A cluster of objects that does what it is told, and says what that was.
class World {
  readonly objects = new Map<string, KubeObject>()
  readonly log: string[] = []
  refuses: (object: KubeObject) => string | undefined = () => undefined
  results: SyncOutcome['results'] = []

  step(targets: readonly KubeObject[], change: Partial<SyncInput> = {}, terminate = false): SyncOutcome {
    const hooks = targets.filter((target) => target.metadata.annotations?.[HOOK] !== undefined)
    const wanted = targets.filter((target) => !hooks.includes(target))
    const pairs = wanted.map((target) => ({ target, live: this.objects.get(keyTextOf(target)) }))
    const extra = [...this.objects.values()].filter(
      (live) => !wanted.some((target) => keyTextOf(target) === keyTextOf(live)),
    )
    const input: SyncInput = {
      settings: SETTINGS,
      pairs: [...pairs, ...extra.map((live) => ({ target: undefined, live }))],
      hooks,
      namespace: 'x',
      revision: '0123456789',
      startedAt: 0,
      results: this.results,
      modified: new Map(),
      problemOf: () => undefined,
      ...change,
    }
    const steps = terminate ? terminateSync(input) : syncStep(input)
    let next = steps.next()
    while (next.done !== true) next = steps.next(next.value.map((action) => this.act(action)))
    this.results = next.value.results
    return next.value
  }

  act(action: SyncAction): ActionResult {
    const key = keyTextOf(action.object)
    const name = `${action.object.kind}/${action.object.metadata.name ?? ''}`
    if (action.verb === 'get') return { ok: this.objects.has(key), message: '', notFound: !this.objects.has(key) }
    if (action.verb === 'apply') {
      const refusal = action.dryRun ? undefined : this.refuses(action.object)
      if (refusal !== undefined) return { ok: false, message: refusal }
      if (!action.dryRun) {
        this.log.push(`apply ${name}`)
        this.objects.set(key, { ...this.objects.get(key), ...action.object })
      }
      return { ok: true, message: `${name} created` }
    }
    if (action.verb === 'delete') {
      this.log.push(`delete ${name}`)
      this.objects.delete(key)
    }
    return { ok: true, message: '' }
  }

  finish(name: string, type: 'Complete' | 'Failed'): void {
    const [key, object] = [...this.objects].find(([, found]) => found.metadata.name === name) ?? []
    if (key === undefined || object === undefined) throw new Error(`no ${name}`)
    this.objects.set(key, { ...object, status: { conditions: [{ type, status: 'True', message: type }] } })
  }
}

test('without waves and hooks one step applies all and succeeds', () => {
  const world = new World()
  const outcome = world.step([map('b'), map('a')])
  expect(outcome).toMatchObject({ phase: 'Succeeded', message: 'successfully synced (all tasks run)' })
  expect(world.log).toEqual(['apply ConfigMap/a', 'apply ConfigMap/b'])
  expect(outcome.results).toMatchObject([
    { name: 'a', status: 'Synced', hookPhase: 'Running', syncPhase: 'Sync' },
    { name: 'b' },
  ])
})

test('a wave waits for the health of the one before', () => {
  const world = new World()
  const targets = [map('late', { [WAVE]: '2' }), map('early', { [WAVE]: '-1' }), map('middle')]
  expect(world.step(targets)).toMatchObject({
    phase: 'Running',
    message: 'waiting for healthy state of /ConfigMap/early',
    waveDone: true,
  })
  expect(world.step(targets).message).toBe('waiting for healthy state of /ConfigMap/middle')
  expect(world.step(targets)).toMatchObject({ phase: 'Succeeded', waveDone: false })
  expect(world.log).toEqual(['apply ConfigMap/early', 'apply ConfigMap/middle', 'apply ConfigMap/late'])
})

test('hooks run around the sync and are waited for', () => {
  const world = new World()
  const targets = [
    job('pre', { [HOOK]: 'PreSync' }),
    map('c'),
    job('post', { [HOOK]: 'PostSync', [POLICY]: 'HookSucceeded' }),
  ]
  expect(world.step(targets).message).toBe('waiting for completion of hook batch/Job/pre')
  expect(world.step(targets).message).toBe('waiting for completion of hook batch/Job/pre')
  world.finish('pre', 'Complete')
  expect(world.step(targets).message).toBe('waiting for healthy state of /ConfigMap/c')
  expect(world.step(targets).message).toBe('waiting for completion of hook batch/Job/post')
  world.finish('post', 'Complete')
  expect(world.step(targets)).toMatchObject({ phase: 'Succeeded', message: 'successfully synced (no more tasks)' })
  expect(world.log).toEqual(['apply Job/pre', 'apply ConfigMap/c', 'apply Job/post', 'delete Job/post'])
})

test('a failed hook stops the sync, runs SyncFail hooks and fails', () => {
  const world = new World()
  const targets = [job('pre', { [HOOK]: 'PreSync' }), map('c'), job('onfail', { [HOOK]: 'SyncFail' })]
  world.step(targets)
  world.finish('pre', 'Failed')
  expect(world.step(targets).message).toBe('waiting for completion of hook batch/Job/onfail')
  world.finish('onfail', 'Complete')
  const outcome = world.step(targets)
  expect(outcome).toMatchObject({
    phase: 'Failed',
    message: 'one or more synchronization tasks completed unsuccessfully',
  })
  expect(world.log).toEqual(['apply Job/pre', 'apply Job/onfail'])
})

test('a hook of an earlier sync is deleted before it is made again', () => {
  const world = new World()
  const targets = [job('pre', { [HOOK]: 'PreSync' }), map('c')]
  world.step(targets)
  world.finish('pre', 'Complete')
  world.results = []
  world.log.length = 0
  expect(world.step(targets).message).toBe('waiting for deletion of hook batch/Job/pre')
  world.step(targets)
  expect(world.log).toEqual(['delete Job/pre', 'apply Job/pre'])
})

test('prunes come first, last when asked, and never against their option', () => {
  const world = new World()
  const old = map('old')
  world.objects.set(keyTextOf(old), old)
  world.step([map('new')])
  expect(world.log).toEqual(['delete ConfigMap/old', 'apply ConfigMap/new'])
  const kept = map('kept', { [OPTIONS]: 'Prune=false' })
  const second = new World()
  second.objects.set(keyTextOf(kept), kept)
  second.objects.set(keyTextOf(old), old)
  const settings = { ...SETTINGS, pruneLast: true }
  second.step([map('new')], { settings })
  expect(second.log).toEqual(['apply ConfigMap/new'])
  const outcome = second.step([map('new')], { settings })
  expect(second.log).toEqual(['apply ConfigMap/new', 'delete ConfigMap/old'])
  expect(outcome.results).toContainEqual(
    expect.objectContaining({ name: 'kept', status: 'PruneSkipped', message: 'ignored (no prune)' }),
  )
})

test('without prune what is extra stays, with confirm it waits for a word', () => {
  const world = new World()
  const old = map('old', { [OPTIONS]: 'Prune=confirm' })
  world.objects.set(keyTextOf(old), old)
  const outcome = world.step([], { settings: { ...SETTINGS, prune: false, pruneConfirmed: true } })
  expect(outcome.results[0]).toMatchObject({ status: 'PruneSkipped', message: 'ignored (requires pruning)' })
  world.results = []
  expect(world.step([]).message).toBe('waiting for pruning confirmation of /ConfigMap/old')
  expect(world.step([], { settings: { ...SETTINGS, pruneConfirmed: true } }).phase).toBe('Succeeded')
  expect(world.log).toEqual(['delete ConfigMap/old'])
})

test('a refusal fails the sync with its reason; a dry run changes nothing', () => {
  const world = new World()
  world.refuses = () => 'no'
  expect(world.step([map('c')])).toMatchObject({
    phase: 'Failed',
    message: 'one or more objects failed to apply, reason: no',
  })
  const dry = new World()
  expect(dry.step([map('c')], { settings: { ...SETTINGS, dryRun: true } })).toMatchObject({ phase: 'Succeeded' })
  expect(dry.log).toEqual([])
})

test('a kind that is unknown or forbidden fails before anything is applied', () => {
  const world = new World()
  const problemOf = (object: KubeObject) =>
    object.kind === 'Widget' ? { message: 'no widgets', unknownKind: true } : undefined
  const widget = { ...map('w'), apiVersion: 'example.com/v1', kind: 'Widget' }
  const outcome = world.step([map('c'), widget], { problemOf })
  expect(outcome).toMatchObject({
    phase: 'Failed',
    message: 'one or more synchronization tasks are not valid: no widgets',
  })
  expect(world.log).toEqual([])
})

test('the namespace is made before everything, definitions before what needs them', () => {
  const world = new World()
  const namespace: KubeObject = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'x' } }
  const managedNamespace = { target: namespace, live: undefined }
  expect(world.step([map('c')], { managedNamespace }).message).toBe('waiting for healthy state of /Namespace/x')
  expect(world.log).toEqual(['apply Namespace/x'])
  const later = new World()
  const widget = { ...map('w', { [WAVE]: '-5' }), apiVersion: 'example.com/v1', kind: 'Widget' }
  const definition: KubeObject = {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: 'widgets.example.com' },
    spec: { group: 'example.com', names: { kind: 'Widget' } },
  }
  later.step([widget, definition])
  expect(later.log).toEqual(['apply CustomResourceDefinition/widgets.example.com', 'apply Widget/w'])
})

test('only differences are applied when asked', () => {
  const world = new World()
  for (const name of ['a', 'b']) world.objects.set(keyTextOf(map(name)), map(name))
  const modified = new Map([
    [keyTextOf(map('a')), false],
    [keyTextOf(map('b')), true],
  ])
  world.step([map('a'), map('b')], { modified, settings: { ...SETTINGS, applyOutOfSyncOnly: true } })
  expect(world.log).toEqual(['apply ConfigMap/b'])
})

test('termination deletes running hooks', () => {
  const world = new World()
  const targets = [job('pre', { [HOOK]: 'PreSync' }), map('c')]
  world.step(targets)
  const outcome = world.step(targets, {}, true)
  expect(outcome).toMatchObject({ phase: 'Failed', message: 'Operation terminated' })
  expect(world.log).toEqual(['apply Job/pre', 'delete Job/pre'])
})

test('termination tells a hook that has just ended as it ended, and deletes it only if it goes after failures', () => {
  const world = new World()
  const targets = [job('kept', { [HOOK]: 'PreSync' }), job('gone', { [HOOK]: 'PreSync', [POLICY]: 'HookFailed' })]
  world.step(targets)
  world.finish('kept', 'Complete')
  world.finish('gone', 'Failed')
  const outcome = world.step(targets, {}, true)
  expect(outcome.message).toBe('Operation terminated')
  expect(outcome.results.map(({ name, hookPhase, message }) => [name, hookPhase, message])).toEqual([
    ['gone', 'Failed', 'Failed'],
    ['kept', 'Succeeded', 'Complete'],
  ])
  expect(world.log).toEqual(['apply Job/gone', 'apply Job/kept', 'delete Job/gone'])
})
