import { statusOf } from '@slipway/reconciler'
import { eventually } from '@slipway/testkit'
import { describe, expect, test } from 'vitest'
import { APPLICATION, testCluster, testRepository } from './cluster.ts'
import { configMap, job, specOf } from './manifests.ts'
import { change, goes, MAP, reaches } from './outcomes.ts'

const JOB = { apiVersion: 'batch/v1', kind: 'Job' }
const generated = (hook: string, policy?: string): string =>
  job('h', hook, policy).replace('name: h\n', 'generateName: h-\n')

describe('a hook with generateName', () => {
  test('gets its name of the commit, the phase and the start of the operation, and is waited for', async () => {
    const repository = await testRepository()
    const commit = repository.write({ 'c.yaml': configMap('c'), 'h.yaml': generated('PreSync') })
    const cluster = await testCluster()
    await cluster.create('a', specOf(repository.url, { path: '.' }))
    await reaches(cluster, 'a', 'Synced Healthy Succeeded')
    const status = await cluster.status('a')
    const started = Date.parse(status.operationState?.startedAt ?? '') / 1000
    const name = `h-${commit.slice(0, 7)}-presync-${started}`
    const { items } = await cluster.client.list(JOB, { namespace: 'x' })
    // Argo CD notes whose it is before it has a name.
    expect(
      items.map(({ metadata }) => [metadata.name, metadata.annotations?.['argocd.argoproj.io/tracking-id']]),
    ).toEqual([[name, 'a:batch/Job:x/']])
    expect(items[0]?.metadata.finalizers ?? []).not.toContain('argocd.argoproj.io/hook-finalizer')
    expect(status.operationState?.syncResult?.resources).toContainEqual(
      expect.objectContaining({ name, hookType: 'PreSync', hookPhase: 'Succeeded', syncPhase: 'PreSync' }),
    )
    // It is shown as a hook, and makes nothing OutOfSync.
    await eventually(async () => {
      const { resources = [] } = await cluster.status('a')
      expect(resources.filter(({ kind }) => kind === 'Job')).toEqual([
        { group: 'batch', kind: 'Job', name, namespace: 'x', version: 'v1', hook: true },
      ])
    })
  })

  test('is made anew by every sync, and deleted by its policy', async () => {
    const repository = await testRepository()
    repository.write({ 'c.yaml': configMap('c'), 'h.yaml': generated('PostSync', 'HookSucceeded') })
    const cluster = await testCluster()
    await cluster.create('a', specOf(repository.url, { path: '.' }))
    await reaches(cluster, 'a', 'Synced Healthy Succeeded')
    const commit = repository.write({ 'c.yaml': configMap('c', '2') })
    await eventually(async () => {
      const { operationState } = await cluster.status('a')
      expect(operationState).toMatchObject({ phase: 'Succeeded', syncResult: { revision: commit } })
      expect(operationState?.syncResult?.resources?.find(({ kind }) => kind === 'Job')?.name).toContain(
        `h-${commit.slice(0, 7)}-postsync-`,
      )
    })
    await eventually(async () => expect((await cluster.client.list(JOB)).items).toEqual([]))
  })
})

test('a copy of an object, annotations and all, is shown, and neither compared nor pruned', async () => {
  const repository = await testRepository()
  repository.write({ 'c.yaml': configMap('c') })
  const cluster = await testCluster()
  await cluster.create('a', specOf(repository.url, { path: '.' }))
  await reaches(cluster, 'a', 'Synced Healthy Succeeded')
  const { annotations = {} } = (await cluster.client.get(MAP)).metadata
  await cluster.client.create({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'copy', namespace: 'x', annotations },
  })
  await eventually(async () => {
    const { sync, resources } = await cluster.status('a')
    expect(sync?.status).toBe('Synced')
    expect(resources).toContainEqual({ kind: 'ConfigMap', name: 'copy', namespace: 'x', version: 'v1' })
  })
  const commit = repository.write({ 'c.yaml': configMap('c', '2') })
  await eventually(async () => expect((await cluster.status('a')).history?.at(-1)?.revision).toBe(commit))
  expect(await cluster.client.get({ ...MAP, name: 'copy' })).toBeDefined()
})

test('hooks of Helm run in the order of their weights', async () => {
  const repository = await testRepository()
  const helm = (name: string, weight: string): string =>
    configMap(name, '1', `, annotations: {helm.sh/hook: pre-install, helm.sh/hook-weight: "${weight}"}`)
  repository.write({
    'a.yaml': helm('late', '5'),
    'b.yaml': helm('early', '-5'),
    'c.yaml': helm('between', '0'),
    'd.yaml': configMap('c'),
  })
  const cluster = await testCluster()
  await cluster.create('a', specOf(repository.url, { path: '.' }))
  await eventually(async () => {
    const { operationState } = await cluster.status('a')
    expect(operationState?.phase).toBe('Succeeded')
    expect(
      operationState?.syncResult?.resources?.map(({ name, hookType }) => [name, hookType]).filter(([, type]) => type),
    ).toEqual([
      ['early', 'PreSync'],
      ['between', 'PreSync'],
      ['late', 'PreSync'],
    ])
  })
})

test('a hook that failed is deleted where its policy is HookFailed, and stays where it is HookSucceeded', async () => {
  const repository = await testRepository()
  const failing = (name: string, policy: string): string =>
    job(name, 'PreSync', policy)
      .replace('backoffLimit: 0', 'backoffLimit: 0\n  activeDeadlineSeconds: 1')
      .replace('restartPolicy: Never', 'nodeSelector: {no: such}\n      restartPolicy: Never')
  repository.write({
    'c.yaml': configMap('c'),
    'f.yaml': failing('f', 'HookFailed'),
    's.yaml': failing('s', 'HookSucceeded'),
  })
  const cluster = await testCluster()
  const syncPolicy = { automated: {}, syncOptions: ['CreateNamespace=true'], retry: { limit: 0 } }
  await cluster.create('a', specOf(repository.url, { path: '.' }, { syncPolicy }))
  await eventually(async () => expect((await cluster.status('a')).operationState?.phase).toBe('Failed'))
  await goes(cluster, { ...JOB, namespace: 'x', name: 'f' })
  expect((await cluster.client.list(JOB, { namespace: 'x' })).items.map(({ metadata }) => metadata.name)).toEqual(['s'])
})

test('a PreDelete hook that ran goes with everything else of its Application', async () => {
  const repository = await testRepository()
  repository.write({ 'c.yaml': configMap('c'), 'pre.yaml': job('pre', 'PreDelete') })
  const cluster = await testCluster()
  await cluster.create('a', specOf(repository.url, { path: '.' }), {
    finalizers: ['resources-finalizer.argocd.argoproj.io'],
  })
  await reaches(cluster, 'a', 'Synced Healthy Succeeded')
  await cluster.client.delete({ ...APPLICATION, name: 'a' })
  await eventually(async () => expect(cluster.read('a')).rejects.toMatchObject({ reason: 'NotFound' }))
  expect((await cluster.client.list(JOB)).items).toEqual([])
})

test('a live hook keeps the wave of its manifest, which a client may ask for', async () => {
  const repository = await testRepository()
  const late = job('h', 'PostSync').replace('hook: PostSync,', 'hook: PostSync, argocd.argoproj.io/sync-wave: "7",')
  repository.write({ 'c.yaml': configMap('c'), 'h.yaml': late })
  const cluster = await testCluster()
  await cluster.create('a', specOf(repository.url, { path: '.' }))
  await reaches(cluster, 'a', 'Synced Healthy Succeeded')
  await change(cluster, 'a', { metadata: { annotations: { 'argocd.argoproj.io/refresh': 'normal' } } })
  await eventually(async () => {
    const { resources } = statusOf(await cluster.read('a'))
    expect(resources?.find(({ kind }) => kind === 'Job')).toMatchObject({ hook: true, syncWave: 7 })
  })
})
