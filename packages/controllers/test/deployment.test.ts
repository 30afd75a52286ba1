import { expect, test } from 'vitest'
import type { KubeObject } from '@slipway/objects'
import { eventually } from '@slipway/testkit'
import { deployment, testCluster, type TestCluster } from './cluster.ts'

const DEPLOYMENT = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'default' }
const SETS = { apiVersion: 'apps/v1', kind: 'ReplicaSet' }

interface Status {
  readonly [field: string]: unknown
  readonly conditions?: readonly { type: string; status: string; reason: string }[]
}

const statusOf = async ({ client }: TestCluster, name: string): Promise<Status> =>
  (await client.get({ ...DEPLOYMENT, name }))['status'] as Status
const conditionsOf = (status: Status) =>
  Object.fromEntries((status.conditions ?? []).map(({ type, status: value, reason }) => [type, `${value} ${reason}`]))
const sizesOf = async ({ client }: TestCluster) =>
  Object.fromEntries(
    (await client.list(SETS, { namespace: 'default' })).items.map((set) => [
      set.metadata.annotations?.['deployment.kubernetes.io/revision'],
      (set['spec'] as { replicas: number }).replicas,
    ]),
  )

function complete(cluster: TestCluster, name: string, replicas: number): Promise<void> {
  return eventually(async () => {
    expect(await statusOf(cluster, name)).toMatchObject({
      replicas,
      updatedReplicas: replicas,
      readyReplicas: replicas,
      availableReplicas: replicas,
    })
  })
}

const withImage = (object: KubeObject, image: string): KubeObject => {
  const copy = structuredClone(object)
  const spec = copy['spec'] as { template: { spec: { containers: { image: string }[] } } }
  for (const container of spec.template.spec.containers) container.image = image
  return copy
}

test('a new Deployment gets a ReplicaSet and its pods, and reports that it progressed', async () => {
  const cluster = await testCluster()
  await cluster.client.create(deployment('web'))
  await complete(cluster, 'web', 3)
  const status = await statusOf(cluster, 'web')
  expect(conditionsOf(status)).toEqual({
    Available: 'True MinimumReplicasAvailable',
    Progressing: 'True NewReplicaSetAvailable',
  })
  expect(await sizesOf(cluster)).toEqual({ 1: 3 })
  expect((await cluster.client.list({ apiVersion: 'v1', kind: 'Pod' }, { namespace: 'default' })).items).toHaveLength(3)
  expect(cluster.errors).toEqual([])
})

test('a changed template rolls: never fewer ready pods than allowed, never more pods than allowed', async () => {
  const cluster = await testCluster()
  const made = await cluster.client.create(
    deployment('web', {
      replicas: 4,
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
    }),
  )
  await complete(cluster, 'web', 4)
  const seen: { total: number; ready: number }[] = []
  const stop = cluster.pods.listen(() => {
    const pods = cluster.pods.list('default')
    const alive = pods.filter((pod) => pod.metadata.deletionTimestamp === undefined)
    const ready = alive.filter(
      (pod) =>
        (pod['status'] as { conditions?: { type: string; status: string }[] }).conditions?.some(
          (c) => c.type === 'Ready' && c.status === 'True',
        ) === true,
    )
    seen.push({ total: alive.length, ready: ready.length })
  })
  const current = await cluster.client.get({ ...DEPLOYMENT, name: 'web' })
  await cluster.client.update(withImage(current, 'web:2'))
  await eventually(async () => expect(await sizesOf(cluster)).toEqual({ 1: 0, 2: 4 }))
  await complete(cluster, 'web', 4)
  stop()
  const during = seen.slice(3)
  expect(Math.max(...during.map(({ total }) => total))).toBeLessThanOrEqual(5)
  expect(Math.min(...during.map(({ ready }) => ready))).toBeGreaterThanOrEqual(4)
  expect(made.metadata.uid).toBe(current.metadata.uid)
})

test('the revision after one that is larger than any exact number is the next one', async () => {
  const cluster = await testCluster()
  await cluster.client.create(deployment('web'))
  await complete(cluster, 'web', 3)
  const [set] = (await cluster.client.list(SETS, { namespace: 'default' })).items
  const annotations = { 'deployment.kubernetes.io/revision': '3546343826724305832' }
  const ref = { ...SETS, namespace: 'default', name: set?.metadata.name ?? '' }
  await cluster.client.patch(ref, { type: 'merge', body: { metadata: { annotations } } })
  const image = [{ op: 'replace', path: '/spec/template/spec/containers/0/image', value: 'web:2' }]
  await cluster.client.patch({ ...DEPLOYMENT, name: 'web' }, { type: 'json', body: image })
  await eventually(async () =>
    expect(await sizesOf(cluster)).toEqual({ '3546343826724305832': 0, '3546343826724305833': 3 }),
  )
})

test('going back to an earlier template reuses its ReplicaSet under a new revision', async () => {
  const cluster = await testCluster()
  await cluster.client.create(deployment('web'))
  await complete(cluster, 'web', 3)
  for (const image of ['web:2', 'web:1']) {
    await cluster.client.update(withImage(await cluster.client.get({ ...DEPLOYMENT, name: 'web' }), image))
    await eventually(async () => expect((await statusOf(cluster, 'web'))['updatedReplicas']).toBe(3))
    await complete(cluster, 'web', 3)
  }
  await eventually(async () => expect(await sizesOf(cluster)).toEqual({ 2: 0, 3: 3 }))
})

test('a rollout whose pods never get ready stops, keeps the old pods, and times out', async () => {
  const cluster = await testCluster()
  await cluster.client.create(
    deployment('web', {
      progressDeadlineSeconds: 1,
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
    }),
  )
  await complete(cluster, 'web', 3)
  cluster.ready = (pod) => (pod['spec'] as { containers: { image: string }[] }).containers[0]?.image !== 'web:broken'
  await cluster.client.update(withImage(await cluster.client.get({ ...DEPLOYMENT, name: 'web' }), 'web:broken'))
  await eventually(async () =>
    expect(conditionsOf(await statusOf(cluster, 'web'))['Progressing']).toBe('False ProgressDeadlineExceeded'),
  )
  expect(await sizesOf(cluster)).toEqual({ 1: 3, 2: 1 })
  expect(await statusOf(cluster, 'web')).toMatchObject({ readyReplicas: 3, updatedReplicas: 1, unavailableReplicas: 1 })
})

test('deleting in the background collects sets and pods; orphaning keeps them; foreground waits for them', async () => {
  const cluster = await testCluster()
  for (const name of ['gone', 'kept', 'last']) await cluster.client.create(deployment(name, { replicas: 1 }))
  for (const name of ['gone', 'kept', 'last']) await complete(cluster, name, 1)
  await cluster.client.delete({ ...DEPLOYMENT, name: 'gone' }, { propagationPolicy: 'Background' })
  await cluster.client.delete({ ...DEPLOYMENT, name: 'kept' }, { propagationPolicy: 'Orphan' })
  await cluster.client.delete({ ...DEPLOYMENT, name: 'last' }, { propagationPolicy: 'Foreground' })
  await eventually(async () => {
    const pods = (await cluster.client.list({ apiVersion: 'v1', kind: 'Pod' }, { namespace: 'default' })).items
    expect(pods.map((pod) => pod.metadata.labels?.['app'])).toEqual(['kept'])
    expect((await cluster.client.list({ apiVersion: 'apps/v1', kind: 'Deployment' })).items).toEqual([])
  })
})
