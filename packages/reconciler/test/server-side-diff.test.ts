import { eventually } from '@slipway/testkit'
import { expect, test } from 'vitest'
import { testCluster, testRepository } from './cluster.ts'
import { configMap, deployment, service, specOf } from './manifests.ts'
import { change, messages, reaches } from './outcomes.ts'

const DEPLOYMENT = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'x', name: 'web' }
const annotations = { 'argocd.argoproj.io/compare-options': 'ServerSideDiff=true' }

test('with ServerSideDiff the API says what an apply would change', async () => {
  const repository = await testRepository()
  repository.write({ 'd.yaml': deployment('web'), 's.yaml': service('web'), 'c.yaml': configMap('c') })
  const cluster = await testCluster()
  await cluster.create('a', specOf(repository.url, { path: '.' }), { annotations })
  await reaches(cluster, 'a', 'Synced Healthy Succeeded')
  await change(cluster, 'a', { spec: { syncPolicy: { automated: null } } })
  await cluster.client.patch(DEPLOYMENT, { type: 'merge', body: { metadata: { labels: { by: 'hand' } } } })
  await cluster.client.patch(DEPLOYMENT, { type: 'merge', body: { spec: { replicas: 3 } } })
  await reaches(cluster, 'a', 'OutOfSync Healthy Succeeded')
  const found = cluster.reconciler.comparison('argocd/a')?.pairs.find(({ live }) => live?.kind === 'Deployment')
  expect(found?.difference.predicted?.metadata.labels).toEqual({ by: 'hand' })
  expect(found?.difference.predicted?.['spec']).toMatchObject({ replicas: 2 })
  expect((await cluster.client.get(DEPLOYMENT))['spec']).toMatchObject({ replicas: 3 })
  await cluster.client.patch(DEPLOYMENT, { type: 'merge', body: { spec: { replicas: 2 } } })
  await reaches(cluster, 'a', 'Synced Healthy Succeeded')
})

test('and what it refuses is known before anything is synced', async () => {
  const repository = await testRepository()
  repository.write({ 'd.yaml': deployment('web') })
  const cluster = await testCluster()
  await cluster.create('a', specOf(repository.url, { path: '.' }), { annotations })
  await reaches(cluster, 'a', 'Synced Healthy Succeeded')
  const commit = repository.write({ 'd.yaml': deployment('web').replaceAll('app: web', 'app: other') })
  await eventually(async () => {
    const { sync, history } = await cluster.status('a')
    expect(sync).toMatchObject({ status: 'Unknown', revision: commit })
    expect(history).toHaveLength(1)
  })
  const [message = ''] = await messages(cluster, 'a')
  expect(message).toContain(
    'ComparisonError: Failed to compare desired state to live state: failed to calculate diff: error calculating server side diff: serverSideDiff error: error running server side apply in dryrun mode for resource Deployment/web: ',
  )
  expect(message).toContain('field is immutable')
})
