import { expect, test } from 'vitest'
import { inDefault, startServer } from './https.ts'

const TABLE = 'application/json;as=Table;v=v1;g=meta.k8s.io'
const METADATA = 'application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io'
const DEPLOYMENTS = '/apis/apps/v1/namespaces/default/deployments'
const config = { metadata: { name: 'c', labels: { a: 'b' } }, data: { x: 'y' } }

const deployment = {
  metadata: { name: 'web' },
  spec: {
    replicas: 2,
    selector: { matchLabels: { app: 'web' } },
    template: { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'web', image: 'web:1' }] } },
  },
}

test('a table has the columns of its kind, a scale those of a scale', async () => {
  const { ask } = await startServer()
  await ask('POST', DEPLOYMENTS, { body: deployment })
  const { object } = await ask('GET', DEPLOYMENTS, { accept: TABLE })
  const names = (object['columnDefinitions'] as unknown as { name: string }[]).map(({ name }) => name)
  expect(names).toEqual(['Name', 'Ready', 'Up-to-date', 'Available', 'Age', 'Containers', 'Images', 'Selector'])
  expect(object['rows']).toMatchObject([{ cells: ['web', '0/2', 0, 0, expect.any(String), 'web', 'web:1', 'app=web'] }])
  const scale = await ask('GET', `${DEPLOYMENTS}/web/scale`, { accept: TABLE })
  expect(scale.object['rows']).toMatchObject([{ cells: ['web', 2, 0, expect.any(String)] }])
})

test('events are selected by the fields of the group that they are asked of', async () => {
  const { ask } = await startServer()
  const events = '/apis/events.k8s.io/v1/namespaces/default/events'
  const body = (name: string, reportingController: string) => ({
    metadata: { name },
    regarding: { kind: 'Pod', namespace: 'default', name: 'web' },
    reportingController,
    reportingInstance: 'one',
    action: 'Do',
    reason: 'Tested',
    type: 'Normal',
    eventTime: '2026-01-02T03:04:05.000000Z',
  })
  await ask('POST', events, { body: body('first', 'example.com/a') })
  await ask('POST', events, { body: body('second', 'example.com/b') })
  const names = async (path: string) => (await ask('GET', path)).object.items.map(({ metadata }) => metadata.name)
  expect(await names(`${events}?fieldSelector=reportingController=example.com/b,regarding.kind=Pod`)).toEqual([
    'second',
  ])
  const core = inDefault('events')
  expect(await names(`${core}?fieldSelector=reportingComponent=example.com/a,involvedObject.name=web`)).toEqual([
    'first',
  ])
  expect((await ask('GET', `${events}?fieldSelector=involvedObject.kind=Pod`)).status).toBe(400)
  expect((await ask('GET', `${core}?fieldSelector=regarding.kind=Pod`)).status).toBe(400)
})

test('only metadata, if that is what is asked for', async () => {
  const { ask } = await startServer()
  await ask('POST', inDefault('configmaps'), { body: config })
  const { object } = await ask('GET', inDefault('configmaps'), { accept: METADATA })
  expect(object.kind).toBe('PartialObjectMetadataList')
  expect(object.items).toMatchObject([{ metadata: { labels: { a: 'b' } } }])
  expect(object.items[0]).not.toHaveProperty('data')
})

test('a dry run answers as if, and changes nothing', async () => {
  const { ask } = await startServer()
  const all = '?dryRun=All'
  expect((await ask('POST', `${inDefault('configmaps')}${all}`, { body: config })).status).toBe(201)
  expect((await ask('GET', inDefault('configmaps', 'c'))).status).toBe(404)
  await ask('POST', inDefault('configmaps'), { body: config })
  const again = await ask('POST', `${inDefault('configmaps')}${all}`, { body: config })
  expect(again.object.reason).toBe('AlreadyExists')
  const type = 'application/merge-patch+json'
  const patched = await ask('PATCH', `${inDefault('configmaps', 'c')}${all}`, { type, body: { data: { x: 'z' } } })
  expect(patched.object['data']).toEqual({ x: 'z' })
  expect((await ask('DELETE', `${inDefault('configmaps', 'c')}${all}`)).status).toBe(200)
  expect((await ask('GET', inDefault('configmaps', 'c'))).object['data']).toEqual({ x: 'y' })
})

test('unknown fields are refused, warned of or dropped, as the request says', async () => {
  const { ask } = await startServer()
  const body = { ...deployment, spec: { ...deployment.spec, replicaz: 3 } }
  const post = (validation: string) => ask('POST', `${DEPLOYMENTS}?dryRun=All&fieldValidation=${validation}`, { body })
  const strict = await post('Strict')
  expect(strict.object.message).toBe(
    'Deployment in version "v1" cannot be handled as a Deployment: strict decoding error: unknown field "spec.replicaz"',
  )
  const warned = await post('Warn')
  expect(warned.status).toBe(201)
  expect(warned.headers['warning']).toBe('299 - "unknown field \\"spec.replicaz\\""')
  const ignored = await post('Ignore')
  expect(ignored.headers['warning']).toBeUndefined()
  expect(ignored.object['spec']).not.toHaveProperty('replicaz')
  expect((await post('Maybe')).status).toBe(400)
})

// k8s.io/apimachinery/pkg/runtime.Unknown: `k8s`, NUL, then type and raw bytes. A field is its number and wire type 2, a length, and bytes.
const field = (number: number, bytes: Uint8Array | string): Buffer => {
  const content = Buffer.from(bytes as string)
  return Buffer.concat([Buffer.from([(number << 3) | 2, content.length]), content])
}
const protobuf = (apiVersion: string, kind: string, raw: Buffer): Buffer => {
  const typeMeta = Buffer.concat([field(1, apiVersion), field(2, kind)])
  return Buffer.concat([Buffer.from('k8s\0'), field(1, typeMeta), field(2, raw)])
}

test('a body in protobuf is read by the table', async () => {
  const { ask } = await startServer()
  const metadata = Buffer.concat([field(1, 'c'), field(11, Buffer.concat([field(1, 'a'), field(2, 'b')]))])
  const data = Buffer.concat([field(1, 'x'), field(2, 'y')])
  const body = protobuf('v1', 'ConfigMap', Buffer.concat([field(1, metadata), field(2, data)]))
  const type = 'application/vnd.kubernetes.protobuf'
  const { status, object } = await ask('POST', inDefault('configmaps'), { type, body })
  expect(status).toBe(201)
  expect(object).toMatchObject({ kind: 'ConfigMap', metadata: { name: 'c', labels: { a: 'b' } }, data: { x: 'y' } })
  const torn = await ask('POST', inDefault('configmaps'), { type, body: body.subarray(0, -1) })
  expect(torn.object).toMatchObject({ code: 400, reason: 'BadRequest' })
})

test('discovery in one document, and in the old form', async () => {
  const { ask, url } = await startServer()
  const accept = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList'
  const { object } = await ask('GET', '/apis', { accept })
  expect(object.items.map(({ metadata }) => metadata.name)).toContain('resource.k8s.io')
  const root = await ask('GET', '/api')
  expect(root.object['serverAddressByClientCIDRs']).toEqual([{ clientCIDR: '0.0.0.0/0', serverAddress: url.host }])
  const core = (await ask('GET', '/api/v1')).object['resources'] as unknown as { name: string }[]
  // The hash of the real server.
  expect(core.find(({ name }) => name === 'pods')).toMatchObject({ storageVersionHash: 'xPOwRZ+Yhw8=' })
})

test('OpenAPI says what fields are for', async () => {
  const { ask } = await startServer()
  const { object } = await ask('GET', '/openapi/v3/apis/apps/v1')
  const { schemas } = object['components'] as unknown as {
    schemas: Record<string, { description: string; properties: Record<string, object> }>
  }
  const strategy = schemas['io.k8s.api.apps.v1.DeploymentStrategy']
  expect(strategy?.description).toBe('DeploymentStrategy describes how to replace existing pods with new ones.')
  expect(strategy?.properties['rollingUpdate']).toMatchObject({
    description: expect.stringContaining('Rolling update config params'),
    allOf: [{ $ref: '#/components/schemas/io.k8s.api.apps.v1.RollingUpdateDeployment' }],
  })
})
