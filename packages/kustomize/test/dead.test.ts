import { memoryTree } from '@slipway/diag'
import { expect, test } from 'vitest'
import { buildKustomization, unreadFiles } from '../src/index.ts'
import { configMap, deployment, result, single } from './build.ts'

test('a label that a later one replaces everywhere is dead', () => {
  const files = {
    'base/kustomization.yaml': 'resources: [all.yaml]\nlabels:\n- pairs: {tier: base, kept: base}\n',
    'base/all.yaml': configMap('map'),
    'kustomization.yaml': 'resources: [base]\nlabels:\n- pairs: {tier: top}\n',
  }
  expect(result(files).dead).toMatchObject([
    {
      subject: 'labels',
      reason: 'overridden by a later entry',
      range: { file: 'base/kustomization.yaml', start: { line: 3, column: 17 } },
    },
  ])
})

test('a label that stays in one object is alive', () => {
  const patch =
    'patches:\n- patch: |-\n    apiVersion: v1\n    kind: ConfigMap\n    metadata:\n      name: a\n      labels: {tier: patched}\n'
  const files = {
    'base/kustomization.yaml': 'resources: [all.yaml]\ncommonLabels: {tier: base}\n',
    'base/all.yaml': `${configMap('a')}---\n${configMap('b')}`,
    'kustomization.yaml': `resources: [base]\n${patch}`,
  }
  expect(result(files).dead).toEqual([])
})

test('an image entry that an earlier one has made pointless is dead', () => {
  const files = {
    'base/kustomization.yaml': 'resources: [all.yaml]\nimages: [{name: nginx, newName: other/nginx}]\n',
    'base/all.yaml': deployment('web'),
    'kustomization.yaml': 'resources: [base]\nimages: [{name: nginx, newTag: "2"}]\n',
  }
  expect(result(files).dead).toMatchObject([
    { subject: 'images', reason: 'no image matches', range: { file: 'kustomization.yaml', start: { line: 2 } } },
  ])
})

test('nothing is dead where all has an effect', () => {
  expect(
    result(
      single('namePrefix: a-\nimages: [{name: nginx, newTag: "2"}]\nlabels: [{pairs: {a: b}}]\n', deployment('web')),
    ).dead,
  ).toEqual([])
})

test('files that no build read are found, those of other overlays not', () => {
  const tree = memoryTree({
    'base/kustomization.yaml': 'resources: [map.yaml]\n',
    'base/map.yaml': configMap('map'),
    'base/forgotten.yaml': configMap('x'),
    'base/README.md': '',
    'top/kustomization.yaml': 'resources: [../base, own.yaml]\n',
    'top/own.yaml': configMap('own'),
    'elsewhere/plain.yaml': '',
  })
  const builds = ['base', 'top'].map((path) => buildKustomization(tree, path))
  expect(unreadFiles(tree, '', builds)).toEqual(['base/forgotten.yaml'])
})

test('a prefix is dead where a later entry gives all names anew, and alive where one only adds to it', () => {
  const base = {
    'base/kustomization.yaml': 'resources: [all.yaml]\nnamePrefix: base-\n',
    'base/all.yaml': configMap('map'),
  }
  const renamed =
    'patches:\n- target: {kind: ConfigMap}\n  options: {allowNameChange: true}\n  patch: "{apiVersion: v1, kind: ConfigMap, metadata: {name: new}}"\n'
  expect(result({ ...base, 'kustomization.yaml': `resources: [base]\n${renamed}` }).dead).toMatchObject([
    { subject: 'namePrefix', range: { file: 'base/kustomization.yaml', start: { line: 2, column: 13 } } },
  ])
  expect(result({ ...base, 'kustomization.yaml': 'resources: [base]\nnamePrefix: top-\n' }).dead).toEqual([])
})
