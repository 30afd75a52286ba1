import { FakeClock } from '@slipway/testkit'
import { expect, test } from 'vitest'
import { inDefault, startServer } from '../https.ts'

const APPS = '/apis/apps/v1/namespaces/default'
const CRDS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions'

test('what a create refuses, an update, a patch and an apply refuse too', async () => {
  const { ask } = await startServer()
  await ask('POST', inDefault('serviceaccounts'), { body: { metadata: { name: 'default' } } })
  const spec = { containers: [{ name: 'c', image: 'i' }] }
  const { object: pod } = await ask('POST', inDefault('pods'), { body: { metadata: { name: 'p' }, spec } })
  const mounted = { ...(pod['spec'] as object), volumes: [{ name: 'v', hostPath: { path: '/' } }] }
  expect((await ask('PUT', inDefault('pods', 'p'), { body: { ...pod, spec: mounted } })).status).toBe(422)
  const volumes = { spec: { volumes: [{ name: 'v', hostPath: { path: '/' } }] } }
  const merge = { body: volumes, type: 'application/strategic-merge-patch+json' }
  expect((await ask('PATCH', inDefault('pods', 'p'), merge)).status).toBe(422)
  const apply = { body: { apiVersion: 'v1', kind: 'Pod', ...volumes }, type: 'application/apply-patch+yaml' }
  expect((await ask('PATCH', `${inDefault('pods', 'p')}?fieldManager=x&force=true`, apply)).status).toBe(422)
  const debug = { body: { spec: { ephemeralContainers: [{ name: 'd', image: 'i' }] } }, type: merge.type }
  expect((await ask('PATCH', `${inDefault('pods', 'p')}/ephemeralcontainers`, debug)).status).toBeGreaterThanOrEqual(
    400,
  )
  await ask('POST', inDefault('configmaps'), { body: { metadata: { name: 'm' }, data: { k: 'v' } } })
  for (const type of ['application/merge-patch+json', 'application/strategic-merge-patch+json'])
    expect((await ask('PATCH', inDefault('configmaps', 'm'), { body: { data: { '..': 'x' } }, type })).status).toBe(422)
})

test('what controllers read is there, however little a client sends', async () => {
  const { ask } = await startServer()
  const template = { metadata: { labels: { a: 'b' } }, spec: { containers: [{ name: 'c', image: 'i' }] } }
  const spec = { selector: { matchLabels: { a: 'b' } }, template }
  const deployment = await ask('POST', `${APPS}/deployments`, { body: { metadata: { name: 'd' }, spec } })
  expect(deployment.object['spec']).toMatchObject({
    replicas: 1,
    strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%' } },
    revisionHistoryLimit: 10,
    progressDeadlineSeconds: 600,
  })
  const stateful = await ask('POST', `${APPS}/statefulsets`, {
    body: { metadata: { name: 's' }, spec: { ...spec, serviceName: 's' } },
  })
  expect(stateful.object['spec']).toMatchObject({
    replicas: 1,
    revisionHistoryLimit: 10,
    podManagementPolicy: 'OrderedReady',
  })
  const scaler = '/apis/autoscaling/v1/namespaces/default/horizontalpodautoscalers'
  const scaleTargetRef = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'd' }
  await ask('POST', scaler, { body: { metadata: { name: 'h' }, spec: { scaleTargetRef, maxReplicas: 3 } } })
  const patched = await ask('PATCH', `${scaler}/h`, {
    body: { spec: { minReplicas: null, targetCPUUtilizationPercentage: null } },
    type: 'application/merge-patch+json',
  })
  expect(patched.object).toMatchObject({ kind: 'HorizontalPodAutoscaler' })
  expect(patched.object['spec']).toMatchObject({ minReplicas: 1, maxReplicas: 3 })
  const annotations = { 'autoscaling.alpha.kubernetes.io/metrics': '{' }
  const odd = { body: { metadata: { annotations } }, type: 'application/merge-patch+json' }
  expect((await ask('PATCH', `${scaler}/h`, odd)).status).toBe(200)
  const removed = await ask('PATCH', `${APPS}/deployments/d`, {
    body: { spec: { replicas: null, strategy: null } },
    type: 'application/merge-patch+json',
  })
  expect(removed.object['spec']).toMatchObject({ replicas: 1, strategy: { type: 'RollingUpdate' } })
})

const definition = (schema: object) => ({
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'widgets.example.com' },
  spec: {
    group: 'example.com',
    scope: 'Namespaced',
    names: { plural: 'widgets', singular: 'widget', kind: 'Widget', listKind: 'WidgetList' },
    versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: schema } }],
  },
})

test('a definition that refers to itself is refused, one of 1.4 MB is taken by a server-side apply', async () => {
  const { ask } = await startServer()
  const self = definition({ type: 'object', properties: { spec: { $ref: '#' } } })
  expect((await ask('POST', CRDS, { body: self })).status).toBe(422)
  const properties = Object.fromEntries(
    Array.from({ length: 7000 }, (_, at) => [`field${at}`, { type: 'string', description: 'x'.repeat(155) }]),
  )
  const large = definition({ type: 'object', properties: { spec: { type: 'object', properties } } })
  expect(JSON.stringify(large).length).toBeGreaterThan(1_400_000)
  const applied = await ask('PATCH', `${CRDS}/widgets.example.com?fieldManager=t`, {
    body: large,
    type: 'application/apply-patch+yaml',
  })
  expect(applied.status).toBe(201)
  const annotations = { 'kubectl.kubernetes.io/last-applied-configuration': JSON.stringify(large) }
  const client = await ask('PATCH', `${CRDS}/widgets.example.com`, {
    body: { metadata: { annotations } },
    type: 'application/merge-patch+json',
  })
  expect(client.object.message).toContain('metadata.annotations: Too long: may not be more than 262144 bytes')
})

test('a token for another audience, of another issuer, expired or cut is nobody', async () => {
  const clock = new FakeClock()
  const server = await startServer({ clock })
  await server.tokenOf('default', 'robot')
  const path = `${inDefault('serviceaccounts', 'robot')}/token`
  const request = async (spec: object): Promise<string> => {
    const { object } = await server.ask('POST', path, { body: { spec } })
    return (object['status'] as unknown as { token: string }).token
  }
  const foreign = await request({ audiences: ['vault'] })
  const short = await request({ expirationSeconds: 600 })
  expect((await server.ask('GET', '/apis', { token: short })).status).toBe(200)
  expect((await server.ask('GET', '/apis', { token: foreign })).status).toBe(401)
  expect((await server.ask('GET', '/apis', { token: short.slice(0, -4) })).status).toBe(401)
  const other = await startServer()
  expect((await other.ask('GET', '/apis', { token: short })).status).toBe(401)
  await clock.advance(601_000)
  expect((await server.ask('GET', '/apis', { token: short })).status).toBe(401)
})
