import { eventually } from '@slipway/testkit'
import { expect, test } from 'vitest'
import { testCluster, testRepository } from './cluster.ts'
import { configMap, deployment, specOf } from './manifests.ts'
import { change, messages, says } from './outcomes.ts'

test('what argocd-cm asks for and is not done is named, and health by a script of the user is Unknown', async () => {
  const repository = await testRepository()
  repository.write({ 'c.yaml': configMap('c'), 'd.yaml': deployment('web') })
  const cluster = await testCluster()
  await cluster.client.create({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'argocd-cm', namespace: 'argocd' },
    data: {
      'resource.customizations.health.apps_Deployment': 'return {status = "Healthy"}',
      'resource.customizations': 'ConfigMap:\n  ignoreDifferences: |\n    jsonPointers: [/data]\n',
      'resource.exclusions': '[]',
      'application.resourceTrackingMethod': 'label',
      'timeout.reconciliation': '180s',
    },
  })
  await cluster.create('a', specOf(repository.url, { path: '.' }))
  await eventually(async () => {
    const { sync, health } = await cluster.status('a')
    expect(sync?.status).toBe('Synced')
    expect(health).toMatchObject({ status: 'Unknown', message: 'Caused by apps/Deployment:x/web' })
  })
  expect(await messages(cluster, 'a')).toEqual([
    'NotObeyedWarning: ConfigMap: ignoreDifferences of argocd-cm are not obeyed here',
    'NotObeyedWarning: apps/Deployment: the health script of argocd-cm is not run here: the health is Unknown',
    'NotObeyedWarning: argocd-cm sets application.resourceTrackingMethod, which is not obeyed here',
    'NotObeyedWarning: argocd-cm sets resource.exclusions, which is not obeyed here',
  ])
})

test('what a project asks for and is not done is named at its Applications', async () => {
  const repository = await testRepository()
  repository.write({ 'c.yaml': configMap('c') })
  const cluster = await testCluster()
  const spec = {
    sourceRepos: ['*'],
    destinations: [{ server: '*', namespace: '*' }],
    clusterResourceWhitelist: [{ group: '*', kind: '*' }],
    signatureKeys: [{ keyID: '4AEE18F83AFDEB23' }],
  }
  const metadata = { name: 'p', namespace: 'argocd' }
  await cluster.client.create({ apiVersion: 'argoproj.io/v1alpha1', kind: 'AppProject', metadata, spec })
  await cluster.create('a', specOf(repository.url, { path: '.' }, { rest: { project: 'p' } }))
  await eventually(async () =>
    expect(await messages(cluster, 'a')).toEqual([
      'NotObeyedWarning: AppProject p sets spec.signatureKeys, which is not obeyed here: signatures of commits are not checked',
    ]),
  )
})

test('a kind whose health Argo CD tells by a script that is not run here is named', async () => {
  const repository = await testRepository()
  const definition = `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: tenants.minio.min.io}
spec:
  group: minio.min.io
  names: {kind: Tenant, plural: tenants}
  scope: Namespaced
  versions: [{name: v2, served: true, storage: true, schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}}]
`
  repository.write({
    'd.yaml': definition,
    't.yaml': 'apiVersion: minio.min.io/v2\nkind: Tenant\nmetadata: {name: t}\n',
  })
  const cluster = await testCluster()
  await cluster.create('a', specOf(repository.url, { path: '.' }))
  await eventually(async () => {
    const { sync, health } = await cluster.status('a')
    expect([sync?.status, health?.status]).toEqual(['Synced', 'Healthy'])
  })
  expect(await messages(cluster, 'a')).toEqual([
    'NotObeyedWarning: minio.min.io/Tenant: Argo CD tells the health by a script that is not run here: it counts for nothing',
  ])
})

test('manifests that an operation brings along are refused', async () => {
  const repository = await testRepository()
  repository.write({ 'c.yaml': configMap('c') })
  const cluster = await testCluster()
  await cluster.create('a', specOf(repository.url, { path: '.' }, { syncPolicy: {} }))
  await change(cluster, 'a', { operation: { sync: { manifests: ['{}'] } } })
  await says(cluster, 'a', 'local manifests of an operation (argocd app sync --local) are not applied here')
  expect((await cluster.status('a')).operationState?.phase).toBe('Error')
})
