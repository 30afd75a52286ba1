import { Informer } from '@slipway/client'
import { statusOf, type ApplicationStatus } from '@slipway/reconciler'
import { eventually } from '@slipway/testkit'
import { expect, test } from 'vitest'
import { APPLICATION, testCluster, testRepository } from './cluster.ts'
import { AUTOMATED, configMap, deployment, job, specOf } from './manifests.ts'
import { change, MAP, messages, reaches } from './outcomes.ts'

const NAMESPACE = ['CreateNamespace=true']

test('an operation that waits can be ended, and its hook goes', async () => {
  const repository = await testRepository()
  const stuck = job('pre', 'PreSync').replace(
    'restartPolicy: Never',
    'nodeSelector: {no: such}\n      restartPolicy: Never',
  )
  repository.write({ 'c.yaml': configMap('c'), 'pre.yaml': stuck })
  const cluster = await testCluster()
  const syncPolicy = { ...AUTOMATED, syncOptions: NAMESPACE, retry: { limit: 0 } }
  await cluster.create('a', specOf(repository.url, { path: '.' }, { syncPolicy }))
  await eventually(async () =>
    expect((await cluster.status('a')).operationState?.message).toBe('waiting for completion of hook batch/Job/pre'),
  )
  await cluster.client.patch(
    { ...APPLICATION, name: 'a' },
    { type: 'merge', body: { status: { operationState: { phase: 'Terminating' } } } },
  )
  await eventually(async () =>
    expect((await cluster.status('a')).operationState).toMatchObject({
      phase: 'Failed',
      message: 'Operation terminated',
    }),
  )
  const pre = { apiVersion: 'batch/v1', kind: 'Job', namespace: 'x', name: 'pre' }
  const left = await cluster.client.get(pre).catch(() => undefined)
  expect(left === undefined || left.metadata.deletionTimestamp !== undefined).toBe(true)
  expect(left?.metadata.finalizers ?? []).not.toContain('argocd.argoproj.io/hook-finalizer')
})

test('what cannot be obeyed is a condition: jq paths, foreign clusters, missing projects, tag prefixes, plug-ins', async () => {
  const repository = await testRepository()
  repository.write({ 'c.yaml': configMap('c') })
  const cluster = await testCluster()
  const ignoreDifferences = [{ group: 'apps', kind: 'Deployment', jqPathExpressions: ['.spec.replicas'] }]
  await cluster.create('jq', specOf(repository.url, { path: '.' }, { rest: { ignoreDifferences } }))
  await cluster.create(
    'far',
    specOf(repository.url, { path: '.' }, { rest: { destination: { name: 'far', namespace: 'x' } } }),
  )
  await cluster.create('lost', specOf(repository.url, { path: '.' }, { rest: { project: 'none' } }))
  await cluster.create('tag', specOf(repository.url, { path: '.', tagPrefix: 'app-' }))
  await cluster.create('plugin', specOf(repository.url, { path: '.', plugin: { name: 'p' } }))
  await eventually(async () => {
    expect(await messages(cluster, 'jq')).toEqual([expect.stringContaining("names fields by jq ('.spec.replicas')")])
    expect(await messages(cluster, 'far')).toEqual(['InvalidSpecError: there are no clusters with this name: far'])
    expect(await messages(cluster, 'lost')).toEqual([
      'InvalidSpecError: Application referencing project none which does not exist',
    ])
    expect(await messages(cluster, 'tag')).toEqual([
      expect.stringContaining("tagPrefix 'app-' of a source is not supp"),
    ])
    expect(await messages(cluster, 'plugin')).toEqual([expect.stringContaining('plugins are not run here')])
  })
  await expect(cluster.client.get(MAP)).rejects.toMatchObject({ reason: 'NotFound' })
})

test('an Application outside of the namespace of Argo CD may only be of projects that say so', async () => {
  const repository = await testRepository()
  repository.write({ 'c.yaml': configMap('c') })
  const cluster = await testCluster()
  await cluster.client.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'team-a' } })
  const spec = {
    sourceRepos: ['*'],
    destinations: [{ server: '*', namespace: '*' }],
    clusterResourceWhitelist: [{ group: '*', kind: '*' }],
    sourceNamespaces: ['team-*'],
  }
  const metadata = { name: 'p', namespace: 'argocd' }
  await cluster.client.create({ apiVersion: 'argoproj.io/v1alpha1', kind: 'AppProject', metadata, spec })
  const make = (name: string, project: string): Promise<unknown> =>
    cluster.client.create({
      apiVersion: 'argoproj.io/v1alpha1',
      kind: 'Application',
      metadata: { name, namespace: 'team-a' },
      spec: specOf(repository.url, { path: '.' }, { namespace: name, rest: { project } }),
    })
  await make('refused', 'default')
  await make('allowed', 'p')
  const read = async (name: string): Promise<ApplicationStatus> =>
    statusOf(await cluster.client.get({ ...APPLICATION, namespace: 'team-a', name }))
  await eventually(async () => expect((await read('allowed')).sync?.status).toBe('Synced'))
  await eventually(async () =>
    expect((await read('refused')).conditions).toMatchObject([
      {
        type: 'UnknownError',
        message: "application 'refused' in namespace 'team-a' is not permitted to use project 'default'",
      },
    ]),
  )
  await expect(cluster.client.get({ ...MAP, namespace: 'refused' })).rejects.toMatchObject({ reason: 'NotFound' })
})

test('kinds that Argo CD is installed to leave out are named, and not applied', async () => {
  const repository = await testRepository()
  const endpoints = 'apiVersion: v1\nkind: Endpoints\nmetadata: {name: db}\nsubsets: []\n'
  repository.write({ 'c.yaml': configMap('c'), 'e.yaml': endpoints })
  const cluster = await testCluster()
  await cluster.create('a', specOf(repository.url, { path: '.' }))
  await reaches(cluster, 'a', 'Synced Healthy Succeeded')
  expect(await messages(cluster, 'a')).toEqual([
    'ExcludedResourceWarning: Resource /Endpoints db is excluded in the settings',
  ])
  const at = { apiVersion: 'v1', kind: 'Endpoints', namespace: 'x', name: 'db' }
  await expect(cluster.client.get(at)).rejects.toMatchObject({ reason: 'NotFound' })
})

test('a condition goes when its cause does', async () => {
  const repository = await testRepository()
  repository.write({ 'c.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c\n' })
  const cluster = await testCluster()
  await cluster.create('a', specOf(repository.url, { path: '.' }))
  await eventually(async () => expect(await messages(cluster, 'a')).toHaveLength(1))
  repository.write({ 'c.yaml': configMap('c') })
  await reaches(cluster, 'a', 'Synced Healthy Succeeded')
  expect(await messages(cluster, 'a')).toEqual([])
})

test('FailOnSharedResource fails the second owner, and leaves the first alone', async () => {
  const repository = await testRepository()
  repository.write({ 'c.yaml': configMap('c') })
  const cluster = await testCluster()
  await cluster.create('first', specOf(repository.url, { path: '.' }))
  await reaches(cluster, 'first', 'Synced Healthy Succeeded')
  const syncPolicy = { automated: {}, syncOptions: ['FailOnSharedResource=true'], retry: { limit: 0 } }
  await cluster.create('second', specOf(repository.url, { path: '.' }, { syncPolicy }))
  await eventually(async () =>
    expect((await cluster.status('second')).operationState).toMatchObject({
      phase: 'Failed',
      message: 'Shared resource found: ConfigMap/c is part of applications argocd/second and first',
    }),
  )
  expect((await cluster.client.get(MAP)).metadata.annotations?.['argocd.argoproj.io/tracking-id']).toBe(
    'first:/ConfigMap:x/c',
  )
})

test('Prune=confirm waits for a word, Prune=false for ever', async () => {
  const repository = await testRepository()
  const option = (value: string): string => `, annotations: {argocd.argoproj.io/sync-options: "Prune=${value}"}`
  repository.write({
    'c.yaml': configMap('c', '1', option('confirm')),
    'd.yaml': configMap('d', '1', option('false')),
    'e.yaml': configMap('e'),
  })
  const cluster = await testCluster()
  await cluster.create('a', specOf(repository.url, { path: '.' }))
  await reaches(cluster, 'a', 'Synced Healthy Succeeded')
  repository.write({ 'c.yaml': null, 'd.yaml': null })
  await eventually(async () =>
    expect((await cluster.status('a')).operationState?.message).toBe(
      'waiting for pruning confirmation of /ConfigMap/c',
    ),
  )
  const approved = {
    metadata: { annotations: { 'argocd.argoproj.io/deletion-approved': new Date(Date.now() + 1000).toISOString() } },
  }
  await cluster.client.patch({ ...APPLICATION, name: 'a' }, { type: 'merge', body: approved })
  await eventually(async () => expect(cluster.client.get(MAP)).rejects.toMatchObject({ reason: 'NotFound' }))
  expect(await cluster.client.get({ ...MAP, name: 'd' })).toBeDefined()
})

test('deleting a root with its finalizer deletes children and what they made', async () => {
  const repository = await testRepository()
  const child = `apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: child, namespace: argocd, finalizers: [resources-finalizer.argocd.argoproj.io]}
spec:
  project: default
  source: {repoURL: "${repository.url}", targetRevision: master, path: child}
  destination: {server: https://kubernetes.default.svc, namespace: x}
  syncPolicy: {automated: {prune: true, selfHeal: true}, syncOptions: [CreateNamespace=true]}
`
  repository.write({ 'apps/child.yaml': child, 'child/c.yaml': configMap('c') })
  const cluster = await testCluster()
  const finalizers = ['resources-finalizer.argocd.argoproj.io']
  await cluster.create('root', specOf(repository.url, { path: 'apps' }, { namespace: 'argocd' }), { finalizers })
  await eventually(async () => expect(await cluster.client.get(MAP)).toBeDefined())
  await cluster.client.delete({ ...APPLICATION, name: 'root' })
  await eventually(async () => {
    await expect(cluster.client.get(MAP)).rejects.toMatchObject({ reason: 'NotFound' })
    await expect(cluster.client.get({ ...APPLICATION, name: 'child' })).rejects.toMatchObject({ reason: 'NotFound' })
    await expect(cluster.client.get({ ...APPLICATION, name: 'root' })).rejects.toMatchObject({ reason: 'NotFound' })
  })
})

test('without a finalizer a deleted Application leaves everything', async () => {
  const repository = await testRepository()
  repository.write({ 'd.yaml': deployment('web') })
  const cluster = await testCluster()
  await cluster.create('a', specOf(repository.url, { path: '.' }))
  await reaches(cluster, 'a', 'Synced Healthy Succeeded')
  await cluster.client.delete({ ...APPLICATION, name: 'a' })
  await eventually(async () => expect(cluster.read('a')).rejects.toMatchObject({ reason: 'NotFound' }))
  expect(
    await cluster.client.get({ apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'x', name: 'web' }),
  ).toBeDefined()
})

test('a custom resource and its definition come in one sync', async () => {
  const repository = await testRepository()
  const definition = `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: widgets.example.com}
spec:
  group: example.com
  names: {kind: Widget, plural: widgets}
  scope: Namespaced
  versions: [{name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}}]
`
  repository.write({
    'd.yaml': definition,
    'w.yaml': 'apiVersion: example.com/v1\nkind: Widget\nmetadata: {name: w}\nspec: {size: 1}\n',
  })
  const cluster = await testCluster()
  const syncPolicy = { ...AUTOMATED, syncOptions: NAMESPACE, retry: { limit: 5, backoff: { duration: '100ms' } } }
  await cluster.create('a', specOf(repository.url, { path: '.' }, { syncPolicy }))
  await reaches(cluster, 'a', 'Synced Healthy Succeeded')
  const widget = { apiVersion: 'example.com/v1', kind: 'Widget', namespace: 'x', name: 'w' }
  expect((await cluster.client.get(widget))['spec']).toEqual({ size: 1 })
  await cluster.client.patch(widget, { type: 'merge', body: { spec: { size: 5 } } })
  await eventually(async () => expect((await cluster.client.get(widget))['spec']).toEqual({ size: 1 }))
  expect(statusOf(await cluster.read('a')).resources?.map(({ kind }) => kind)).toEqual([
    'CustomResourceDefinition',
    'Widget',
  ])
})

test('PreDelete hooks run before anything goes, PostDelete hooks after, and the Application waits for both', async () => {
  const repository = await testRepository()
  repository.write({
    'c.yaml': configMap('c'),
    'pre.yaml': job('pre', 'PreDelete', 'HookSucceeded'),
    'post.yaml': job('post', 'PostDelete', 'HookSucceeded'),
  })
  const cluster = await testCluster()
  await cluster.create('a', specOf(repository.url, { path: '.' }), {
    finalizers: ['resources-finalizer.argocd.argoproj.io'],
  })
  await reaches(cluster, 'a', 'Synced Healthy Succeeded')
  const jobs = new Informer(cluster.client, { apiVersion: 'batch/v1', kind: 'Job' })
  const maps = new Informer(
    cluster.client,
    { apiVersion: 'v1', kind: 'ConfigMap' },
    { namespace: 'x', fieldSelector: 'metadata.name=c' },
  )
  const log: string[] = []
  for (const informer of [jobs, maps])
    informer.listen(({ type, object }) => {
      const line = `${object.metadata.name ?? ''} ${type}`
      if (type !== 'modified') log.push(line)
    })
  await Promise.all([jobs.start(), maps.start()])
  expect(log).toEqual(['c added'])
  await cluster.client.delete({ ...APPLICATION, name: 'a' })
  await eventually(async () => expect(cluster.read('a')).rejects.toMatchObject({ reason: 'NotFound' }))
  await Promise.all([jobs.stop(), maps.stop()])
  const order = ['c added', 'pre added', 'c deleted', 'post added']
  expect(log.filter((line) => order.includes(line))).toEqual(order)
  expect((await cluster.client.list({ apiVersion: 'batch/v1', kind: 'Job' })).items).toEqual([])
})

test('an Application that is to be left alone is neither compared, synced nor deleted', async () => {
  const repository = await testRepository()
  repository.write({ 'c.yaml': configMap('c') })
  const cluster = await testCluster()
  const annotations = (value: string): object => ({ 'argocd.argoproj.io/skip-reconcile': value })
  const finalizers = ['resources-finalizer.argocd.argoproj.io']
  const spec = specOf(repository.url, { path: '.' })
  await cluster.create('left', spec, { annotations: annotations('true'), finalizers })
  await cluster.create('other', specOf(repository.url, { path: '.' }, { namespace: 'y' }), {
    annotations: annotations('no'),
  })
  // By then the first one would have been synced, too.
  await reaches(cluster, 'other', 'Synced Healthy Succeeded')
  expect((await cluster.read('left')).status).toBeUndefined()
  await cluster.client.delete({ ...APPLICATION, name: 'left' })
  expect((await cluster.read('left')).metadata.deletionTimestamp).toBeDefined()
  await change(cluster, 'left', { metadata: { annotations: annotations('false') } })
  await eventually(async () => expect(cluster.read('left')).rejects.toMatchObject({ reason: 'NotFound' }))
})
