import type { SyncWindow } from '@slipway/argo'
import { eventually } from '@slipway/testkit'
import { expect, test } from 'vitest'
import { testCluster, testRepository, type TestCluster } from './cluster.ts'
import { configMap, specOf } from './manifests.ts'
import { change, MAP, messages, reaches, says } from './outcomes.ts'

const PROJECT = { apiVersion: 'argoproj.io/v1alpha1', kind: 'AppProject', namespace: 'argocd', name: 'p' }
const closed: SyncWindow = { kind: 'deny', schedule: '* * * * *', duration: '24h', applications: ['*'] }

async function project(cluster: TestCluster, syncWindows: readonly SyncWindow[]): Promise<void> {
  const spec = {
    sourceRepos: ['*'],
    destinations: [{ server: '*', namespace: '*' }],
    clusterResourceWhitelist: [{ group: '*', kind: '*' }],
    syncWindows,
  }
  const { apiVersion, kind, name, namespace } = PROJECT
  await cluster.client.create({ apiVersion, kind, metadata: { name, namespace }, spec })
}

async function world(windows: readonly SyncWindow[]): Promise<TestCluster> {
  const repository = await testRepository()
  repository.write({ 'c.yaml': configMap('c') })
  const cluster = await testCluster()
  await project(cluster, windows)
  await cluster.create('a', specOf(repository.url, { path: '.' }, { rest: { project: 'p' } }))
  await eventually(async () => expect((await cluster.status('a')).sync?.status).toBe('OutOfSync'))
  return cluster
}

test('a closed window holds automated sync back without a word, and lets it go when it opens', async () => {
  const cluster = await world([closed])
  const [first] = cluster.seen
  await change(cluster, 'a', { metadata: { annotations: { 'argocd.argoproj.io/refresh': 'normal' } } })
  await eventually(async () => {
    const { metadata, operation } = await cluster.read('a')
    expect(metadata.annotations?.['argocd.argoproj.io/refresh']).toBeUndefined()
    expect(metadata.resourceVersion).not.toBe(first?.application.metadata.resourceVersion)
    expect(operation).toBeUndefined()
  })
  expect((await cluster.status('a')).operationState).toBeUndefined()
  expect(await messages(cluster, 'a')).toEqual([])
  await expect(cluster.client.get(MAP)).rejects.toMatchObject({ reason: 'NotFound' })
  await cluster.client.patch(PROJECT, { type: 'merge', body: { spec: { syncWindows: null } } })
  await reaches(cluster, 'a', 'Synced Healthy Succeeded')
})

test('a sync that somebody asks for waits for the window, unless it lets people sync', async () => {
  const cluster = await world([closed])
  const operation = { initiatedBy: { username: 'me' }, sync: { syncOptions: ['CreateNamespace=true'] } }
  await change(cluster, 'a', { operation })
  await says(cluster, 'a', 'Sync operation blocked by sync window')
  expect((await cluster.status('a')).operationState?.phase).toBe('Running')
  await expect(cluster.client.get(MAP)).rejects.toMatchObject({ reason: 'NotFound' })
  const syncWindows = [{ ...closed, manualSync: true }]
  await cluster.client.patch(PROJECT, { type: 'merge', body: { spec: { syncWindows } } })
  await reaches(cluster, 'a', 'Synced Healthy Succeeded')
})

test('a window that cannot be read is named by the operation', async () => {
  const cluster = await world([{ ...closed, schedule: 'soon' }])
  await change(cluster, 'a', { operation: { sync: {} } })
  await says(
    cluster,
    'a',
    "Sync operation blocked by sync window: invalid sync windows: cannot parse schedule 'soon': expected exactly 5 fields, found 1: [soon]",
  )
})
