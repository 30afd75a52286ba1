import type { KubeObject } from '@slipway/objects'
import { eventually, FakeClock } from '@slipway/testkit'
import { describe, expect, test } from 'vitest'
import { FailureBackoff } from '../src/daemonset/backoff.ts'
import { placement, rollingUpdate, type Seen } from '../src/daemonset/plan.ts'
import type { DaemonSet } from '../src/daemonset/types.ts'
import { testCluster, type TestCluster } from './cluster.ts'

const SET = { apiVersion: 'apps/v1', kind: 'DaemonSet' }
const NODE = { apiVersion: 'v1', kind: 'Node' }

const daemonSet = (spec: object = {}): KubeObject => ({
  ...SET,
  metadata: { name: 'agent', namespace: 'default' },
  spec: {
    selector: { matchLabels: { app: 'agent' } },
    template: { metadata: { labels: { app: 'agent' } }, spec: { containers: [{ name: 'a', image: 'agent:1' }] } },
    ...spec,
  },
})

const get = ({ client }: TestCluster): Promise<DaemonSet> =>
  client.get<DaemonSet>({ ...SET, namespace: 'default', name: 'agent' })
const settled = (cluster: TestCluster, image: string): Promise<void> =>
  eventually(async () => {
    expect((await get(cluster)).status).toMatchObject({
      desiredNumberScheduled: 1,
      currentNumberScheduled: 1,
      updatedNumberScheduled: 1,
      numberAvailable: 1,
    })
    const pods = cluster.pods.list('default').map((pod) => pod['spec'] as { containers: { image: string }[] })
    expect(pods.map(({ containers }) => containers[0]?.image)).toEqual([image])
  })

function inOrder(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return true
  const names = Array.isArray(value) ? [] : Object.keys(value)
  return names.join() === names.toSorted().join() && Object.values(value).every(inOrder)
}

describe('a DaemonSet', () => {
  test('runs one pod on the node and replaces it, first old then new; the old revision comes back', async () => {
    const cluster = await testCluster()
    await cluster.client.create(daemonSet())
    await settled(cluster, 'agent:1')
    const [pod] = cluster.pods.list('default')
    expect(pod?.['spec']).toMatchObject({ nodeName: 'n1' })
    const update = (image: string) =>
      cluster.client.patch(
        { ...SET, namespace: 'default', name: 'agent' },
        { type: 'strategic', body: { spec: { template: { spec: { containers: [{ name: 'a', image }] } } } } },
      )
    await update('agent:2')
    await settled(cluster, 'agent:2')
    await update('agent:1')
    await settled(cluster, 'agent:1')
    const { items } = await cluster.client.list({ apiVersion: 'apps/v1', kind: 'ControllerRevision' })
    expect(items.map((each) => Number(each['revision'])).sort((a, b) => a - b)).toEqual([2, 3])
    // Clients compare the bytes with what Go writes of the template: names in the order of the alphabet.
    for (const each of items) expect(inOrder(each['data'])).toBe(true)
    expect(cluster.errors).toEqual([])
  })

  test('stays on a cordoned node, leaves one whose labels do not match', async () => {
    const cluster = await testCluster()
    const node = { ...NODE, name: 'n1' }
    await cluster.client.patch(node, { type: 'merge', body: { spec: { unschedulable: true } } })
    await cluster.client.create(daemonSet())
    await settled(cluster, 'agent:1')
    const body = { spec: { template: { spec: { nodeSelector: { disk: 'ssd' } } } } }
    await cluster.client.patch({ ...SET, namespace: 'default', name: 'agent' }, { type: 'strategic', body })
    await eventually(async () => {
      expect((await get(cluster)).status).toMatchObject({ desiredNumberScheduled: 0, numberMisscheduled: 0 })
      expect(cluster.pods.list('default')).toEqual([])
    })
    await cluster.client.patch(node, { type: 'merge', body: { metadata: { labels: { disk: 'ssd' } } } })
    await settled(cluster, 'agent:1')
  })
})

describe('a daemon that fails', () => {
  test('is left alone for twice as long each time, up to a quarter of an hour', () => {
    const backoff = new FailureBackoff()
    let now = 0
    const waits = Array.from({ length: 12 }, () => {
      backoff.next('a', now)
      const wait = backoff.remaining('a', now)
      now += wait
      return wait / 1000
    })
    expect(waits).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900])
    expect(backoff.remaining('a', now)).toBe(0)
    expect(backoff.remaining('b', 0)).toBe(0)
    now += 31 * 60_000
    backoff.next('a', now)
    expect(backoff.remaining('a', now)).toBe(1000)
  })

  test('is killed and made anew, the second time after a second', async () => {
    const clock = new FakeClock()
    const cluster = await testCluster(clock)
    cluster.phase = () => 'Failed'
    await cluster.client.create(daemonSet())
    const uids = new Set<string>()
    cluster.pods.listen(({ object }) => uids.add(object.metadata.uid ?? ''))
    await eventually(async () => {
      await clock.advance(10)
      expect(uids.size).toBe(2)
      expect(cluster.pods.list('default')).toMatchObject([{ status: { phase: 'Failed' } }])
    })
    await clock.advance(500)
    await eventually(() => expect(cluster.pods.list('default')).toHaveLength(1))
    expect(uids.size).toBe(2)
    await eventually(async () => {
      await clock.advance(100)
      expect(uids.size).toBe(3)
    })
  })
})

describe('the plan of a DaemonSet', () => {
  const pod = (name: string, of: { node: string; hash: string; ready?: boolean }) => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, labels: { 'controller-revision-hash': of.hash }, creationTimestamp: '2026-01-01T00:00:00Z' },
    spec: { containers: [], nodeName: of.node },
    status: {
      phase: 'Running',
      conditions: [
        { type: 'Ready', status: of.ready === false ? 'False' : 'True', lastTransitionTime: '2026-01-01T00:00:00Z' },
      ],
    },
  })
  const seen = (pods: Seen['pods'], strategy: object = {}): Seen => ({
    set: {
      ...daemonSet({ updateStrategy: { type: 'RollingUpdate', rollingUpdate: strategy } }),
      status: {},
    } as unknown as DaemonSet,
    pods,
    nodes: ['a', 'b'].map((name) => ({ ...NODE, metadata: { name }, spec: {} })),
    hash: 'new',
    now: Date.UTC(2026, 0, 2),
  })
  const names = (pods: readonly KubeObject[]) => pods.map(({ metadata }) => metadata.name)

  test('replaces as many pods as may be unavailable; what is broken counts and goes first', () => {
    const old = [pod('x', { node: 'a', hash: 'old' }), pod('y', { node: 'b', hash: 'old' })]
    expect(names(rollingUpdate(seen(old)).remove)).toEqual(['x'])
    expect(names(rollingUpdate(seen(old, { maxUnavailable: '100%' })).remove)).toEqual(['x', 'y'])
    const broken = [old[0], pod('y', { node: 'b', hash: 'old', ready: false })] as Seen['pods']
    expect(names(rollingUpdate(seen(broken)).remove)).toEqual(['y'])
  })

  test('with a surge makes the new pod first and deletes the old one once that is available', () => {
    const surge = { maxSurge: 1, maxUnavailable: 0 }
    const old = [pod('x', { node: 'a', hash: 'old' }), pod('y', { node: 'b', hash: 'old' })]
    expect(rollingUpdate(seen(old, surge))).toEqual({ create: ['a'], remove: [] })
    const half = [...old, pod('z', { node: 'a', hash: 'new', ready: false })]
    expect(rollingUpdate(seen(half, surge))).toEqual({ create: [], remove: [] })
    expect(placement(seen(half, surge))).toEqual({ create: [], remove: [] })
    const ready = [...old, pod('z', { node: 'a', hash: 'new' })]
    expect(names(placement(seen(ready, surge)).remove)).toEqual(['x'])
  })

  test('removes pods of nodes that are gone and second pods of a node', () => {
    const pods = [
      pod('x', { node: 'a', hash: 'new' }),
      pod('y', { node: 'a', hash: 'new' }),
      pod('z', { node: 'gone', hash: 'new' }),
    ]
    const plan = placement(seen(pods))
    expect(plan.create).toEqual(['b'])
    expect(names(plan.remove)).toEqual(['y', 'z'])
  })
})
