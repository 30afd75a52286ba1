import { eventually } from '@slipway/testkit'
import { describe, expect, test } from 'vitest'
import { Informer } from '@slipway/client'
import type { KubeObject } from '@slipway/objects'
import { testCluster, testRepository, type TestCluster } from './cluster.ts'
import { configMap, deployment, specOf } from './manifests.ts'
import { change, goes, MAP, messages, reaches } from './outcomes.ts'

const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration'
const DEPLOYMENT = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'x', name: 'web' }
const option = (value: string): string => `, annotations: {argocd.argoproj.io/sync-options: "${value}"}`

/** A policy with these options, and no retries. */
const policy = (...syncOptions: readonly string[]): object => ({
  automated: { prune: true, selfHeal: true },
  syncOptions: ['CreateNamespace=true', ...syncOptions],
  retry: { limit: 0 },
})

async function synced(cluster: TestCluster, name: string, revision: string): Promise<void> {
  await eventually(async () =>
    expect((await cluster.status(name)).operationState).toMatchObject({
      phase: 'Succeeded',
      syncResult: { revision },
    }),
  )
}

async function results(cluster: TestCluster, name: string): Promise<readonly (string | undefined)[]> {
  const { operationState } = await cluster.status(name)
  return (operationState?.syncResult?.resources ?? []).map(({ message }) => message)
}

describe('Replace', () => {
  test('writes an object whole, without the annotation of kubectl, and takes away what others set', async () => {
    const repository = await testRepository()
    repository.write({ 'c.yaml': configMap('c', '1', option('Replace=true')) })
    const cluster = await testCluster()
    await cluster.create('a', specOf(repository.url, { path: '.' }))
    await reaches(cluster, 'a', 'Synced Healthy Succeeded')
    expect((await cluster.client.get(MAP)).metadata.annotations?.[LAST_APPLIED]).toBeUndefined()
    await cluster.client.patch(MAP, { type: 'merge', body: { data: { other: 'x' } } })
    const commit = repository.write({ 'c.yaml': configMap('c', '2', option('Replace=true')) })
    await synced(cluster, 'a', commit)
    expect((await cluster.client.get(MAP))['data']).toEqual({ v: '2' })
    expect(await results(cluster, 'a')).toEqual(['configmap/c replaced'])
  })

  test('refuses fields that the kind does not have when it makes an object, unless it is not validated', async () => {
    const repository = await testRepository()
    repository.write({ 'c.yaml': `${configMap('c')}bogus: 1\n` })
    const cluster = await testCluster()
    await cluster.create('a', specOf(repository.url, { path: '.' }, { syncPolicy: policy('Replace=true') }))
    await eventually(async () => expect((await cluster.status('a')).operationState?.phase).toBe('Failed'))
    expect((await results(cluster, 'a')).join()).toContain('strict decoding error: unknown field "bogus"')
    const lax = { syncPolicy: policy('Replace=true', 'Validate=false'), namespace: 'y' }
    await cluster.create('b', specOf(repository.url, { path: '.' }, lax))
    await eventually(async () => expect((await cluster.status('b')).operationState?.phase).toBe('Succeeded'))
    expect(await cluster.client.get({ ...MAP, namespace: 'y' })).toBeDefined()
  })

  test('updates namespaces and definitions, which to delete would take all in them along', async () => {
    const repository = await testRepository()
    const namespace = (label: string): string =>
      `apiVersion: v1\nkind: Namespace\nmetadata: {name: z, labels: {v: "${label}"}${option('Replace=true,Force=true')}}\n`
    repository.write({ 'n.yaml': namespace('1') })
    const cluster = await testCluster()
    await cluster.create('a', specOf(repository.url, { path: '.' }))
    await reaches(cluster, 'a', 'Synced Healthy Succeeded')
    const at = { apiVersion: 'v1', kind: 'Namespace', name: 'z' }
    const { uid } = (await cluster.client.get(at)).metadata
    await synced(cluster, 'a', repository.write({ 'n.yaml': namespace('2') }))
    expect((await cluster.client.get(at)).metadata).toMatchObject({ uid, labels: { v: '2' } })
    expect(await results(cluster, 'a')).toContain('Namespace/z updated')
  })
})

describe('Force', () => {
  const changed = (options: string): string =>
    deployment('web')
      .replace('metadata: {name: web}', `metadata: {name: web${option(options)}}`)
      .replaceAll('app: web', 'app: other')

  test.each(['Force=true', 'Force=true,Replace=true'])(
    'makes an object anew whose change is refused: %s',
    async (how) => {
      const repository = await testRepository()
      repository.write({ 'd.yaml': deployment('web') })
      const cluster = await testCluster()
      await cluster.create('a', specOf(repository.url, { path: '.' }, { syncPolicy: policy() }))
      await reaches(cluster, 'a', 'Synced Healthy Succeeded')
      const { uid } = (await cluster.client.get(DEPLOYMENT)).metadata
      await synced(cluster, 'a', repository.write({ 'd.yaml': changed(how) }))
      const live = await cluster.client.get(DEPLOYMENT)
      expect(live.metadata.uid).not.toBe(uid)
      expect(live['spec']).toMatchObject({ selector: { matchLabels: { app: 'other' } } })
      await reaches(cluster, 'a', 'Synced Healthy Succeeded')
    },
  )

  test('gives the old object back when the new one is refused, too', async () => {
    const repository = await testRepository()
    repository.write({ 'd.yaml': deployment('web') })
    const cluster = await testCluster()
    await cluster.create('a', specOf(repository.url, { path: '.' }, { syncPolicy: policy() }))
    await reaches(cluster, 'a', 'Synced Healthy Succeeded')
    const bad = changed('Force=true').replace('labels: {app: other}', 'labels: {app: wrong}')
    repository.write({ 'd.yaml': bad })
    await eventually(async () => expect((await cluster.status('a')).operationState?.phase).toBe('Failed'))
    expect((await cluster.client.get(DEPLOYMENT))['spec']).toMatchObject({ selector: { matchLabels: { app: 'web' } } })
  })

  test('without it such a change fails the sync, also where the Application has the option, which Argo CD reads off objects only', async () => {
    const repository = await testRepository()
    repository.write({ 'd.yaml': deployment('web') })
    const cluster = await testCluster()
    await cluster.create('a', specOf(repository.url, { path: '.' }, { syncPolicy: policy('Force=true') }))
    await reaches(cluster, 'a', 'Synced Healthy Succeeded')
    repository.write({ 'd.yaml': changed('Prune=false') })
    await eventually(async () => expect((await cluster.status('a')).operationState?.phase).toBe('Failed'))
    expect((await results(cluster, 'a')).join()).toContain('field is immutable')
  })
})

describe('SkipDryRunOnMissingResource', () => {
  const widget = (options = ''): string => `apiVersion: example.com/v1\nkind: Widget\nmetadata: {name: w${options}}\n`

  test.each([
    ['for the Application', policy('SkipDryRunOnMissingResource=true'), widget()],
    ['for the object', policy(), widget(option('SkipDryRunOnMissingResource=true'))],
  ])('applies what else there is although a kind is missing: %s', async (_, syncPolicy, manifest) => {
    const repository = await testRepository()
    repository.write({ 'w.yaml': manifest, 'c.yaml': configMap('c') })
    const cluster = await testCluster()
    await cluster.create('a', specOf(repository.url, { path: '.' }, { syncPolicy }))
    await eventually(async () => expect((await cluster.status('a')).operationState?.phase).toBe('Failed'))
    expect(await cluster.client.get(MAP)).toBeDefined()
  })

  test('without it nothing is applied', async () => {
    const repository = await testRepository()
    repository.write({ 'w.yaml': widget(), 'c.yaml': configMap('c') })
    const cluster = await testCluster()
    await cluster.create('a', specOf(repository.url, { path: '.' }, { syncPolicy: policy() }))
    await eventually(async () => expect((await cluster.status('a')).operationState?.phase).toBe('Failed'))
    await expect(cluster.client.get(MAP)).rejects.toMatchObject({ reason: 'NotFound' })
  })
})

describe('PrunePropagationPolicy', () => {
  test.each([
    ['foreground', true, 0],
    ['background', false, 0],
    ['orphan', false, 1],
  ])('%s', async (value, isForeground, left) => {
    const repository = await testRepository()
    repository.write({ 'c.yaml': configMap('c'), 'd.yaml': deployment('web') })
    const cluster = await testCluster()
    const syncPolicy = policy(`PrunePropagationPolicy=${value}`)
    await cluster.create('a', specOf(repository.url, { path: '.' }, { syncPolicy }))
    await reaches(cluster, 'a', 'Synced Healthy Succeeded')
    const seen: KubeObject[] = []
    const deployments = new Informer(cluster.client, { apiVersion: 'apps/v1', kind: 'Deployment' })
    deployments.listen(({ object }) => seen.push(object))
    await deployments.start()
    repository.write({ 'd.yaml': null })
    await goes(cluster, DEPLOYMENT)
    await eventually(async () => {
      const { items } = await cluster.client.list({ apiVersion: 'apps/v1', kind: 'ReplicaSet' })
      expect(items).toHaveLength(left)
    })
    await deployments.stop()
    const held = seen.some(({ metadata }) => metadata.finalizers?.includes('foregroundDeletion') === true)
    expect(held).toBe(isForeground)
  })
})

test('an object with IgnoreExtraneous is OutOfSync when git does not have it, and its Application is not', async () => {
  const repository = await testRepository()
  const ignored = `, annotations: {argocd.argoproj.io/compare-options: IgnoreExtraneous}`
  repository.write({ 'c.yaml': configMap('c'), 'd.yaml': configMap('d', '1', ignored), 'e.yaml': configMap('e') })
  const cluster = await testCluster()
  const syncPolicy = { automated: {}, syncOptions: ['CreateNamespace=true'] }
  await cluster.create('a', specOf(repository.url, { path: '.' }, { syncPolicy }))
  await reaches(cluster, 'a', 'Synced Healthy Succeeded')
  const statuses = async (): Promise<unknown> =>
    (await cluster.status('a')).resources?.map(({ name, status, requiresPruning }) => [name, status, requiresPruning])
  expect(await statuses()).toContainEqual(['d', 'Synced', undefined])
  repository.write({ 'd.yaml': null })
  await eventually(async () => {
    expect(await statuses()).toContainEqual(['d', 'OutOfSync', true])
    expect((await cluster.status('a')).sync?.status).toBe('Synced')
  })
  repository.write({ 'e.yaml': null })
  await eventually(async () => expect((await cluster.status('a')).sync?.status).toBe('OutOfSync'))
})

test('the health of an object with ignore-healthcheck is none of its Application', async () => {
  const repository = await testRepository()
  const stuck = (annotation: string): string =>
    deployment('web', { extra: '      nodeSelector: {no: such}\n' }).replace('{name: web}', `{name: web${annotation}}`)
  repository.write({ 'd.yaml': stuck(', annotations: {argocd.argoproj.io/ignore-healthcheck: "true"}') })
  const cluster = await testCluster()
  await cluster.create('a', specOf(repository.url, { path: '.' }))
  await reaches(cluster, 'a', 'Synced Healthy Succeeded')
  repository.write({ 'd.yaml': stuck('') })
  await reaches(cluster, 'a', 'Synced Progressing Succeeded')
})

test('what would prune everything is done with allowEmpty only', async () => {
  const repository = await testRepository()
  repository.write({ 'c.yaml': configMap('c') })
  const cluster = await testCluster()
  await cluster.create('a', specOf(repository.url, { path: '.' }))
  await reaches(cluster, 'a', 'Synced Healthy Succeeded')
  const commit = repository.write({ 'c.yaml': null, 'README.md': 'empty' })
  await eventually(async () =>
    expect(await messages(cluster, 'a')).toEqual([
      `SyncError: Skipping sync attempt to [${commit}]: auto-sync will wipe out all resources`,
    ]),
  )
  expect(await cluster.client.get(MAP)).toBeDefined()
  await change(cluster, 'a', { spec: { syncPolicy: { automated: { allowEmpty: true } } } })
  await goes(cluster, MAP)
})

test('as many deployments are kept as revisionHistoryLimit says', async () => {
  const repository = await testRepository()
  repository.write({ 'c.yaml': configMap('c') })
  const cluster = await testCluster()
  await cluster.create('a', specOf(repository.url, { path: '.' }, { rest: { revisionHistoryLimit: 2 } }))
  await reaches(cluster, 'a', 'Synced Healthy Succeeded')
  const commits: string[] = []
  for (const value of ['2', '3', '4']) {
    commits.push(repository.write({ 'c.yaml': configMap('c', value) }))
    await synced(cluster, 'a', commits.at(-1) ?? '')
  }
  const { history = [] } = await cluster.status('a')
  expect(history.map(({ id, revision }) => [id, revision])).toEqual([
    [2, commits[1]],
    [3, commits[2]],
  ])
})

describe('a change to ServerSideApply', () => {
  const MANAGERS = ['argocd-controller Apply']

  async function managers(cluster: TestCluster): Promise<readonly string[]> {
    const { managedFields = [] } = (await cluster.client.get(MAP)).metadata
    return (managedFields as { manager: string; operation: string }[]).map(
      ({ manager, operation }) => `${manager} ${operation}`,
    )
  }

  test('takes over what was applied from the client, so that what git drops goes', async () => {
    const repository = await testRepository()
    repository.write({ 'c.yaml': configMap('c') })
    const cluster = await testCluster()
    await cluster.create('a', specOf(repository.url, { path: '.' }))
    await reaches(cluster, 'a', 'Synced Healthy Succeeded')
    expect(await managers(cluster)).toEqual(['argocd-controller Update'])
    await change(cluster, 'a', { spec: { syncPolicy: policy('ServerSideApply=true') } })
    const commit = repository.write({ 'c.yaml': configMap('c').replace('v: "1"', 'w: "2"') })
    await synced(cluster, 'a', commit)
    const live = await cluster.client.get(MAP)
    expect(live['data']).toEqual({ w: '2' })
    expect(live.metadata.annotations?.[LAST_APPLIED]).toBeUndefined()
    expect(await managers(cluster)).toEqual(MANAGERS)
    await reaches(cluster, 'a', 'Synced Healthy Succeeded')
  })

  test.each([
    ['that kubectl has by default', 'kubectl-client-side-apply', {}, [], { w: '2' }],
    [
      'that the Application names',
      'hand',
      { 'argocd.argoproj.io/client-side-apply-migration-manager': 'hand' },
      [],
      { w: '2' },
    ],
    [
      'not with ClientSideApplyMigration=false',
      'kubectl-client-side-apply',
      {},
      ['ClientSideApplyMigration=false'],
      { v: '1', w: '2' },
    ],
    ['that is another one', 'somebody', {}, [], { v: '1', w: '2' }],
  ])('takes over the updates of the manager %s', async (_, fieldManager, annotations, options, data) => {
    const repository = await testRepository()
    const cluster = await testCluster()
    await cluster.client.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'x' } })
    const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'c', namespace: 'x' }, data: { v: '1' } }
    await cluster.client.create(object, { fieldManager })
    repository.write({ 'c.yaml': configMap('c').replace('v: "1"', 'w: "2"') })
    const syncPolicy = policy('ServerSideApply=true', ...options)
    await cluster.create('a', specOf(repository.url, { path: '.' }, { syncPolicy }), { annotations })
    await reaches(cluster, 'a', 'Synced Healthy Succeeded')
    expect((await cluster.client.get(MAP))['data']).toEqual(data)
  })
})
