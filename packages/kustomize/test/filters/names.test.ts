import { expect, test } from 'vitest'
import { build, configMap, deployment, failureOf, single } from '../build.ts'

test('prefix and suffix change names but not those of namespaces and definitions', () => {
  const namespace = 'apiVersion: v1\nkind: Namespace\nmetadata:\n  name: space\n'
  const text = build(single('namePrefix: a-\nnameSuffix: -z\n', configMap('map'), namespace))
  expect(text.match(/ {2}name: .*/g)).toEqual(['  name: space', '  name: a-map-z'])
})

test('references follow a name through several layers', () => {
  const pod =
    'apiVersion: v1\nkind: Pod\nmetadata:\n  name: p\nspec:\n  containers:\n  - name: c\n    image: i\n    envFrom:\n    - configMapRef:\n        name: map\n'
  const files = {
    'base/kustomization.yaml': 'resources: [all.yaml]\nnamePrefix: base-\n',
    'base/all.yaml': `${configMap('map')}---\n${pod}`,
    'top/kustomization.yaml': 'resources: [../base]\nnameSuffix: -top\n',
  }
  expect(build(files, 'top')).toContain('    - configMapRef:\n        name: base-map-top\n')
})

test('a reference stays in its namespace', () => {
  const files = {
    'a/kustomization.yaml': 'resources: [all.yaml]\nnamespace: a\nnamePrefix: a-\n',
    'a/all.yaml': configMap('map'),
    'b/kustomization.yaml': 'resources: [all.yaml]\nnamespace: b\nnamePrefix: b-\n',
    'b/all.yaml': `${configMap('map')}---\napiVersion: v1\nkind: Pod\nmetadata:\n  name: p\nspec:\n  volumes:\n  - name: v\n    configMap:\n      name: map\n`,
    'kustomization.yaml': 'resources: [a, b]\n',
  }
  expect(build(files)).toContain('  - configMap:\n      name: b-map\n')
})

test('subjects of a binding take name and namespace of the account that they mean', () => {
  const account = (name: string): string => `apiVersion: v1\nkind: ServiceAccount\nmetadata:\n  name: ${name}\n`
  const binding =
    'apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRoleBinding\nmetadata:\n  name: b\nroleRef:\n  apiGroup: rbac.authorization.k8s.io\n  kind: ClusterRole\n  name: r\nsubjects:\n- kind: ServiceAccount\n  name: sa\n  namespace: default\n- kind: ServiceAccount\n  name: default\n  namespace: x\n'
  const text = build(single('namespace: space\nnamePrefix: p-\n', account('sa'), binding))
  expect(text).toContain('- kind: ServiceAccount\n  name: p-sa\n  namespace: space\n')
  expect(text).toContain('- kind: ServiceAccount\n  name: default\n  namespace: space\n')
})

test('two resources may not become one', () => {
  const inNamespace = (namespace: string): string =>
    configMap('map').replace('name: map', `name: map\n  namespace: ${namespace}`)
  const error = failureOf(single('namespace: one\n', inNamespace('a'), inNamespace('b')))
  expect(error.message).toContain('namespace transformation produces ID conflict')
})

test('cluster-scoped kinds get no namespace', () => {
  const role = 'apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata:\n  name: r\nrules: []\n'
  expect(build(single('namespace: space\n', role))).not.toContain('space')
})

test('replicas are set where the kind has them, and must find something', () => {
  expect(build(single('replicas: [{name: web, count: 5}]\n', deployment('web')))).toContain('  replicas: 5\n')
  expect(build(single('replicas: [{name: web, count: 9223372036854775807}]\n', deployment('web')))).toContain(
    '  replicas: 9223372036854775807\n',
  )
  expect(failureOf(single('replicas: [{name: wep, count: 5}]\n', deployment('web'))).message).toContain(
    'resource with name wep does not match',
  )
})

test('the legacy order puts namespaces first and webhooks last, fifo keeps the order of files', () => {
  const webhook =
    'apiVersion: admissionregistration.k8s.io/v1\nkind: ValidatingWebhookConfiguration\nmetadata:\n  name: w\n'
  const namespace = 'apiVersion: v1\nkind: Namespace\nmetadata:\n  name: n\n'
  const kinds = (fields: string): string[] =>
    [...build(single(fields, webhook, deployment('d'), configMap('c'), namespace)).matchAll(/^kind: (.*)$/gm)].map(
      (match) => match[1] ?? '',
    )
  expect(kinds('')).toEqual(['Namespace', 'ConfigMap', 'Deployment', 'ValidatingWebhookConfiguration'])
  expect(kinds('sortOptions: {order: fifo}\n')).toEqual([
    'ValidatingWebhookConfiguration',
    'Deployment',
    'ConfigMap',
    'Namespace',
  ])
})
