import type { KubeObject } from '@slipway/objects'
import { eventually } from '@slipway/testkit'
import { expect, test } from 'vitest'
import { deployment, testCluster, type TestCluster } from './cluster.ts'

const ENDPOINTS = { apiVersion: 'v1', kind: 'Endpoints', namespace: 'default', name: 's' }
const SLICES = { apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice' }
const SERVICE = { apiVersion: 'v1', kind: 'Service', namespace: 'default', name: 's' }

const service = (spec: object): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 's', namespace: 'default' },
  spec: { ports: [{ name: 'http', port: 80, targetPort: 8080 }], ...spec },
})

const endpoints = (subsets: object[], metadata: object = {}): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Endpoints',
  metadata: { name: 's', namespace: 'default', ...metadata },
  subsets,
})

async function slices({ client }: TestCluster): Promise<KubeObject[]> {
  const labelSelector = 'kubernetes.io/service-name=s'
  return [...(await client.list(SLICES, { namespace: 'default', labelSelector })).items]
}

const addressesOf = (slice: KubeObject | undefined): unknown[] =>
  ((slice?.['endpoints'] ?? []) as { addresses: string[] }[]).flatMap(({ addresses }) => addresses)

test('a Service that selects no pod has an empty slice and empty Endpoints, which go with it', async () => {
  const cluster = await testCluster()
  await cluster.client.create(service({ selector: { app: 'none' } }))
  await eventually(async () => {
    expect((await slices(cluster)).map(addressesOf)).toEqual([[]])
    expect((await cluster.client.get(ENDPOINTS))['subsets']).toBeUndefined()
  })
  await cluster.client.delete(SERVICE)
  await eventually(async () => {
    expect(await slices(cluster)).toEqual([])
    await expect(cluster.client.get(ENDPOINTS)).rejects.toMatchObject({ reason: 'NotFound' })
  })
})

test('pods are listed with what they are ready for, those that go as terminating', async () => {
  const cluster = await testCluster()
  await cluster.client.create(service({ selector: { app: 'web' } }))
  cluster.ready = (pod) => pod.metadata.labels?.['app'] === 'web'
  await cluster.client.create(deployment('web', { replicas: 2 }))
  await eventually(async () => {
    const [slice] = await slices(cluster)
    const conditions = ((slice?.['endpoints'] ?? []) as { conditions: object }[]).map((endpoint) => endpoint.conditions)
    expect(conditions).toEqual([
      { ready: true, serving: true, terminating: false },
      { ready: true, serving: true, terminating: false },
    ])
    expect(slice?.['ports']).toEqual([{ name: 'http', port: 8080, protocol: 'TCP' }])
  })
  const subsets = (await cluster.client.get(ENDPOINTS))['subsets'] as { addresses: object[] }[]
  expect(subsets[0]?.addresses).toHaveLength(2)
})

test('Endpoints of a Service without a selector are mirrored, each family in a slice of its own', async () => {
  const cluster = await testCluster()
  await cluster.client.create(service({}))
  const ports = [{ name: 'http', port: 8080 }]
  const annotations = { 'kubectl.kubernetes.io/last-applied-configuration': '{}', note: 'mine' }
  await cluster.client.create(
    endpoints(
      [
        {
          addresses: [{ ip: '10.1.2.3', hostname: 'a' }, { ip: 'fd00::1' }],
          notReadyAddresses: [{ ip: '10.1.2.4' }],
          ports,
        },
      ],
      { labels: { own: 'x' }, annotations },
    ),
  )
  await eventually(async () => expect(await slices(cluster)).toHaveLength(2))
  const [v4, v6] = (await slices(cluster)).sort((a, b) =>
    String(a['addressType']) < String(b['addressType']) ? -1 : 1,
  )
  expect(v4).toMatchObject({
    addressType: 'IPv4',
    metadata: {
      annotations: { note: 'mine' },
      labels: {
        own: 'x',
        'kubernetes.io/service-name': 's',
        'endpointslice.kubernetes.io/managed-by': 'endpointslicemirroring-controller.k8s.io',
      },
      ownerReferences: [{ kind: 'Endpoints', name: 's', controller: true }],
    },
    endpoints: [
      { addresses: ['10.1.2.3'], conditions: { ready: true }, hostname: 'a' },
      { addresses: ['10.1.2.4'], conditions: { ready: false } },
    ],
    ports: [{ name: 'http', port: 8080, protocol: 'TCP' }],
  })
  expect(v4?.metadata.annotations).toEqual({ note: 'mine' })
  expect([v6?.['addressType'], addressesOf(v6)]).toEqual(['IPv6', ['fd00::1']])
})

test('a mirror follows what is changed, and goes with the Endpoints or the Service', async () => {
  const cluster = await testCluster()
  await cluster.client.create(service({}))
  const of = (ip: string): KubeObject => endpoints([{ addresses: [{ ip }], ports: [{ port: 80 }] }])
  await cluster.client.create(of('10.1.2.3'))
  await eventually(async () => expect((await slices(cluster)).map(addressesOf)).toEqual([['10.1.2.3']]))
  const [before] = await slices(cluster)
  await cluster.client.update(of('10.2.3.4'))
  await eventually(async () => expect((await slices(cluster)).map(addressesOf)).toEqual([['10.2.3.4']]))
  expect((await slices(cluster))[0]?.metadata.uid).toBe(before?.metadata.uid)
  await cluster.client.delete(ENDPOINTS)
  await eventually(async () => expect(await slices(cluster)).toEqual([]))
  await cluster.client.create(of('10.1.2.3'))
  await eventually(async () => expect(await slices(cluster)).toHaveLength(1))
  await cluster.client.delete(SERVICE)
  await eventually(async () => expect(await slices(cluster)).toEqual([]))
  expect(cluster.errors).toEqual([])
})

test('what asks not to be mirrored, and locks of leaders, are not', async () => {
  const cluster = await testCluster()
  const subsets = [{ addresses: [{ ip: '10.1.2.3' }], ports: [{ port: 80 }] }]
  const named = (name: string, metadata: object): KubeObject => endpoints(subsets, { name, ...metadata })
  const names = ['plain', 'skipped', 'lock']
  for (const name of names) await cluster.client.create({ ...service({}), metadata: { name, namespace: 'default' } })
  await cluster.client.create(named('skipped', { labels: { 'endpointslice.kubernetes.io/skip-mirror': 'true' } }))
  await cluster.client.create(named('lock', { annotations: { 'control-plane.alpha.kubernetes.io/leader': '{}' } }))
  await cluster.client.create(named('plain', {}))
  await eventually(async () => {
    const { items } = await cluster.client.list(SLICES, { namespace: 'default' })
    expect(items.map(({ metadata }) => metadata.labels?.['kubernetes.io/service-name'])).toEqual(['plain'])
  })
})
