import { eventually } from '@slipway/testkit'
import { describe, expect, test } from 'vitest'
import { testCluster, type TestCluster } from './cluster.ts'
import { eventsOf, podNamed, podOf, refused, requests, scheduled } from './scheduling.ts'

const CLASS = { apiVersion: 'scheduling.k8s.io/v1', kind: 'PriorityClass' }

async function withClasses(): Promise<TestCluster> {
  const cluster = await testCluster()
  const classes = { low: 1, medium: 100, high: 1000 }
  for (const [name, value] of Object.entries(classes))
    await cluster.client.create({ ...CLASS, metadata: { name }, value })
  const gentle = { metadata: { name: 'gentle' }, value: 1000, preemptionPolicy: 'Never' }
  await cluster.client.create({ ...CLASS, ...gentle })
  return cluster
}

const taking = (name: string, priorityClassName: string, cpu: string, labels: Record<string, string> = {}) =>
  podNamed(name, { priorityClassName }, { ...requests({ cpu }), labels })

async function run(cluster: TestCluster, ...pods: ReturnType<typeof taking>[]): Promise<void> {
  for (const pod of pods) {
    await cluster.client.create(pod)
    await scheduled(cluster, pod.metadata.name ?? '')
  }
}

describe('a pod of higher priority', () => {
  test('takes the room of the least important ones, who learn why they end', async () => {
    const cluster = await withClasses()
    cluster.ends = () => false
    await run(cluster, taking('low', 'low', '2'), taking('medium', 'medium', '2'))
    await cluster.client.create(taking('high', 'high', '2'))
    const waiting = await refused(cluster, 'high', '0/1 nodes are available: 1 Insufficient cpu.')
    await eventually(async () => expect((await podOf(cluster, 'high')).status.nominatedNodeName).toBe('n1'))
    const victim = await eventually(async () => {
      const pod = await podOf(cluster, 'low')
      expect(pod.metadata.deletionTimestamp).toBeDefined()
      return pod
    })
    expect(victim.status.conditions?.find(({ type }) => type === 'DisruptionTarget')).toMatchObject({
      status: 'True',
      reason: 'PreemptionByScheduler',
      message: 'default-scheduler: preempting to accommodate a higher priority pod',
    })
    await eventually(async () =>
      expect(await eventsOf(cluster, 'low')).toContain(
        `Normal Preempted Preempted by pod ${waiting.metadata.uid ?? ''} on node n1`,
      ),
    )
    cluster.ends = () => true
    await touch(cluster, 'low')
    await scheduled(cluster, 'high')
    expect((await podOf(cluster, 'medium')).metadata.deletionTimestamp).toBeUndefined()
    expect(cluster.errors).toEqual([])
  })

  test('waits for those that it has asked to go, asks no others, and keeps the room from pods that matter less', async () => {
    const cluster = await withClasses()
    cluster.ends = () => false
    await run(cluster, taking('low', 'low', '2'), taking('medium', 'medium', '2'))
    await cluster.client.create(taking('high', 'high', '2'))
    await eventually(async () => expect((await podOf(cluster, 'high')).status.nominatedNodeName).toBe('n1'))
    // A changed node makes every pod that waits be looked at again.
    const node = { apiVersion: 'v1', kind: 'Node', name: 'n1' }
    await cluster.client.patch(node, { type: 'merge', body: { metadata: { labels: { touched: 'yes' } } } })
    await refused(
      cluster,
      'high',
      '0/1 nodes are available: 1 Insufficient cpu. no new claims to deallocate, preemption: not eligible due to a terminating pod on the nominated node.',
    )
    expect((await podOf(cluster, 'medium')).metadata.deletionTimestamp).toBeUndefined()
    expect((await podOf(cluster, 'high')).status.nominatedNodeName).toBe('n1')
    await cluster.client.create(taking('late', 'medium', '1'))
    await refused(
      cluster,
      'late',
      '0/1 nodes are available: 1 Insufficient cpu. no new claims to deallocate, preemption: 0/1 nodes are available: 1 Insufficient cpu.',
    )
    cluster.ends = () => true
    await touch(cluster, 'low')
    await scheduled(cluster, 'high')
    expect((await podOf(cluster, 'late')).spec.nodeName).toBeUndefined()
  })

  test('that never preempts waits for room', async () => {
    const cluster = await withClasses()
    await run(cluster, taking('low', 'low', '4'))
    await cluster.client.create(taking('gentle', 'gentle', '2'))
    await refused(
      cluster,
      'gentle',
      '0/1 nodes are available: 1 Insufficient cpu. no new claims to deallocate, preemption: not eligible due to preemptionPolicy=Never.',
    )
    expect((await podOf(cluster, 'low')).metadata.deletionTimestamp).toBeUndefined()
    await cluster.client.delete({ apiVersion: 'v1', kind: 'Pod', namespace: 'default', name: 'low' })
    await scheduled(cluster, 'gentle')
  })

  test('rather takes pods whose budget allows it, and others when there is no other way', async () => {
    const cluster = await withClasses()
    const labels = { app: 'guarded' }
    await run(cluster, taking('guarded', 'low', '2', labels), taking('free', 'low', '2'))
    await cluster.client.create({
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      metadata: { name: 'guard', namespace: 'default' },
      spec: { minAvailable: 1, selector: { matchLabels: labels } },
    })
    await eventually(async () => {
      const budget = { apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', namespace: 'default', name: 'guard' }
      expect((await cluster.client.get(budget))['status']).toMatchObject({ currentHealthy: 1, disruptionsAllowed: 0 })
    })
    await run(cluster, taking('first', 'medium', '2'))
    expect((await podOf(cluster, 'guarded')).metadata.deletionTimestamp).toBeUndefined()
    await run(cluster, taking('second', 'high', '4'))
    await expect(podOf(cluster, 'guarded')).rejects.toThrow('not found')
  })
})

test('pods that would have to leave for nothing stay', async () => {
  const cluster = await withClasses()
  await run(cluster, taking('low', 'low', '2'), taking('equal', 'high', '2'))
  await cluster.client.create(taking('high', 'high', '3'))
  await refused(
    cluster,
    'high',
    '0/1 nodes are available: 1 Insufficient cpu. no new claims to deallocate, preemption: 0/1 nodes are available: 1 Insufficient cpu.',
  )
  expect((await podOf(cluster, 'low')).metadata.deletionTimestamp).toBeUndefined()
})

async function touch(cluster: TestCluster, name: string): Promise<void> {
  await cluster.client.patch(
    { apiVersion: 'v1', kind: 'Pod', namespace: 'default', name },
    { type: 'merge', body: { metadata: { labels: { touched: 'yes' } } } },
  )
}
