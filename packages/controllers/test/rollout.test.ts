import type { KubeObject } from '@slipway/objects'
import { eventually } from '@slipway/testkit'
import { expect, test } from 'vitest'
import { deployment, testCluster, type TestCluster } from './cluster.ts'

const DEPLOYMENT = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'default', name: 'web' }
const SETS = { apiVersion: 'apps/v1', kind: 'ReplicaSet' }
const rolling = (maxSurge: number, maxUnavailable: number) => ({
  strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge, maxUnavailable } },
})

const imageOf = (pod: KubeObject): string | undefined =>
  (pod['spec'] as { containers: { image: string }[] }).containers[0]?.image

const setImage = ({ client }: TestCluster, image: string) =>
  client.patch(DEPLOYMENT, {
    type: 'strategic',
    body: { spec: { template: { spec: { containers: [{ name: 'web', image }] } } } },
  })

async function sizes({ client }: TestCluster): Promise<Record<string, number>> {
  const { items } = await client.list(SETS, { namespace: 'default' })
  return Object.fromEntries(
    items.map((set) => {
      const spec = set['spec'] as { replicas: number; template: { spec: { containers: { image: string }[] } } }
      return [spec.template.spec.containers[0]?.image ?? '', spec.replicas]
    }),
  )
}

const status = async ({ client }: TestCluster): Promise<Record<string, unknown>> =>
  (await client.get(DEPLOYMENT))['status'] as Record<string, unknown>

async function stable(cluster: TestCluster, image: string, replicas: number): Promise<void> {
  await eventually(async () => {
    expect((await sizes(cluster))[image]).toBe(replicas)
    expect(await status(cluster)).toMatchObject({ replicas, updatedReplicas: replicas, availableReplicas: replicas })
  })
}

// The greatest number of pods that live at once, and the smallest one that is ready, from now on.
function extremes(cluster: TestCluster): { most: number; fewest: number } {
  const seen = { most: 0, fewest: Number.POSITIVE_INFINITY }
  cluster.pods.listen(() => {
    const alive = cluster.pods.list('default').filter(({ metadata }) => metadata.deletionTimestamp === undefined)
    const ready = alive.filter((pod) => {
      const { conditions = [] } = pod['status'] as { conditions?: { type: string; status: string }[] }
      return conditions.some((condition) => condition.type === 'Ready' && condition.status === 'True')
    })
    seen.most = Math.max(seen.most, alive.length)
    seen.fewest = Math.min(seen.fewest, ready.length)
  })
  return seen
}

test('a template that changes in the middle of a rollout is rolled over to, within the bounds of the first', async () => {
  const cluster = await testCluster()
  await cluster.client.create(deployment('web', { replicas: 4, ...rolling(1, 1) }, 'web:1'))
  await stable(cluster, 'web:1', 4)
  cluster.ready = (pod) => imageOf(pod) !== 'web:broken'
  const seen = extremes(cluster)
  await setImage(cluster, 'web:broken')
  await eventually(async () => expect(await sizes(cluster)).toEqual({ 'web:1': 3, 'web:broken': 2 }))
  await setImage(cluster, 'web:2')
  await stable(cluster, 'web:2', 4)
  expect(await sizes(cluster)).toEqual({ 'web:1': 0, 'web:broken': 0, 'web:2': 4 })
  expect(seen.most).toBeLessThanOrEqual(5)
  expect(seen.fewest).toBeGreaterThanOrEqual(3)
  expect(cluster.errors).toEqual([])
})

test('scaling in the middle of a rollout spreads over both sets in proportion, as the conformance test counts it', async () => {
  const cluster = await testCluster()
  await cluster.client.create(deployment('web', { replicas: 10, ...rolling(3, 2) }, 'web:1'))
  await stable(cluster, 'web:1', 10)
  cluster.ready = (pod) => imageOf(pod) !== 'web:broken'
  await setImage(cluster, 'web:broken')
  await eventually(async () => expect(await sizes(cluster)).toEqual({ 'web:1': 8, 'web:broken': 5 }))
  await eventually(async () => expect(await status(cluster)).toMatchObject({ availableReplicas: 8, replicas: 13 }))
  await cluster.client.patch(DEPLOYMENT, { type: 'merge', body: { spec: { replicas: 30 } } })
  await eventually(async () => expect(await sizes(cluster)).toEqual({ 'web:1': 20, 'web:broken': 13 }))
  await cluster.client.patch(DEPLOYMENT, { type: 'merge', body: { spec: { replicas: 10 } } })
  await eventually(async () => {
    const { 'web:1': old = 0, 'web:broken': fresh = 0 } = await sizes(cluster)
    expect(old + fresh).toBe(13)
    expect(old).toBeGreaterThanOrEqual(8)
  })
})

test('a Deployment that is paused is scaled and not rolled; going on rolls it', async () => {
  const cluster = await testCluster()
  await cluster.client.create(deployment('web', { replicas: 2, ...rolling(1, 0) }, 'web:1'))
  await stable(cluster, 'web:1', 2)
  await cluster.client.patch(DEPLOYMENT, { type: 'merge', body: { spec: { paused: true } } })
  await setImage(cluster, 'web:2')
  await cluster.client.patch(DEPLOYMENT, { type: 'merge', body: { spec: { replicas: 3 } } })
  await eventually(async () => expect(await sizes(cluster)).toEqual({ 'web:1': 3 }))
  const { conditions } = (await status(cluster)) as { conditions: { type: string; reason: string }[] }
  expect(conditions.find(({ type }) => type === 'Progressing')?.reason).toBe('DeploymentPaused')
  await cluster.client.patch(DEPLOYMENT, { type: 'merge', body: { spec: { paused: false } } })
  await stable(cluster, 'web:2', 3)
})

test('Recreate starts no new pod while an old one runs', async () => {
  const cluster = await testCluster()
  await cluster.client.create(deployment('web', { replicas: 3, strategy: { type: 'Recreate' } }, 'web:1'))
  await stable(cluster, 'web:1', 3)
  let mixed = false
  cluster.pods.listen(() => {
    const images = new Set(cluster.pods.list('default').map(imageOf))
    mixed ||= images.has('web:1') && images.has('web:2')
  })
  await setImage(cluster, 'web:2')
  await stable(cluster, 'web:2', 3)
  expect(mixed).toBe(false)
})

test('no more old sets are kept than the history allows, the newest ones', async () => {
  const cluster = await testCluster()
  await cluster.client.create(deployment('web', { replicas: 1, revisionHistoryLimit: 1 }, 'web:1'))
  await stable(cluster, 'web:1', 1)
  for (const image of ['web:2', 'web:3', 'web:4']) {
    await setImage(cluster, image)
    await stable(cluster, image, 1)
  }
  await eventually(async () => expect(await sizes(cluster)).toEqual({ 'web:3': 0, 'web:4': 1 }))
})

test('a set that lies about with the template of the Deployment is taken, with its pods', async () => {
  const cluster = await testCluster()
  const { spec } = deployment('web', {}, 'web:1') as unknown as {
    spec: { selector: object; template: { metadata: { labels: object } } }
  }
  const metadata = {
    name: 'lone',
    namespace: 'default',
    labels: spec.template.metadata.labels as Record<string, string>,
  }
  await cluster.client.create({
    ...SETS,
    metadata,
    spec: { replicas: 2, selector: spec.selector, template: spec.template },
  })
  await eventually(() => expect(cluster.pods.list('default')).toHaveLength(2))
  const before = cluster.pods.list('default').map(({ metadata: { uid } }) => uid)
  await cluster.client.create(deployment('web', { replicas: 2 }, 'web:1'))
  await stable(cluster, 'web:1', 2)
  expect(cluster.pods.list('default').map(({ metadata: { uid } }) => uid)).toEqual(before)
  const lone = await cluster.client.get({ ...SETS, namespace: 'default', name: 'lone' })
  expect(lone.metadata.ownerReferences?.[0]).toMatchObject({ kind: 'Deployment', name: 'web', controller: true })
})

test('a set whose labels match no more is let go, and another one made', async () => {
  const cluster = await testCluster()
  await cluster.client.create(deployment('web', { replicas: 1 }, 'web:1'))
  await stable(cluster, 'web:1', 1)
  const [set] = (await cluster.client.list(SETS, { namespace: 'default' })).items
  const at = { ...SETS, namespace: 'default', name: set?.metadata.name ?? '' }
  await cluster.client.patch(at, { type: 'merge', body: { metadata: { labels: { app: 'other' } } } })
  await eventually(async () => expect((await cluster.client.get(at)).metadata.ownerReferences ?? []).toEqual([]))
})
