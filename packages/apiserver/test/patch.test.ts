import type { KubeObject } from '@slipway/objects'
import { openFileStore } from '@slipway/store'
import { temporaryDirectory } from '@slipway/testkit'
import { expect, test } from 'vitest'
import { inDefault, startServer } from './https.ts'

const MERGE = 'application/merge-patch+json'
const STRATEGIC = 'application/strategic-merge-patch+json'
const JSON_PATCH = 'application/json-patch+json'
const APPLY = 'application/apply-patch+yaml'
const DEPLOYMENTS = '/apis/apps/v1/namespaces/default/deployments'

const config = (data: Record<string, string>) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'c' },
  data,
})

const deployment = (image: string) => ({
  metadata: { name: 'web' },
  spec: {
    replicas: 2,
    selector: { matchLabels: { app: 'web' } },
    template: {
      metadata: { labels: { app: 'web' } },
      spec: { containers: [{ name: 'web', image, env: [{ name: 'A', value: '1' }] }] },
    },
  },
})

test('a JSON patch changes what its operations name, and nothing when its test fails', async () => {
  const { ask } = await startServer()
  await ask('POST', inDefault('configmaps'), { body: config({ a: '1', b: '2' }) })
  const operations = [
    { op: 'test', path: '/data/a', value: '1' },
    { op: 'replace', path: '/data/a', value: '3' },
    { op: 'remove', path: '/data/b' },
  ]
  const first = await ask('PATCH', inDefault('configmaps', 'c'), { type: JSON_PATCH, body: operations })
  expect(first.object['data']).toEqual({ a: '3' })
  const second = await ask('PATCH', inDefault('configmaps', 'c'), { type: JSON_PATCH, body: operations })
  expect(second.status).toBe(422)
  expect((await ask('GET', inDefault('configmaps', 'c'))).object['data']).toEqual({ a: '3' })
})

test('a merge patch removes by null; a strategic patch merges lists by their keys', async () => {
  const { ask } = await startServer()
  await ask('POST', DEPLOYMENTS, { body: deployment('web:1') })
  const container = { name: 'web', env: [{ name: 'B', value: '2' }] }
  const body = { spec: { template: { spec: { containers: [container] } } } }
  const strategic = await ask('PATCH', `${DEPLOYMENTS}/web`, { type: STRATEGIC, body })
  expect(strategic.object['spec']).toMatchObject({
    template: { spec: { containers: [{ image: 'web:1', env: [{ name: 'B' }, { name: 'A' }] }] } },
  })
  const merge = await ask('PATCH', `${DEPLOYMENTS}/web`, { type: MERGE, body: { spec: { replicas: null } } })
  expect(merge.object['spec']).toMatchObject({ replicas: 1 })
  const whole = await ask('PATCH', `${DEPLOYMENTS}/web`, { type: MERGE, body })
  expect(whole.status).toBe(422)
  expect(whole.object.message).toContain('spec.template.spec.containers[0].image: Required value')
})

test('a patch that gives a value of a wrong type names its type', async () => {
  const { ask } = await startServer()
  await ask('POST', DEPLOYMENTS, { body: deployment('web:1') })
  const body = { spec: { replicas: 'three' } }
  const strategic = await ask('PATCH', `${DEPLOYMENTS}/web`, { type: STRATEGIC, body })
  expect(strategic.object.message).toBe(
    ' "" is invalid: patch: Invalid value: "map[spec:map[replicas:three]]": unrecognized type: int32',
  )
  const merge = await ask('PATCH', `${DEPLOYMENTS}/web`, { type: MERGE, body })
  expect(merge.object.message).toMatch(
    /: json: cannot unmarshal string into Go struct field DeploymentSpec\.spec\.replicas of type int32$/,
  )
})

test('patches that race all win; only one that names a resource version can lose', async () => {
  // On disk, where a write takes long enough for others to come between.
  const store = await openFileStore<KubeObject>(await temporaryDirectory())
  const { ask } = await startServer({ store })
  const { object } = await ask('POST', inDefault('configmaps'), { body: config({}) })
  const writers = Array.from({ length: 25 }, (_, index) => index)
  const answers = await Promise.all(
    writers.map((index) =>
      ask('PATCH', inDefault('configmaps', 'c'), { type: MERGE, body: { data: { [`k${index}`]: 'x' } } }),
    ),
  )
  expect(answers.map(({ status }) => status)).toEqual(writers.map(() => 200))
  const { data } = (await ask('GET', inDefault('configmaps', 'c'))).object
  expect(Object.keys(data as object)).toHaveLength(writers.length)
  const { resourceVersion = '' } = object.metadata
  const body = { metadata: { resourceVersion }, data: { late: 'x' } }
  expect((await ask('PATCH', inDefault('configmaps', 'c'), { type: MERGE, body })).object.reason).toBe('Conflict')
})

test('a server-side apply meets the fields of others as conflicts, and takes them by force', async () => {
  const { ask } = await startServer()
  const path = (manager: string, more = '') => `${inDefault('configmaps', 'c')}?fieldManager=${manager}${more}`
  const apply = (manager: string, data: Record<string, string>, more = '') =>
    ask('PATCH', path(manager, more), { type: APPLY, body: config(data) })
  expect((await apply('one', { a: '1', b: '1' })).status).toBe(201)
  const refused = await apply('two', { a: '2' })
  expect(refused.object).toMatchObject({
    code: 409,
    message: 'Apply failed with 1 conflict: conflict with "one": .data.a',
    details: { causes: [{ reason: 'FieldManagerConflict', field: '.data.a' }] },
  })
  const forced = await apply('two', { a: '2' }, '&force=true')
  expect(forced.object['data']).toEqual({ a: '2', b: '1' })
  expect((await apply('one', {})).object['data']).toEqual({ a: '2' })
})

test('an update owns what it changes, each new container with it', async () => {
  const { ask } = await startServer()
  await ask('POST', `${DEPLOYMENTS}?fieldManager=maker`, { body: deployment('web:1') })
  const body = { spec: { replicas: 3 } }
  const { object } = await ask('PATCH', `${DEPLOYMENTS}/web?fieldManager=scaler`, { type: MERGE, body })
  const entries = object.metadata.managedFields as { manager: string; fieldsV1: Record<string, unknown> }[]
  const fieldsOf = (manager: string) => entries.find((entry) => entry.manager === manager)?.fieldsV1
  expect(fieldsOf('scaler')).toEqual({ 'f:spec': { 'f:replicas': {} } })
  expect(fieldsOf('maker')).toMatchObject({
    'f:spec': {
      'f:selector': {},
      'f:template': {
        'f:metadata': { 'f:labels': { '.': {}, 'f:app': {} } },
        'f:spec': {
          'f:containers': { 'k:{"name":"web"}': { '.': {}, 'f:env': { '.': {}, 'k:{"name":"A"}': { '.': {} } } } },
        },
      },
    },
  })
  expect(JSON.stringify(fieldsOf('maker'))).not.toContain('f:replicas')
})

test('kubectl may apply on the server what it applied from the client before', async () => {
  const { ask } = await startServer()
  const annotation = 'kubectl.kubernetes.io/last-applied-configuration'
  const before = config({ a: '1' })
  const metadata = { name: 'c', annotations: { [annotation]: JSON.stringify(before) } }
  await ask('POST', `${inDefault('configmaps')}?fieldManager=kubectl-client-side-apply`, {
    body: { ...before, metadata },
  })
  const path = `${inDefault('configmaps', 'c')}?fieldManager=kubectl`
  const applied = await ask('PATCH', path, { type: APPLY, body: config({ a: '2' }) })
  expect(applied.object['data']).toEqual({ a: '2' })
  expect(JSON.parse(applied.object.metadata.annotations?.[annotation] ?? '')).toMatchObject({ data: { a: '2' } })
})
