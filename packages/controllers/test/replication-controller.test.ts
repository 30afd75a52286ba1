import type { KubeObject } from '@slipway/objects'
import { eventually } from '@slipway/testkit'
import { expect, test } from 'vitest'
import { testCluster } from './cluster.ts'

const KIND = { apiVersion: 'v1', kind: 'ReplicationController' }

test('a ReplicationController keeps its pods, releases one whose labels change, and scales down', async () => {
  const cluster = await testCluster()
  const { client } = cluster
  const template = { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'c', image: 'web:1' }] } }
  const object: KubeObject = {
    ...KIND,
    metadata: { name: 'web', namespace: 'default' },
    spec: { replicas: 2, selector: { app: 'web' }, template },
  }
  await client.create(object)
  const at = { ...KIND, namespace: 'default', name: 'web' }
  const ready = async (count: number): Promise<void> => {
    await eventually(async () =>
      expect((await client.get(at))['status']).toMatchObject({ replicas: count, readyReplicas: count }),
    )
  }
  await ready(2)
  const [pod] = cluster.pods.list('default')
  expect(pod?.metadata.ownerReferences?.[0]).toMatchObject({ ...KIND, name: 'web', controller: true })
  expect((await client.get(at))['spec']).toMatchObject({ selector: { app: 'web' } })
  const released = { apiVersion: 'v1', kind: 'Pod', namespace: 'default', name: pod?.metadata.name ?? '' }
  await client.patch(released, { type: 'merge', body: { metadata: { labels: { app: 'other' } } } })
  await eventually(() => expect(cluster.pods.list('default')).toHaveLength(3))
  await eventually(async () => expect((await client.get(released)).metadata.ownerReferences ?? []).toEqual([]))
  await client.patch(at, { type: 'merge', body: { spec: { replicas: 1 } } })
  await ready(1)
  expect(cluster.errors).toEqual([])
})

test('a quota that allows fewer pods is a condition of the ReplicationController, until it fits', async () => {
  const { client } = await testCluster()
  const metadata = { name: 'two', namespace: 'default' }
  await client.create({ apiVersion: 'v1', kind: 'ResourceQuota', metadata, spec: { hard: { pods: '2' } } })
  const template = { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'c', image: 'web:1' }] } }
  const spec = { replicas: 3, selector: { app: 'web' }, template }
  await client.create({ ...KIND, metadata: { name: 'web', namespace: 'default' }, spec })
  const at = { ...KIND, namespace: 'default', name: 'web' }
  const conditions = async (): Promise<unknown> =>
    ((await client.get(at))['status'] as { conditions?: unknown }).conditions
  await eventually(async () =>
    expect(await conditions()).toMatchObject([{ type: 'ReplicaFailure', status: 'True', reason: 'FailedCreate' }]),
  )
  await client.patch(at, { type: 'merge', body: { spec: { replicas: 2 } } })
  await eventually(async () => expect(await conditions()).toBeUndefined(), { within: 10_000 })
})
