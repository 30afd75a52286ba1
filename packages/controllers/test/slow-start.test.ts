import type { KubeObject } from '@slipway/objects'
import { eventually, FakeClock } from '@slipway/testkit'
import { expect, test } from 'vitest'
import { slowStart } from '../src/shared/batches.ts'
import { deployment, testCluster, type TestCluster } from './cluster.ts'
import { eventsOf } from './scheduling.ts'

test('calls come in batches of twice as many each time, and end with the first batch that has a failure', async () => {
  const batches: number[] = []
  let open = 0
  const call = async (turn: number, failing: number): Promise<void> => {
    open++
    await Promise.resolve()
    if (open > 0) batches.push(open)
    open = 0
    if (turn === failing) throw new Error(`turn ${turn}`)
  }
  expect(await slowStart(10, (turn) => call(turn, -1))).toBe(10)
  expect(batches).toEqual([1, 2, 4, 3])
  batches.length = 0
  await expect(slowStart(100, (turn) => call(turn, 4))).rejects.toThrow('turn 4')
  expect(batches).toEqual([1, 2, 4])
})

// A quota that allows no pod refuses every one that is made.
async function withoutRoom(): Promise<TestCluster> {
  const cluster = await testCluster(new FakeClock())
  await cluster.client.create({
    apiVersion: 'v1',
    kind: 'ResourceQuota',
    metadata: { name: 'none', namespace: 'default' },
    spec: { hard: { pods: '0' } },
  })
  await eventually(async () => {
    const quota = await cluster.client.get({
      apiVersion: 'v1',
      kind: 'ResourceQuota',
      namespace: 'default',
      name: 'none',
    })
    expect(quota['status']).toMatchObject({ hard: { pods: '0' } })
  })
  return cluster
}

const job: KubeObject = {
  apiVersion: 'batch/v1',
  kind: 'Job',
  metadata: { name: 'web', namespace: 'default' },
  spec: {
    parallelism: 100,
    completions: 100,
    template: { spec: { restartPolicy: 'Never', containers: [{ name: 'a', image: 'a:1' }] } },
  },
}

test.each([
  ['a ReplicaSet', deployment('web', { replicas: 100 })],
  ['a Job', job],
])('%s whose pods are refused asks for one of them and not for all, and says why', async (_, object) => {
  const cluster = await withoutRoom()
  await cluster.client.create(object)
  const failures = await eventually(async () => {
    const { items } = await cluster.client.list({ apiVersion: 'v1', kind: 'Event' }, { namespace: 'default' })
    const found = items.filter(({ reason }) => reason === 'FailedCreate')
    expect(found).not.toEqual([])
    return found
  })
  // The clock stands still, so only the owner's own status makes it try again: each time with one pod.
  expect(failures.length).toBeLessThan(5)
  expect(String(failures[0]?.['message'])).toContain(
    'exceeded quota: none, requested: pods=1, used: pods=0, limited: pods=0',
  )
  expect(cluster.pods.list('default')).toEqual([])
  const owner = (failures.at(0)?.['involvedObject'] as { name: string } | undefined)?.name ?? ''
  expect((await eventsOf(cluster, owner)).filter((event) => event.includes('SuccessfulCreate'))).toEqual([])
})
