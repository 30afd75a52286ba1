import { eventually, FakeClock } from '@slipway/testkit'
import { expect, test } from 'vitest'
import { testCluster } from './cluster.ts'
import { podNamed, podOf, scheduled } from './scheduling.ts'

const POD = { apiVersion: 'v1', kind: 'Pod', namespace: 'default', name: 'a' }
const BUDGET = { apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', namespace: 'default', name: 'b' }

test('a pod that was to be disrupted and lives on after two minutes says so no more', async () => {
  const clock = new FakeClock()
  const cluster = await testCluster(clock)
  await cluster.client.create(podNamed('a'))
  await scheduled(cluster, 'a')
  const condition = {
    type: 'DisruptionTarget',
    status: 'True',
    reason: 'Test',
    lastTransitionTime: '2026-01-01T00:00:00Z',
  }
  const body = { status: { conditions: [condition] } }
  await cluster.client.patch({ ...POD, subresource: 'status' }, { type: 'strategic', body })
  const target = async (): Promise<unknown> =>
    (await podOf(cluster, 'a')).status.conditions?.find(({ type }) => type === 'DisruptionTarget')
  await clock.advance(119_000)
  expect(await target()).toMatchObject({ status: 'True' })
  await eventually(async () => {
    await clock.advance(1_000)
    expect(await target()).toMatchObject({ status: 'False' })
  })
})

test('a pod that the budget let go counts as gone until it is, or for two minutes', async () => {
  const clock = new FakeClock()
  const cluster = await testCluster(clock)
  for (const name of ['a', 'c']) await cluster.client.create(podNamed(name, {}, { labels: { app: 'x' } }))
  const { apiVersion, kind, namespace, name } = BUDGET
  const spec = { minAvailable: 1, selector: { matchLabels: { app: 'x' } } }
  await cluster.client.create({ apiVersion, kind, metadata: { namespace, name }, spec })
  const status = async (): Promise<unknown> => (await cluster.client.get(BUDGET))['status']
  await eventually(async () => expect(await status()).toMatchObject({ currentHealthy: 2, disruptionsAllowed: 1 }))
  const disruptedPods = { a: '2026-01-01T00:00:00Z', stranger: '2026-01-01T00:00:00Z' }
  await cluster.client.patch(
    { ...BUDGET, subresource: 'status' },
    { type: 'merge', body: { status: { disruptedPods } } },
  )
  await eventually(async () => {
    expect(await status()).toMatchObject({ currentHealthy: 1, disruptionsAllowed: 0 })
    expect(await status()).toHaveProperty('disruptedPods', { a: '2026-01-01T00:00:00Z' })
  })
  await eventually(async () => {
    await clock.advance(121_000)
    expect(await status()).toMatchObject({ currentHealthy: 2, disruptionsAllowed: 1 })
    expect(await status()).not.toHaveProperty('disruptedPods')
  })
})
