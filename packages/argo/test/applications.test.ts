import {
  argoDefinitions,
  environmentsOf,
  findArgoObjects,
  parseApplication,
  rootKinds,
  sourcesOf,
  type Application,
} from '@slipway/argo'
import { memoryTree } from '@slipway/diag'
import { expect, test } from 'vitest'

const SERVER = 'https://kubernetes.default.svc'

function application(name: string, branch: string, namespace: string): Application {
  const source = { repoURL: 'https://example.com/a', targetRevision: branch, path: '.' }
  const spec = { project: 'default', source, destination: { server: SERVER, namespace } }
  return { apiVersion: 'argoproj.io/v1alpha1', kind: 'Application', metadata: { name, namespace: 'argocd' }, spec }
}

test('Applications of one destination and branch are one environment, roots are in none', () => {
  const all = [
    application('root', 'master', 'argocd'),
    application('web', 'stg', 'staging'),
    application('db', 'stg', 'staging'),
    application('live', 'master', 'production'),
  ]
  const found = environmentsOf(all).map(({ name, branch, applications }) => [name, branch, applications.length])
  expect(found).toEqual([
    ['staging', 'stg', 2],
    ['production', 'master', 1],
  ])
})

test('two branches in one namespace get names of their own', () => {
  const found = environmentsOf([application('a', 'stg', 'shared'), application('b', 'feature/x', 'shared')])
  expect(found.map(({ name }) => name)).toEqual(['shared-stg', 'shared-feature-x'])
})

test('only Applications and projects make a root', () => {
  const argo = { apiVersion: 'argoproj.io/v1alpha1', kind: 'Application' }
  expect([rootKinds([argo]), rootKinds([argo, { apiVersion: 'v1', kind: 'Secret' }]), rootKinds([])]).toEqual([
    true,
    false,
    false,
  ])
})

const BAD = `apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: web}
spec:
  project: default
  sorce: {}
  source:
    repoURL: x
    path: 5
  destination:
    server: https://other.example.com
`

test('faults stand at their field', () => {
  const { diagnostics, applications } = findArgoObjects(memoryTree({ 'argocd/web.yaml': BAD }))
  expect(applications).toEqual([])
  expect(diagnostics.map(({ severity, message, range }) => [severity, message, range?.start.line])).toEqual([
    ['warning', 'there is no field spec.sorce', 6],
    ['error', 'spec.source.path must be a string, not the number 5', 9],
  ])
})

test('what is not run here is refused by name', () => {
  const spec = {
    ...application('web', 'stg', 'x').spec,
    source: { repoURL: 'x', path: '.', plugin: {} },
    destination: { name: 'far' },
  }
  const { diagnostics } = parseApplication({ ...application('web', 'stg', 'x'), spec })
  expect(diagnostics.map(({ code }) => code)).toEqual(['ARGO_PLUGIN', 'ARGO_FOREIGN_CLUSTER'])
  const set = 'apiVersion: argoproj.io/v1alpha1\nkind: ApplicationSet\nmetadata: {name: s}\nspec: {}\n'
  expect(findArgoObjects(memoryTree({ 'a.yaml': set })).diagnostics[0]?.code).toBe('ARGO_APPLICATION_SET')
})

test('templates and other manifests are passed over, lists are taken apart, a name twice is a fault', () => {
  const text = JSON.stringify({
    apiVersion: 'v1',
    kind: 'List',
    items: [application('a', 'x', 'y'), application('a', 'x', 'y')],
  })
  const files = {
    'a.json': text,
    'chart/templates/app.yaml': '{{ if }}\napiVersion: argoproj.io/v1alpha1\n',
    'c.yaml': 'a: 1\n',
  }
  const found = findArgoObjects(memoryTree(files))
  expect(found.applications.map(({ object }) => object.metadata.name)).toEqual(['a', 'a'])
  expect(found.diagnostics.map(({ code }) => code)).toEqual(['ARGO_DUPLICATE'])
})

test('several sources win over one', () => {
  const made = application('a', 'x', 'y')
  expect(sourcesOf(made)).toHaveLength(1)
  const both = { ...made, spec: { ...made.spec, sources: [{ repoURL: '1' }, { repoURL: '2' }] } }
  expect(sourcesOf(both).map(({ repoURL }) => repoURL)).toEqual(['1', '2'])
})

test('the definitions name both kinds', () => {
  expect(argoDefinitions().map(({ metadata }) => metadata.name)).toEqual([
    'applications.argoproj.io',
    'appprojects.argoproj.io',
  ])
})

test('an Application that is no YAML is named; a template of one is passed over', () => {
  const broken = 'apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: web\nspec: {}\n'
  const found = findArgoObjects(memoryTree({ 'argocd/web.yaml': broken, 'chart/web.yaml': `${broken}{{ x }}` }))
  expect(found.diagnostics).toMatchObject([{ code: 'YAML_SYNTAX', range: { file: 'argocd/web.yaml' } }])
})
