import { Informer } from '@slipway/client'
import type { KubeObject } from '@slipway/objects'
import { eventually } from '@slipway/testkit'
import { describe, expect, test } from 'vitest'
import { APPLICATION, testCluster, testRepository, type TestCluster } from './cluster.ts'
import { configMap, deployment, specOf } from './manifests.ts'
import { change, goes, MAP, messages, reaches } from './outcomes.ts'

const FINALIZER = 'resources-finalizer.argocd.argoproj.io'
const option = (value: string): string => `, annotations: {argocd.argoproj.io/sync-options: "${value}"}`

async function deployed(
  files: Readonly<Record<string, string>>,
  of: { syncOptions?: readonly string[]; finalizers?: readonly string[]; rest?: object } = {},
): Promise<TestCluster> {
  const repository = await testRepository()
  repository.write(files)
  const cluster = await testCluster()
  const { syncOptions = [], finalizers = [FINALIZER], rest = {} } = of
  const syncPolicy = { automated: {}, syncOptions: ['CreateNamespace=true', ...syncOptions] }
  await cluster.create('a', specOf(repository.url, { path: '.' }, { syncPolicy, rest }), { finalizers })
  await reaches(cluster, 'a', 'Synced Healthy Succeeded')
  return cluster
}

const remove = (cluster: TestCluster): Promise<unknown> => cluster.client.delete({ ...APPLICATION, name: 'a' })
const gone = (cluster: TestCluster): Promise<void> =>
  eventually(async () => expect(cluster.read('a')).rejects.toMatchObject({ reason: 'NotFound' }))
const left = async (cluster: TestCluster): Promise<readonly (string | undefined)[]> => {
  const { items } = await cluster.client.list({ apiVersion: 'v1', kind: 'ConfigMap' }, { namespace: 'x' })
  return items.map(({ metadata }) => metadata.name).filter((name) => name !== 'kube-root-ca.crt')
}

test('Delete=false keeps an object, and what an object says wins over its Application', async () => {
  const files = { 'c.yaml': configMap('c'), 'd.yaml': configMap('d', '1', option('Delete=false')) }
  const cluster = await deployed(files)
  await remove(cluster)
  await gone(cluster)
  expect(await left(cluster)).toEqual(['d'])
  const other = await deployed(
    { ...files, 'e.yaml': configMap('e', '1', option('Delete=true')) },
    { syncOptions: ['Delete=false'] },
  )
  await remove(other)
  await gone(other)
  expect(await left(other)).toEqual(['c', 'd'])
})

test("Helm's resource-policy keep keeps an object", async () => {
  const kept = configMap('k', '1', ', annotations: {helm.sh/resource-policy: keep}')
  const cluster = await deployed({ 'c.yaml': configMap('c'), 'k.yaml': kept })
  await remove(cluster)
  await gone(cluster)
  expect(await left(cluster)).toEqual(['k'])
})

test.each([
  ['Delete=confirm of an object', option('Delete=confirm'), []],
  ['Prune=confirm of an object', option('Prune=confirm'), []],
  ['Delete=confirm of the Application', '', ['Delete=confirm']],
])('a deletion waits for a word: %s', async (_, annotations, syncOptions) => {
  const files = { 'c.yaml': configMap('c', '1', annotations), 'd.yaml': configMap('d') }
  const cluster = await deployed(files, { syncOptions })
  expect((await cluster.status('a')).resources).toContainEqual(
    expect.objectContaining({ name: 'c', requiresDeletionConfirmation: true }),
  )
  await remove(cluster)
  const approve = (time: string): Promise<void> =>
    change(cluster, 'a', { metadata: { annotations: { 'argocd.argoproj.io/deletion-approved': time } } })
  // A word that was given before the deletion is none for it. What is asked for a refresh is answered after the deletion was looked at.
  await approve('2020-01-01T00:00:00Z')
  await change(cluster, 'a', { metadata: { annotations: { 'argocd.argoproj.io/refresh': 'normal' } } })
  await eventually(async () =>
    expect((await cluster.read('a')).metadata.annotations?.['argocd.argoproj.io/refresh']).toBeUndefined(),
  )
  expect(await left(cluster)).toEqual(['c', 'd'])
  await approve(new Date(Date.now() + 1000).toISOString())
  await gone(cluster)
  expect(await left(cluster)).toEqual([])
})

describe('the finalizer says how objects are deleted', () => {
  test.each([
    [FINALIZER, true],
    [`${FINALIZER}/foreground`, true],
    [`${FINALIZER}/background`, false],
  ])('%s', async (finalizer, isForeground) => {
    const cluster = await deployed({ 'd.yaml': deployment('web') }, { finalizers: [finalizer] })
    const seen: KubeObject[] = []
    const deployments = new Informer(cluster.client, { apiVersion: 'apps/v1', kind: 'Deployment' })
    deployments.listen(({ object }) => seen.push(object))
    await deployments.start()
    await remove(cluster)
    await gone(cluster)
    await deployments.stop()
    const held = seen.some(({ metadata }) => metadata.finalizers?.includes('foregroundDeletion') === true)
    expect(held).toBe(isForeground)
    await eventually(async () =>
      expect((await cluster.client.list({ apiVersion: 'apps/v1', kind: 'ReplicaSet' })).items).toEqual([]),
    )
  })
})

test('waves are deleted from the last to the first', async () => {
  const wave = (name: string, value: string): string =>
    configMap(name, '1', `, annotations: {argocd.argoproj.io/sync-wave: "${value}"}`)
  const cluster = await deployed({
    'a.yaml': wave('first', '-1'),
    'b.yaml': wave('last', '2'),
    'c.yaml': configMap('mid'),
  })
  const order: (string | undefined)[] = []
  const maps = new Informer(cluster.client, { apiVersion: 'v1', kind: 'ConfigMap' }, { namespace: 'x' })
  maps.listen(({ type, object }) => {
    if (type === 'deleted') order.push(object.metadata.name)
  })
  await maps.start()
  await remove(cluster)
  await gone(cluster)
  await eventually(() => expect(order).toEqual(['last', 'mid', 'first']))
  await maps.stop()
})

test('an Application whose project is gone says why it cannot go', async () => {
  const repository = await testRepository()
  repository.write({ 'c.yaml': configMap('c') })
  const cluster = await testCluster()
  const spec = {
    sourceRepos: ['*'],
    destinations: [{ server: '*', namespace: '*' }],
    clusterResourceWhitelist: [{ group: '*', kind: '*' }],
  }
  const project = { apiVersion: 'argoproj.io/v1alpha1', kind: 'AppProject' }
  const make = (): Promise<unknown> =>
    cluster.client.create({ ...project, metadata: { name: 'p', namespace: 'argocd' }, spec })
  await make()
  await cluster.create('a', specOf(repository.url, { path: '.' }, { rest: { project: 'p' } }), {
    finalizers: [FINALIZER],
  })
  await reaches(cluster, 'a', 'Synced Healthy Succeeded')
  await cluster.client.delete({ ...project, namespace: 'argocd', name: 'p' })
  await remove(cluster)
  const missing = 'Application referencing project p which does not exist'
  await eventually(async () => expect(await messages(cluster, 'a')).toContain(`DeletionError: ${missing}`))
  expect(await cluster.client.get(MAP)).toBeDefined()
  await make()
  await gone(cluster)
  await goes(cluster, MAP)
})

test('a project with its finalizer goes with the last Application that is of it', async () => {
  const cluster = await testCluster()
  const project = { apiVersion: 'argoproj.io/v1alpha1', kind: 'AppProject' }
  const at = { ...project, namespace: 'argocd', name: 'p' }
  const metadata = { name: 'p', namespace: 'argocd', finalizers: [FINALIZER] }
  await cluster.client.create({ ...project, metadata, spec: {} })
  await cluster.create('a', specOf('file:///none', { path: '.' }, { rest: { project: 'p' } }))
  await cluster.client.delete(at)
  // By then the project would have gone, too.
  await eventually(async () => expect(await messages(cluster, 'a')).not.toEqual([]))
  expect((await cluster.client.get(at)).metadata.deletionTimestamp).toBeDefined()
  await remove(cluster)
  await goes(cluster, at)
})
