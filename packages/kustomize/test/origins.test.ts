import type { FieldPath, Origin } from '@slipway/diag'
import { expect, test } from 'vitest'
import { type Files, configMap, deployment, result, single } from './build.ts'

function originsAt(files: Files, kind: string, path: FieldPath): string[] {
  const object = result(files).objects.find(({ value }) => value['kind'] === kind)
  const [latest] = object?.origins.of(path) ?? []
  return latest === undefined ? [] : [latest, ...(latest.overrode ?? [])].map(show)
}

function show({ kind, subject, at, value }: Origin): string {
  return `${kind} ${subject ?? '-'} ${at?.file ?? '?'}:${at?.start.line ?? 0}:${at?.start.column ?? 0} ${String(value)}`
}

const IMAGE = ['spec', 'template', 'spec', 'containers', 0, 'image'] as const

test('a field has the place of its text', () => {
  expect(originsAt(single('', deployment('web')), 'Deployment', IMAGE)).toEqual(['resource - all.yaml:16:16 nginx:1'])
})

test('an image entry stands before what it replaced', () => {
  const files = single('images:\n- name: nginx\n  newTag: "2"\n', deployment('web'))
  expect(originsAt(files, 'Deployment', IMAGE)).toEqual([
    'transformer images kustomization.yaml:3:3 nginx:2',
    'resource - all.yaml:16:16 nginx:1',
  ])
})

test('a patch in the kustomization is placed by its own lines', () => {
  const patch =
    'patches:\n- patch: |-\n    apiVersion: apps/v1\n    kind: Deployment\n    metadata:\n      name: web\n    spec:\n      replicas: 3\n'
  expect(originsAt(single(patch, deployment('web')), 'Deployment', ['spec', 'replicas'])).toEqual([
    'patch patches kustomization.yaml:9:17 3',
  ])
})

test('operations are placed one by one', () => {
  const patch =
    'patches:\n- target: {kind: Deployment}\n  patch: |-\n    - op: test\n      path: /kind\n      value: Deployment\n    - op: replace\n      path: /spec/template/spec/containers/0/image\n      value: new\n'
  expect(originsAt(single(patch, deployment('web')), 'Deployment', IMAGE)[0]).toBe(
    'patch patches kustomization.yaml:8:7 new',
  )
})

test('literals, labels, namespaces and replacements have their entries', () => {
  const fields = [
    'namespace: space',
    'commonLabels:',
    '  team: a',
    'configMapGenerator:',
    '- name: gen',
    '  literals:',
    '  - k=v',
    'replacements:',
    '- source: {kind: Deployment, name: web}',
    '  targets:',
    '  - select: {kind: ConfigMap, name: gen}',
    '    fieldPaths: [data.copied]',
    '    options: {create: true}',
    '',
  ].join('\n')
  const files = single(fields, deployment('web'))
  expect(originsAt(files, 'ConfigMap', ['data', 'k'])).toEqual([
    'generator configMapGenerator kustomization.yaml:8:5 v',
  ])
  expect(originsAt(files, 'ConfigMap', ['data', 'copied'])[0]).toBe(
    'replacement replacements kustomization.yaml:10:3 web',
  )
  expect(originsAt(files, 'Deployment', ['metadata', 'labels', 'team'])).toEqual([
    'transformer commonLabels kustomization.yaml:4:9 a',
  ])
  expect(originsAt(files, 'Deployment', ['metadata', 'namespace'])).toEqual([
    'transformer namespace kustomization.yaml:2:12 space',
  ])
})

test('a prefix stands before the name that it was put before', () => {
  expect(originsAt(single('namePrefix: p-\n', configMap('map')), 'ConfigMap', ['metadata', 'name'])).toEqual([
    'transformer namePrefix kustomization.yaml:2:13 p-map',
    'resource - all.yaml:4:9 map',
  ])
})

test('a path that is not there has no origins', () => {
  expect(originsAt(single('', configMap('map')), 'ConfigMap', ['data', 'other', 0])).toEqual([])
})

test('what stands in a quoted text has the place of the whole text', () => {
  const patch = `patches:\n- target: {kind: Deployment}\n  patch: '[{"op":"add","path":"/added","value":"x"}]'\n`
  expect(originsAt(single(patch, deployment('web')), 'Deployment', ['added'])).toEqual([
    'patch patches kustomization.yaml:4:10 x',
  ])
})

test('a hash and what refers to it come from each of the literals', () => {
  const pod =
    'apiVersion: v1\nkind: Pod\nmetadata:\n  name: p\nspec:\n  containers: []\n  volumes:\n  - name: v\n    configMap:\n      name: m\n'
  const files = single('configMapGenerator:\n- name: m\n  literals:\n  - a=1\n  - b=2\n', pod)
  const { objects } = result(files)
  const places = (at: number, path: FieldPath): (number | undefined)[] =>
    objects[at]?.origins.of(path).map(({ at: range }) => range?.start.line) ?? []
  expect(places(0, ['metadata', 'name'])).toEqual(expect.arrayContaining([5, 6]))
  expect(places(1, ['spec', 'volumes', 0, 'configMap', 'name'])).toEqual(expect.arrayContaining([5, 6]))
})

test('a patch that only names its target leaves the places of the name', () => {
  const patch =
    'patches:\n- patch: |-\n    apiVersion: v1\n    kind: ConfigMap\n    metadata: {name: map}\n    data: {key: new}\n'
  expect(originsAt(single(patch, configMap('map')), 'ConfigMap', ['metadata', 'name'])).toEqual([
    'resource - all.yaml:4:9 map',
  ])
})

test('a namespace of a subject that was right before keeps its place', () => {
  const account = 'apiVersion: v1\nkind: ServiceAccount\nmetadata:\n  name: sa\n'
  const binding =
    'apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRoleBinding\nmetadata:\n  name: b\nsubjects:\n- kind: ServiceAccount\n  name: sa\n  namespace: space\n'
  const path = ['subjects', 0, 'namespace'] as const
  expect(originsAt(single('namespace: space\n', account, binding), 'ClusterRoleBinding', path)).toEqual([
    'resource - all.yaml:13:14 space',
  ])
  const placed = account.replace('name: sa', 'name: sa\n  namespace: space')
  expect(originsAt(single('namespace: space\n', placed, binding), 'ClusterRoleBinding', path)[0]).toContain(
    'transformer namespace kustomization.yaml:2:12',
  )
})

test.each(['jsonOp', 'patch'])('what a configuration says in its %s has the place of the configuration', (name) => {
  const kind = name === 'patch' ? 'PatchTransformer' : 'PatchJson6902Transformer'
  const config = `apiVersion: builtin\nkind: ${kind}\nmetadata: {name: t}\ntarget: {version: v1, kind: ConfigMap, name: map}\n`
  const files = {
    ...single('transformers: [t.yaml]\n', configMap('map')),
    't.yaml': `# first\n${config}${name}: '[{"op": "add", "path": "/data/new", "value": "x"}]'\n`,
  }
  expect(originsAt(files, 'ConfigMap', ['data', 'new'])).toEqual([`patch ${kind} t.yaml:2:1 x`])
})
