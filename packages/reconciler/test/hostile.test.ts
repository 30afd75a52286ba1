import { eventually } from '@slipway/testkit'
import { expect, test } from 'vitest'
import { APPLICATION, testCluster, testRepository, type TestCluster } from './cluster.ts'
import { AUTOMATED, configMap, specOf } from './manifests.ts'

const syncPolicy = { ...AUTOMATED, syncOptions: ['CreateNamespace=true'] }

async function told(cluster: TestCluster, name: string): Promise<string> {
  return ((await cluster.status(name)).conditions ?? []).map(({ type, message }) => `${type}: ${message}`).join('\n')
}

async function synced(cluster: TestCluster, name: string): Promise<void> {
  await eventually(async () => expect((await cluster.status(name)).sync?.status).toBe('Synced'))
}

test('the same object twice is a warning, and the last one wins', async () => {
  const repository = await testRepository()
  repository.write({ 'a.yaml': configMap('c', 'first'), 'b.yaml': configMap('c', 'last') })
  const cluster = await testCluster()
  await cluster.create('a', specOf(repository.url, { path: '.' }, { syncPolicy }))
  await synced(cluster, 'a')
  expect(await told(cluster, 'a')).toContain(
    'RepeatedResourceWarning: Resource /ConfigMap/x/c appeared 2 times among application resources.',
  )
  const made = await cluster.client.get({ apiVersion: 'v1', kind: 'ConfigMap', namespace: 'x', name: 'c' })
  expect(made['data']).toEqual({ v: 'last' })
})

test('an Application with values that nobody can read costs itself only, also after a restart', async () => {
  const repository = await testRepository()
  repository.write({ 'c.yaml': configMap('c') })
  const cluster = await testCluster()
  const backoff = { duration: 'soon', factor: 2, maxDuration: '-' }
  const bad = { ...syncPolicy, retry: { limit: 3, backoff } }
  const annotations = { 'argocd.argoproj.io/sync-wave': 'x', 'argocd.argoproj.io/refresh': '\u0000' }
  await cluster.create('bad', specOf(repository.url, { path: './none' }, { syncPolicy: bad }), { annotations })
  await cluster.create('odd', specOf(`${repository.url}\n`, { path: '.', targetRevision: '--output=pwned' }))
  await cluster.create('good', specOf(repository.url, { path: '.' }, { syncPolicy }))
  await synced(cluster, 'good')
  await eventually(async () => expect(await told(cluster, 'bad')).toContain('app path does not exist'))
  await eventually(async () => expect(await told(cluster, 'odd')).not.toBe(''))
  expect(cluster.errors).toEqual([])
})

test('an Application outside of its namespace is left alone', async () => {
  const repository = await testRepository()
  repository.write({ 'c.yaml': configMap('c') })
  const cluster = await testCluster()
  await cluster.client.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'team' } })
  const { apiVersion, kind } = APPLICATION
  await cluster.client.create({
    apiVersion,
    kind,
    metadata: { name: 'stray', namespace: 'team' },
    spec: specOf(repository.url, { path: '.' }, { syncPolicy }),
    operation: { sync: {} },
  })
  const beside = { directory: { include: 'none' }, path: '.' }
  await cluster.create('a', specOf(repository.url, beside, { syncPolicy }))
  await synced(cluster, 'a')
  const made = cluster.client.get({ apiVersion: 'v1', kind: 'ConfigMap', namespace: 'x', name: 'c' })
  await expect(made).rejects.toMatchObject({ reason: 'NotFound' })
})

test('what a fetch knows of credentials is in no condition and no event', async () => {
  const cluster = await testCluster()
  await cluster.create('a', specOf('https://user:tok3n@127.0.0.1:9/x', { path: '.' }))
  await eventually(async () => expect(await told(cluster, 'a')).not.toBe(''))
  expect(await told(cluster, 'a')).not.toContain('tok3n')
  const { items } = await cluster.client.list({ apiVersion: 'v1', kind: 'Event' })
  expect(JSON.stringify(items.map((event) => event['message']))).not.toContain('tok3n')
})

test('a Secret that cannot be applied is told by its field', async () => {
  const repository = await testRepository()
  repository.write({
    's.yaml': 'apiVersion: v1\nkind: Secret\nmetadata: {name: s}\ndata: {password: "hidden token !"}\n',
  })
  const cluster = await testCluster()
  await cluster.create(
    'a',
    specOf(repository.url, { path: '.' }, { syncPolicy: { ...syncPolicy, retry: { limit: 0 } } }),
  )
  await eventually(async () => expect((await cluster.status('a')).operationState?.phase).toBe('Failed'))
  const { status } = await cluster.read('a')
  expect(JSON.stringify(status)).not.toContain('hidden token')
  expect(JSON.stringify(status)).toContain('illegal base64 data')
})
