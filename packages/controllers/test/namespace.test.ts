import type { KubeObject } from '@slipway/objects'
import { eventually } from '@slipway/testkit'
import { expect, test } from 'vitest'
import type { Condition } from '../src/shared/types.ts'
import { testCluster, type TestCluster } from './cluster.ts'

const NAMESPACE = { apiVersion: 'v1', kind: 'Namespace', name: 'gone' }
const CONFIG = { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'gone', name: 'config' }
const HOLD = 'example.com/hold'

async function withNamespace(): Promise<TestCluster> {
  const cluster = await testCluster()
  await cluster.client.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'gone' } })
  await eventually(() =>
    cluster.client.get({ apiVersion: 'v1', kind: 'ServiceAccount', namespace: 'gone', name: 'default' }),
  )
  return cluster
}

const config = (finalizers: string[] = []): KubeObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'config', namespace: 'gone', finalizers },
})

const conditionsOf = async ({ client }: TestCluster): Promise<Condition[]> => {
  const { conditions } = (await client.get(NAMESPACE))['status'] as { conditions?: Condition[] }
  return conditions ?? []
}

const release = ({ client }: TestCluster, ref: typeof CONFIG): Promise<KubeObject> =>
  client.patch(ref, { type: 'merge', body: { metadata: { finalizers: null } } })

test('a namespace that goes loses its pods first, and nothing else before the last of them is gone', async () => {
  const cluster = await withNamespace()
  await cluster.client.create({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'pod', namespace: 'gone', finalizers: [HOLD] },
    spec: { containers: [{ name: 'a', image: 'a:1' }] },
  })
  await cluster.client.create(config())
  await cluster.client.delete(NAMESPACE)
  await eventually(async () =>
    expect(
      (await conditionsOf(cluster)).map(({ type, status, reason }) => `${type} ${status} ${reason ?? ''}`),
    ).toEqual([
      'NamespaceDeletionDiscoveryFailure False ResourcesDiscovered',
      'NamespaceDeletionGroupVersionParsingFailure False ParsedGroupVersions',
      'NamespaceDeletionContentFailure False ContentDeleted',
      'NamespaceContentRemaining False ContentRemoved',
      'NamespaceFinalizersRemaining False ContentHasNoFinalizers',
    ]),
  )
  const pod = { ...CONFIG, kind: 'Pod', name: 'pod' }
  expect((await cluster.client.get(pod)).metadata.deletionTimestamp).toBeDefined()
  expect((await cluster.client.get(CONFIG)).metadata.deletionTimestamp).toBeUndefined()
  await release(cluster, pod)
  await eventually(() => expect(cluster.client.get(NAMESPACE)).rejects.toThrow('not found'))
  expect(cluster.errors).toEqual([])
})

test('a namespace says what keeps it', async () => {
  const cluster = await withNamespace()
  await cluster.client.create(config([HOLD]))
  await cluster.client.delete(NAMESPACE)
  await eventually(async () => {
    const conditions = await conditionsOf(cluster)
    expect(conditions.find(({ type }) => type === 'NamespaceContentRemaining')).toMatchObject({
      status: 'True',
      reason: 'SomeResourcesRemain',
      message: 'Some resources are remaining: configmaps. has 1 resource instances',
    })
    expect(conditions.find(({ type }) => type === 'NamespaceFinalizersRemaining')).toMatchObject({
      status: 'True',
      reason: 'SomeFinalizersRemain',
      message: `Some content in the namespace has finalizers remaining: ${HOLD} in 1 resource instances`,
    })
  })
  await release(cluster, CONFIG)
  await eventually(() => expect(cluster.client.get(NAMESPACE)).rejects.toThrow('not found'))
})
