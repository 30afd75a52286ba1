import { expect, test } from 'vitest'
import { build, configMap, deployment, failureOf, result, single } from '../build.ts'

const source =
  'replacements:\n- source: {kind: ConfigMap, name: map, fieldPath: data.key}\n  targets:\n  - select: {kind: Deployment}\n'

test.each([
  ['a list item by its name', '    fieldPaths: ["spec.template.spec.containers.[name=main].image"]\n', 'image: a-b\n'],
  ['all items', '    fieldPaths: [spec.template.spec.containers.*.image]\n', 'image: a-b\n'],
  ['an index', '    fieldPaths: [spec.template.spec.containers.0.image]\n', 'image: a-b\n'],
  [
    'a part between delimiters',
    '    fieldPaths: [spec.template.spec.containers.0.image]\n    options: {delimiter: ":", index: 1}\n',
    'image: nginx:a-b\n',
  ],
  ['a new field', '    fieldPaths: [metadata.annotations.copied]\n    options: {create: true}\n', 'copied: a-b\n'],
  [
    'a key with dots',
    '    fieldPaths: ["metadata.labels.example\\\\.com/x"]\n    options: {create: true}\n',
    'example.com/x: a-b\n',
  ],
])('copies a value to %s', (_name, fields, wanted) => {
  expect(build(single(source + fields, configMap('map', 'a-b'), deployment('web')))).toContain(wanted)
})

test('rejected resources stay as they are', () => {
  const fields = '    reject: [{name: two}]\n    fieldPaths: [spec.template.spec.containers.0.image]\n'
  const text = build(single(source + fields, configMap('map', 'x'), deployment('one'), deployment('two')))
  expect(text.match(/image: .*/g)).toEqual(['image: x', 'image: nginx:1'])
})

test('a value may stand in the entry itself', () => {
  const fields =
    'replacements:\n- sourceValue: fixed\n  targets:\n  - select: {kind: ConfigMap}\n    fieldPaths: [data.key]\n'
  expect(build(single(fields, configMap('map')))).toContain('key: fixed\n')
})

test('a field that is not there is an error', () => {
  const error = failureOf(single(`${source}    fieldPaths: [spec.nothing]\n`, configMap('map'), deployment('web')))
  expect(error.message).toBe('unable to find field "spec.nothing" in replacement target')
})

test('a source has to be one resource', () => {
  const fields = 'replacements:\n- source: {kind: ConfigMap}\n  targets: [{select: {kind: Deployment}}]\n'
  expect(failureOf(single(fields, configMap('a'), configMap('b'))).message).toContain(
    'multiple matches for selector ConfigMap.[noVer].[noGrp]',
  )
  expect(failureOf(single(fields, deployment('a'))).message).toContain('nothing selected by ConfigMap.[noVer].[noGrp]')
})

test('a target that selects nothing is a dead entry', () => {
  const { dead } = result(single(`${source}    fieldPaths: [metadata.name]\n`, configMap('map')))
  expect(dead).toMatchObject([{ subject: 'replacements', reason: 'no target matches' }])
})

test('names that a replacement made the same are found where kustomize finds them', () => {
  const renamed =
    'replacements:\n- source: {kind: Deployment, name: web}\n  targets: [{select: {kind: ConfigMap}, fieldPaths: [metadata.name]}]\n'
  const base = { ...single(renamed, deployment('web'), configMap('a'), configMap('b')) }
  const validator = 'validators:\n- |\n  apiVersion: builtin\n  kind: HashTransformer\n  metadata: {name: h}\n'
  const known = { ...base, 'kustomization.yaml': `${base['kustomization.yaml']}${validator}` }
  expect(failureOf(known).message).toContain('id in self matches 2 in other; id: ConfigMap.v1.[noGrp]/web.[noNs]')
  const files = {
    'kustomization.yaml': 'resources: [all.yaml]\ncomponents: [c]\n',
    'all.yaml': base['all.yaml'] ?? '',
    'c/kustomization.yaml': `apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\n${renamed}`,
  }
  expect(failureOf(files).message).toContain(
    'may not add resource with an already registered id: ConfigMap.v1.[noGrp]/web',
  )
})
