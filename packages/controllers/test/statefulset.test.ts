import type { KubeObject } from '@slipway/objects'
import { eventually } from '@slipway/testkit'
import { describe, expect, test } from 'vitest'
import { planOf, type Seen } from '../src/statefulset/plan.ts'
import { claimsFor, podFor } from '../src/statefulset/pod.ts'
import type { StatefulSet } from '../src/statefulset/types.ts'
import { testCluster, type TestCluster } from './cluster.ts'

const SET = { apiVersion: 'apps/v1', kind: 'StatefulSet' }
const REVISION = { apiVersion: 'apps/v1', kind: 'ControllerRevision' }

const statefulSet = (spec: object = {}, image = 'db:1'): KubeObject => ({
  ...SET,
  metadata: { name: 'db', namespace: 'default' },
  spec: {
    serviceName: 'db',
    replicas: 3,
    selector: { matchLabels: { app: 'db' } },
    template: { metadata: { labels: { app: 'db' } }, spec: { containers: [{ name: 'db', image }] } },
    ...spec,
  },
})

const get = ({ client }: TestCluster): Promise<StatefulSet> =>
  client.get<StatefulSet>({ ...SET, namespace: 'default', name: 'db' })
const patch = ({ client }: TestCluster, spec: object): Promise<KubeObject> =>
  client.patch({ ...SET, namespace: 'default', name: 'db' }, { type: 'strategic', body: { spec } })
const withImage = (image: string): object => ({ template: { spec: { containers: [{ name: 'db', image }] } } })
const images = ({ pods }: TestCluster): Record<string, string> =>
  Object.fromEntries(
    pods
      .list('default')
      .map((pod) => [
        pod.metadata.name ?? '',
        (pod['spec'] as { containers: { image: string }[] }).containers[0]?.image,
      ])
      .sort(([a], [b]) => (String(a) < String(b) ? -1 : 1)),
  )
const revisions = async ({ client }: TestCluster): Promise<number[]> =>
  (await client.list(REVISION, { namespace: 'default' })).items
    .map((each) => Number(each['revision']))
    .sort((a, b) => a - b)

describe('the claims of a StatefulSet', () => {
  const CLAIM = { apiVersion: 'v1', kind: 'PersistentVolumeClaim' }
  const template = {
    metadata: { name: 'data' },
    spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
  }
  const withClaims = (policy: object) =>
    statefulSet({ volumeClaimTemplates: [template], persistentVolumeClaimRetentionPolicy: policy })
  const claims = async ({ client }: TestCluster): Promise<string[]> =>
    (await client.list(CLAIM, { namespace: 'default' })).items.map(({ metadata }) => metadata.name ?? '').sort()
  const started = async (policy: object): Promise<TestCluster> => {
    const cluster = await testCluster()
    await cluster.client.create(withClaims(policy))
    await eventually(async () => expect((await get(cluster)).status).toMatchObject({ readyReplicas: 3 }))
    expect(await claims(cluster)).toEqual(['data-db-0', 'data-db-1', 'data-db-2'])
    return cluster
  }

  test('go with the pods that go when it shrinks, if it says so, and only those', async () => {
    const cluster = await started({ whenScaled: 'Delete' })
    await patch(cluster, { replicas: 1 })
    await eventually(async () => expect(await claims(cluster)).toEqual(['data-db-0']))
    const claim = await cluster.client.get({ ...CLAIM, namespace: 'default', name: 'data-db-0' })
    expect(claim.metadata.ownerReferences ?? []).toEqual([])
    expect(cluster.errors).toEqual([])
  })

  test('stay when it shrinks otherwise, and belong to the set that takes them with it', async () => {
    const cluster = await started({ whenDeleted: 'Delete' })
    await patch(cluster, { replicas: 1 })
    await eventually(() => expect(cluster.pods.list('default')).toHaveLength(1))
    expect(await claims(cluster)).toEqual(['data-db-0', 'data-db-1', 'data-db-2'])
    const claim = await cluster.client.get({ ...CLAIM, namespace: 'default', name: 'data-db-0' })
    expect(claim.metadata.ownerReferences).toMatchObject([{ kind: 'StatefulSet', name: 'db' }])
    await cluster.client.delete({ ...SET, namespace: 'default', name: 'db' })
    await eventually(async () => expect(await claims(cluster)).toEqual([]))
  })
})

describe('a StatefulSet', () => {
  test('makes pods in order and waits for each; all are current in the end', async () => {
    const cluster = await testCluster()
    cluster.ready = (pod) => pod.metadata.name !== 'db-1'
    await cluster.client.create(statefulSet())
    await eventually(async () => expect((await get(cluster)).status).toMatchObject({ replicas: 2, readyReplicas: 1 }))
    expect(Object.keys(images(cluster))).toEqual(['db-0', 'db-1'])
    cluster.ready = () => true
    await cluster.client.patch(
      { apiVersion: 'v1', kind: 'Pod', namespace: 'default', name: 'db-1' },
      { type: 'merge', body: { metadata: { labels: { touched: 'yes' } } } },
    )
    await eventually(async () => {
      const { status } = await get(cluster)
      expect(status).toMatchObject({ replicas: 3, readyReplicas: 3, availableReplicas: 3, currentReplicas: 3 })
      expect(status.currentRevision).toBe(status.updateRevision)
    })
    const pod = cluster.pods.get('default/db-2')
    expect(pod?.metadata.labels).toMatchObject({
      'statefulset.kubernetes.io/pod-name': 'db-2',
      'apps.kubernetes.io/pod-index': '2',
      'controller-revision-hash': (await get(cluster)).status.currentRevision,
    })
    expect(pod?.['spec']).toMatchObject({ hostname: 'db-2', subdomain: 'db' })
    expect(cluster.errors).toEqual([])
  })

  test('updates from the highest ordinal to the partition, and goes back by an old revision', async () => {
    const cluster = await testCluster()
    await cluster.client.create(
      statefulSet({ updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 2 } } }),
    )
    await eventually(async () => expect((await get(cluster)).status).toMatchObject({ readyReplicas: 3 }))
    const first = (await get(cluster)).status.currentRevision
    await patch(cluster, withImage('db:2'))
    await eventually(async () => {
      expect(images(cluster)).toEqual({ 'db-0': 'db:1', 'db-1': 'db:1', 'db-2': 'db:2' })
      expect((await get(cluster)).status).toMatchObject({ currentReplicas: 2, updatedReplicas: 1, readyReplicas: 3 })
    })
    await patch(cluster, { updateStrategy: { rollingUpdate: { partition: 0 } } })
    await eventually(async () => {
      expect(images(cluster)).toEqual({ 'db-0': 'db:2', 'db-1': 'db:2', 'db-2': 'db:2' })
      expect((await get(cluster)).status).toMatchObject({ currentReplicas: 3, updatedReplicas: 3 })
    })
    expect(await revisions(cluster)).toEqual([1, 2])
    await patch(cluster, withImage('db:1'))
    await eventually(async () => {
      expect(Object.values(images(cluster))).toEqual(['db:1', 'db:1', 'db:1'])
      expect((await get(cluster)).status.currentRevision).toBe(first)
    })
    expect(await revisions(cluster)).toEqual([2, 3])
  })

  test('scales down from the highest ordinal', async () => {
    const cluster = await testCluster()
    await cluster.client.create(statefulSet({ podManagementPolicy: 'Parallel' }))
    await eventually(async () => expect((await get(cluster)).status).toMatchObject({ readyReplicas: 3 }))
    await patch(cluster, { replicas: 1 })
    await eventually(async () => {
      expect(Object.keys(images(cluster))).toEqual(['db-0'])
      expect((await get(cluster)).status).toMatchObject({ replicas: 1, readyReplicas: 1 })
    })
    const { items } = await cluster.client.list({ apiVersion: 'v1', kind: 'Event' }, { namespace: 'default' })
    const messages = items.map((event) => event['message'])
    expect(messages).toContain('Create Pod db-2 in StatefulSet db successful')
    expect(messages).toContain('Delete Pod db-2 in StatefulSet db successful')
  })
})

describe('the plan of a StatefulSet', () => {
  const NOW = Date.UTC(2026, 0, 1)
  const pod = (
    ordinal: number,
    of: { revision?: string; ready?: boolean; phase?: string; deleting?: boolean } = {},
  ) => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: `db-${ordinal}`,
      labels: { 'controller-revision-hash': of.revision ?? 'new' },
      ...(of.deleting === true ? { deletionTimestamp: '2026-01-01T00:00:00Z' } : {}),
    },
    spec: { containers: [] },
    status: {
      phase: of.phase ?? 'Running',
      conditions: [
        { type: 'Ready', status: of.ready === false ? 'False' : 'True', lastTransitionTime: '2025-12-31T00:00:00Z' },
      ],
    },
  })
  const seen = (pods: Seen['pods'], spec: object = {}): Seen => ({
    set: { ...statefulSet(spec), status: {} } as unknown as StatefulSet,
    pods,
    revisions: { current: 'old', update: 'new' },
    now: NOW,
  })
  const told = (of: Seen): string[] =>
    planOf(of).map((step) =>
      step.type === 'create' ? `+${step.ordinal} ${step.revision}` : `-${step.pod.metadata.name} ${step.why}`,
    )

  test('makes one pod at a time in order, all at once with Parallel', () => {
    expect(told(seen([]))).toEqual(['+0 update'])
    expect(told(seen([], { podManagementPolicy: 'Parallel' }))).toEqual(['+0 update', '+1 update', '+2 update'])
    expect(told(seen([pod(0, { ready: false })]))).toEqual([])
    expect(told(seen([pod(0)], { minReadySeconds: 172_800 }))).toEqual([])
  })

  test('recreates below the partition from the current revision', () => {
    const updateStrategy = { type: 'RollingUpdate', rollingUpdate: { partition: 2 } }
    expect(told(seen([pod(0, { revision: 'old' })], { updateStrategy }))).toEqual(['+1 current'])
  })

  test('deletes a pod that has ended before it makes it anew', () => {
    expect(told(seen([pod(0, { phase: 'Failed' })]))).toEqual(['-db-0 failed'])
  })

  test('stops an update at a pod that is not well, and updates several where they may be unavailable', () => {
    const old = { revision: 'old' }
    expect(told(seen([pod(0, old), pod(1, old), pod(2, old)]))).toEqual(['-db-2 update'])
    expect(
      told(seen([pod(0, old), pod(1, old), pod(2, { ready: false })], { podManagementPolicy: 'Parallel' })),
    ).toEqual([])
    const updateStrategy = { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 2 } }
    expect(told(seen([pod(0, old), pod(1, old), pod(2, old)], { updateStrategy }))).toEqual([
      '-db-2 update',
      '-db-1 update',
    ])
    expect(told(seen([pod(0, old), pod(1, old), pod(2, old)], { updateStrategy: { type: 'OnDelete' } }))).toEqual([])
  })

  test('does not scale down past a pod that is going or past another unwell one', () => {
    expect(told(seen([pod(0), pod(1), pod(2, { deleting: true })], { replicas: 1 }))).toEqual([])
    expect(told(seen([pod(0), pod(1), pod(2, { ready: false })], { replicas: 2 }))).toEqual(['-db-2 scale'])
    expect(told(seen([pod(0), pod(1, { ready: false }), pod(2, { ready: false })], { replicas: 1 }))).toEqual([])
  })

  test('gives each pod its own claims', () => {
    const volumeClaimTemplates = [{ metadata: { name: 'data' }, spec: { accessModes: ['ReadWriteOnce'] } }]
    const set = seen([], { volumeClaimTemplates }).set
    expect(claimsFor(set, 1)[0]).toMatchObject({ kind: 'PersistentVolumeClaim', metadata: { name: 'data-db-1' } })
    const made = podFor(set, { ordinal: 1, revision: 'new', template: set.spec.template })
    expect(made['spec']).toMatchObject({
      volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'data-db-1' } }],
    })
  })
})
