import { eventually } from '@slipway/testkit'
import { expect, test } from 'vitest'
import { testCluster, testRepository, type TestCluster } from './cluster.ts'
import { configMap, deployment, service, specOf } from './manifests.ts'

const DEPLOYMENT = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'plain', name: 'web' }
const SERVICE = { apiVersion: 'v1', kind: 'Service', namespace: 'plain', name: 'web' }

async function settled(cluster: TestCluster, name: string, revision: string): Promise<void> {
  await eventually(async () => {
    expect(cluster.errors).toEqual([])
    const application = await cluster.read(name)
    const status = await cluster.status(name)
    expect({
      sync: status.sync?.status,
      health: status.health?.status,
      revision: status.sync?.revision,
      operation: application.operation,
    }).toEqual({
      sync: 'Synced',
      health: 'Healthy',
      revision,
      operation: undefined,
    })
  })
}

test('commits roll out, drift is healed, what leaves git is pruned', async () => {
  const repository = await testRepository()
  const cluster = await testCluster()
  const first = repository.write({ 'd.yaml': deployment('web'), 's.yaml': service('web'), 'c.yaml': configMap('web') })
  await cluster.create('plain', specOf(repository.url, { path: '.' }, { namespace: 'plain' }))
  await settled(cluster, 'plain', first)

  const second = repository.write({ 'd.yaml': deployment('web', { image: 'nginx:1.28' }) })
  await settled(cluster, 'plain', second)
  const live = await cluster.client.get(DEPLOYMENT)
  expect(JSON.stringify(live['spec'])).toContain('nginx:1.28')

  await cluster.client.patch(DEPLOYMENT, { type: 'merge', body: { spec: { replicas: 5 } } })
  await eventually(async () => expect((await cluster.client.get(DEPLOYMENT))['spec']).toMatchObject({ replicas: 2 }))
  await settled(cluster, 'plain', second)
  await cluster.client.delete(SERVICE)
  await eventually(async () => expect(await cluster.client.get(SERVICE)).toBeDefined())
  await settled(cluster, 'plain', second)

  const third = repository.write({ 's.yaml': null })
  await settled(cluster, 'plain', third)
  await expect(cluster.client.get(SERVICE)).rejects.toMatchObject({ reason: 'NotFound' })
  expect(cluster.errors).toEqual([])
})
