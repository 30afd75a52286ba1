import { eventually } from '@slipway/testkit'
import { describe, expect, test } from 'vitest'
import { testCluster, type TestCluster } from './cluster.ts'
import { changeAllocatable, changeNode, eventsOf, podNamed, podOf, refused, requests, scheduled } from './scheduling.ts'

const HELPLESS =
  'no new claims to deallocate, preemption: 0/1 nodes are available: 1 Preemption is not helpful for scheduling.'
const NO_VICTIMS =
  'no new claims to deallocate, preemption: 0/1 nodes are available: 1 No preemption victims found for incoming pod.'
const why = (reasons: string, preemption: string): string => `0/1 nodes are available: ${reasons}. ${preemption}`

const HOST = 'kubernetes.io/hostname'
const near = (app: string, more: object = {}): object => ({
  requiredDuringSchedulingIgnoredDuringExecution: [
    { labelSelector: { matchLabels: { app } }, topologyKey: HOST, ...more },
  ],
})
const onNodes = (...nodeSelectorTerms: object[]): object => ({
  affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms } } },
})

// kube-scheduler 1.36.3 said each of these sentences of the same pods and the same node.
describe('a pod is refused by the words of kube-scheduler', () => {
  test('for the labels of the node, until the node has them', async () => {
    const cluster = await testCluster()
    const message = why("1 node(s) didn't match Pod's node affinity/selector", HELPLESS)
    await cluster.client.create(podNamed('selector', { nodeSelector: { disk: 'ssd' } }))
    const ssd = { key: 'disk', operator: 'In', values: ['ssd'] }
    await cluster.client.create(podNamed('affinity', onNodes({ matchExpressions: [ssd] }, {})))
    await refused(cluster, 'selector', message)
    await refused(cluster, 'affinity', message)
    await changeNode(cluster, { metadata: { labels: { disk: 'ssd' } } })
    await Promise.all(['selector', 'affinity'].map((name) => scheduled(cluster, name)))
    expect(cluster.errors).toEqual([])
  })

  test.each([
    ['NotIn', ['hdd'], true],
    ['Exists', undefined, false],
    ['DoesNotExist', undefined, true],
    ['Gt', ['3'], false],
  ])('or takes it, for a requirement %s %j', async (operator, values, fits) => {
    const cluster = await testCluster()
    const term = { matchExpressions: [{ key: 'disk', operator, ...(values === undefined ? {} : { values }) }] }
    await cluster.client.create(podNamed('a', onNodes(term)))
    if (fits) await scheduled(cluster, 'a')
    else await refused(cluster, 'a', why("1 node(s) didn't match Pod's node affinity/selector", HELPLESS))
  })

  test('for a node that it names and that is not there', async () => {
    const cluster = await testCluster()
    const term = { matchFields: [{ key: 'metadata.name', operator: 'In', values: ['elsewhere'] }] }
    await cluster.client.create(podNamed('a', onNodes(term)))
    await refused(cluster, 'a', why("1 node(s) didn't satisfy plugin(s) [NodeAffinity]", HELPLESS))
  })

  test('for names of nodes that exclude one another, and for a claim that is not there', async () => {
    const cluster = await testCluster()
    const named = (name: string): object => ({ key: 'metadata.name', operator: 'In', values: [name] })
    await cluster.client.create(podNamed('a', onNodes({ matchFields: [named('n1'), named('n2')] })))
    await refused(cluster, 'a', '0/1 nodes are available: pod affinity terms conflict. not found')
    const volumes = [{ name: 'data', persistentVolumeClaim: { claimName: 'data' } }]
    await cluster.client.create(podNamed('b', { volumes }))
    await refused(cluster, 'b', '0/1 nodes are available: persistentvolumeclaim "data" not found. not found')
    await cluster.client.create({
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: { name: 'data', namespace: 'default' },
      spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
    })
    await scheduled(cluster, 'b')
  })

  test('for a taint that it does not tolerate, and for a node that is cordoned', async () => {
    const cluster = await testCluster()
    await changeNode(cluster, { spec: { taints: [{ key: 'gpu', value: 'yes', effect: 'NoSchedule' }] } })
    await cluster.client.create(podNamed('a'))
    await cluster.client.create(podNamed('b', { tolerations: [{ key: 'gpu', operator: 'Exists' }] }))
    await refused(cluster, 'a', why('1 node(s) had untolerated taint(s)', HELPLESS))
    await scheduled(cluster, 'b')
    await changeNode(cluster, { spec: { taints: null, unschedulable: true } })
    await refused(cluster, 'a', why('1 node(s) were unschedulable', HELPLESS))
    await changeNode(cluster, { spec: { taints: null, unschedulable: null } })
    await scheduled(cluster, 'a')
  })

  test('for what it requests: more than is left, more than there is, and what nobody has', async () => {
    const cluster = await testCluster()
    await cluster.client.create(podNamed('first', {}, requests({ cpu: '3', 'ephemeral-storage': '8Gi' })))
    await scheduled(cluster, 'first')
    await cluster.client.create(podNamed('cpu', {}, requests({ cpu: '2', 'ephemeral-storage': '3Gi' })))
    await refused(cluster, 'cpu', why('1 Insufficient cpu, 1 Insufficient ephemeral-storage', NO_VICTIMS))
    await cluster.client.create(podNamed('memory', {}, requests({ memory: '9Gi' })))
    await refused(cluster, 'memory', why('1 Insufficient memory', HELPLESS))
    await cluster.client.create(podNamed('gpu', {}, requests({ 'nvidia.com/gpu': '1' })))
    await refused(cluster, 'gpu', why('1 Insufficient nvidia.com/gpu', HELPLESS))
    await changeAllocatable(cluster, { 'nvidia.com/gpu': '1' })
    await scheduled(cluster, 'gpu')
    await cluster.client.delete({ apiVersion: 'v1', kind: 'Pod', namespace: 'default', name: 'first' })
    await scheduled(cluster, 'cpu')
  })

  test('when the node has as many pods as it takes', async () => {
    const cluster = await testCluster()
    await changeAllocatable(cluster, { pods: '1' })
    await cluster.client.create(podNamed('first'))
    await scheduled(cluster, 'first')
    await cluster.client.create(podNamed('second'))
    await refused(cluster, 'second', why('1 Too many pods', NO_VICTIMS))
  })

  test('for a port of the node that another pod has, with regard to protocol and address', async () => {
    const cluster = await testCluster()
    const port = (more: object = {}): object => ({
      container: { ports: [{ containerPort: 80, hostPort: 9999, ...more }] },
    })
    await cluster.client.create(podNamed('first', {}, port({ hostIP: '127.0.0.1' })))
    await scheduled(cluster, 'first')
    await cluster.client.create(podNamed('udp', {}, port({ protocol: 'UDP' })))
    await cluster.client.create(podNamed('other', {}, port({ hostIP: '127.0.0.2' })))
    await cluster.client.create(podNamed('every', {}, port()))
    await scheduled(cluster, 'udp')
    await scheduled(cluster, 'other')
    await refused(cluster, 'every', why("1 node(s) didn't have free ports for the requested pod ports", NO_VICTIMS))
  })

  test('for pods that it wants near and that are not there, unless it is the first of its own kind', async () => {
    const cluster = await testCluster()
    await cluster.client.create(podNamed('a', { affinity: { podAffinity: near('db') } }))
    await refused(cluster, 'a', why("1 node(s) didn't match pod affinity rules", HELPLESS))
    await cluster.client.create(podNamed('db', { affinity: { podAffinity: near('db') } }, { labels: { app: 'db' } }))
    await scheduled(cluster, 'db')
    await scheduled(cluster, 'a')
    await cluster.client.create(
      podNamed('far', { affinity: { podAffinity: near('db', { namespaces: ['kube-system'] }) } }),
    )
    await refused(cluster, 'far', why("1 node(s) didn't match pod affinity rules", HELPLESS))
  })

  test('for pods that it wants away, and for pods that want it away', async () => {
    const cluster = await testCluster()
    const alone = { affinity: { podAntiAffinity: near('x') } }
    await cluster.client.create(podNamed('first', alone, { labels: { app: 'x' } }))
    await scheduled(cluster, 'first')
    await cluster.client.create(podNamed('second', alone, { labels: { app: 'x' } }))
    await refused(cluster, 'second', why("1 node(s) didn't match pod anti-affinity rules", NO_VICTIMS))
    await cluster.client.create(podNamed('third', {}, { labels: { app: 'x' } }))
    await refused(cluster, 'third', why("1 node(s) didn't satisfy existing pods anti-affinity rules", NO_VICTIMS))
    const preferred = {
      weight: 1,
      podAffinityTerm: { labelSelector: { matchLabels: { app: 'y' } }, topologyKey: HOST },
    }
    const polite = { affinity: { podAntiAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [preferred] } } }
    for (const name of ['y1', 'y2']) await cluster.client.create(podNamed(name, polite, { labels: { app: 'y' } }))
    await Promise.all(['y1', 'y2'].map((name) => scheduled(cluster, name)))
  })

  test('for a spread that must hold: over a label that the node lacks, and over more nodes than take it', async () => {
    const cluster = await testCluster()
    const spread = (topologyKey: string, whenUnsatisfiable = 'DoNotSchedule'): object => ({
      topologySpreadConstraints: [
        { maxSkew: 1, topologyKey, whenUnsatisfiable, labelSelector: { matchLabels: { app: 'x' } } },
      ],
    })
    const labelled = { labels: { app: 'x' } }
    await cluster.client.create(podNamed('zone', spread('topology.kubernetes.io/zone'), labelled))
    const words = "1 node(s) didn't match pod topology spread constraints"
    await refused(cluster, 'zone', why(`${words} (missing required label)`, HELPLESS))
    for (const name of ['a', 'b', 'c']) await cluster.client.create(podNamed(name, spread(HOST), labelled))
    await Promise.all(['a', 'b', 'c'].map((name) => scheduled(cluster, name)))
    await cluster.client.create({
      apiVersion: 'v1',
      kind: 'Node',
      metadata: { name: 'n2', labels: { [HOST]: 'n2' } },
      spec: { unschedulable: true },
    })
    await cluster.client.create(podNamed('uneven', spread(HOST), labelled))
    const message = `0/2 nodes are available: ${words}, 1 node(s) were unschedulable. no new claims to deallocate, preemption: 0/2 nodes are available: 1 No preemption victims found for incoming pod, 1 Preemption is not helpful for scheduling.`
    await refused(cluster, 'uneven', message)
    await cluster.client.create(podNamed('anyway', spread(HOST, 'ScheduleAnyway'), labelled))
    await scheduled(cluster, 'anyway')
  })
})

test('labels that a spread or an affinity names become requirements of its selector, of the values that the pod has', async () => {
  const cluster = await testCluster()
  const labelSelector = { matchLabels: { app: 'x' } }
  const keys = { matchLabelKeys: ['pod-template-hash', 'absent'] }
  const spread = { maxSkew: 1, topologyKey: HOST, whenUnsatisfiable: 'DoNotSchedule', labelSelector, ...keys }
  const away = { topologyKey: HOST, labelSelector, mismatchLabelKeys: ['pod-template-hash'] }
  const spec = {
    topologySpreadConstraints: [spread],
    affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [away] } },
  }
  const labels = (hash: string): { labels: Record<string, string> } => ({
    labels: { app: 'x', 'pod-template-hash': hash },
  })
  await cluster.client.create(podNamed('a', spec, labels('1')))
  const pod = await scheduled(cluster, 'a')
  const own = (operator: string): object => ({
    ...labelSelector,
    matchExpressions: [{ key: 'pod-template-hash', operator, values: ['1'] }],
  })
  expect(pod.spec.topologySpreadConstraints?.[0]?.labelSelector).toEqual(own('In'))
  const terms = pod.spec.affinity?.podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution
  expect(terms?.[0]?.labelSelector).toEqual(own('NotIn'))
  await cluster.client.create(podNamed('b', spec, labels('1')))
  await scheduled(cluster, 'b')
  await cluster.client.create(podNamed('c', spec, labels('2')))
  await refused(cluster, 'c', why("1 node(s) didn't match pod anti-affinity rules", NO_VICTIMS))
})

describe('a pod waits', () => {
  test('while it has scheduling gates, and says so', async () => {
    const cluster = await testCluster()
    await cluster.client.create(podNamed('a', { schedulingGates: [{ name: 'example.com/quota' }] }))
    await changeNode(cluster, { metadata: { labels: { touched: 'yes' } } })
    await cluster.client.create(podNamed('after'))
    await scheduled(cluster, 'after')
    const pod = await podOf(cluster, 'a')
    expect(pod.spec.nodeName).toBeUndefined()
    expect(pod.status.conditions).toMatchObject([
      {
        type: 'PodScheduled',
        status: 'False',
        reason: 'SchedulingGated',
        message: 'Scheduling is blocked due to non-empty scheduling gates',
      },
    ])
    const gates = (...names: string[]): object => ({ schedulingGates: names.map((name) => ({ name })) })
    await expect(changeSpec(cluster, 'a', gates('example.com/quota', 'example.com/more'))).rejects.toThrow(
      "spec.schedulingGates[1].name: Forbidden: only deletion is allowed, but found new scheduling gate 'example.com/more'",
    )
    await changeSpec(cluster, 'a', { nodeSelector: { disk: 'ssd' } })
    await expect(changeSpec(cluster, 'a', { nodeSelector: { disk: 'hdd' } })).rejects.toThrow(
      'only additions to spec.nodeSelector are allowed (no mutations or deletions)',
    )
    await changeSpec(cluster, 'a', { schedulingGates: null })
    await refused(cluster, 'a', why("1 node(s) didn't match Pod's node affinity/selector", HELPLESS))
    await changeNode(cluster, { metadata: { labels: { disk: 'ssd' } } })
    await scheduled(cluster, 'a')
  })

  test('untouched for a scheduler of another name', async () => {
    const cluster = await testCluster()
    await cluster.client.create(podNamed('a', { schedulerName: 'volcano' }))
    await cluster.client.create(podNamed('after'))
    await scheduled(cluster, 'after')
    await changeNode(cluster, { metadata: { labels: { touched: 'yes' } } })
    await cluster.client.create(podNamed('later'))
    await scheduled(cluster, 'later')
    const pod = await podOf(cluster, 'a')
    expect(pod.spec.nodeName).toBeUndefined()
    expect(pod.status.conditions).toBeUndefined()
    expect(await eventsOf(cluster, 'a')).toEqual([])
  })

  test('for a first node when the cluster has none', async () => {
    const cluster = await testCluster()
    await cluster.client.delete({ apiVersion: 'v1', kind: 'Node', name: 'n1' })
    await cluster.client.create(podNamed('a'))
    await refused(cluster, 'a', 'no nodes available to schedule pods')
  })
})

test('a pod that names its node takes room there and is bound by nobody', async () => {
  const cluster = await testCluster()
  await cluster.client.create(podNamed('static', { nodeName: 'n1' }, requests({ cpu: '4' })))
  await cluster.client.create(podNamed('a', {}, requests({ cpu: '1' })))
  await refused(cluster, 'a', why('1 Insufficient cpu', NO_VICTIMS))
  expect(await eventsOf(cluster, 'static')).toEqual([])
})

test('init containers, sidecars and overhead count in what a pod requests', async () => {
  const cluster = await testCluster()
  await cluster.client.create({
    apiVersion: 'node.k8s.io/v1',
    kind: 'RuntimeClass',
    metadata: { name: 'heavy' },
    handler: 'heavy',
    overhead: { podFixed: { cpu: '500m' } },
  })
  const container = (name: string, cpu: string, more: object = {}): object => ({
    name,
    image: 'a:1',
    resources: { requests: { cpu } },
    ...more,
  })
  await cluster.client.create(
    podNamed('heavy', {
      runtimeClassName: 'heavy',
      initContainers: [container('proxy', '1', { restartPolicy: 'Always' }), container('setup', '2')],
      containers: [container('main', '500m')],
    }),
  )
  await scheduled(cluster, 'heavy')
  // 1 of the sidecar and 2 of the setup beside it are more than 1 and a half; with the overhead that leaves half a core of four.
  await cluster.client.create(podNamed('fits', {}, requests({ cpu: '500m' })))
  await scheduled(cluster, 'fits')
  await cluster.client.create(podNamed('not', {}, requests({ cpu: '1m' })))
  await refused(cluster, 'not', why('1 Insufficient cpu', NO_VICTIMS))
})

test('pods that are made at once never get the same room', async () => {
  const cluster = await testCluster()
  const names = Array.from({ length: 12 }, (_, index) => `p${index}`)
  await Promise.all(names.map((name) => cluster.client.create(podNamed(name, {}, requests({ cpu: '1' })))))
  await eventually(async () => {
    const pods = await Promise.all(names.map((name) => podOf(cluster, name)))
    const settled = pods.filter(({ status }) => status.conditions?.some(({ type }) => type === 'PodScheduled'))
    expect(settled).toHaveLength(names.length)
  })
  const pods = await Promise.all(names.map((name) => podOf(cluster, name)))
  expect(pods.filter(({ spec }) => spec.nodeName === 'n1')).toHaveLength(4)
})

async function changeSpec(cluster: TestCluster, name: string, spec: object): Promise<void> {
  await cluster.client.patch(
    { apiVersion: 'v1', kind: 'Pod', namespace: 'default', name },
    { type: 'merge', body: { spec } },
  )
}
