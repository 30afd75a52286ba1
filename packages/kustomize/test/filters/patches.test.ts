import { expect, test } from 'vitest'
import { build, deployment, failureOf, result, single } from '../build.ts'

const patch = (body: string, target = ''): string =>
  `patches:\n- patch: |-\n${body.replace(/^(?=.)/gm, '    ')}\n${target}`
const head = 'apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web\n'

test('lists merge by their key, items of the patch first', () => {
  const text = build(
    single(
      patch(
        `${head}spec:\n  template:\n    spec:\n      containers:\n      - name: side\n        image: s\n      - name: main\n        env:\n        - name: A\n          value: "1"`,
      ),
      deployment('web'),
    ),
  )
  expect(text).toContain(
    '      containers:\n      - image: s\n        name: side\n      - env:\n        - name: A\n          value: "1"\n        image: nginx:1\n        name: main\n',
  )
})

test.each([
  [
    '$patch: delete in an item',
    'spec:\n  template:\n    spec:\n      containers:\n      - name: main\n        $patch: delete',
    'containers: []',
  ],
  [
    '$patch: replace in a map',
    'spec:\n  template:\n    metadata:\n      labels:\n        $patch: replace\n        only: x',
    'labels:\n        only: x\n    spec',
  ],
  ['null', 'spec:\n  selector: null', 'spec:\n  template'],
])('%s takes away what was there', (_name, body, wanted) => {
  expect(build(single(patch(head + body), deployment('web')))).toContain(wanted)
})

test('a patch deletes a whole resource', () => {
  expect(build(single(patch(`${head}$patch: delete`), deployment('web'), deployment('other')))).not.toContain(
    'name: web',
  )
})

test('a patch that finds nothing is an error with the identity', () => {
  const error = failureOf(single(patch(head), deployment('other')))
  expect(error.message).toContain('no resource matches strategic merge patch "Deployment.v1.apps/web.[noNs]"')
})

test('JSON operations go in order, `-` appends and ~1 is a slash', () => {
  const body =
    '- op: add\n  path: /metadata/annotations\n  value: {}\n- op: add\n  path: /metadata/annotations/a~1b\n  value: x\n- op: add\n  path: /spec/template/spec/containers/-\n  value: {name: two, image: b}\n- op: remove\n  path: /spec/selector'
  const text = build(single(patch(body, '  target: {kind: Deployment}\n'), deployment('web')))
  expect(text).toContain('    a/b: x\n')
  expect(text).toContain('      - image: b\n        name: two\n')
  expect(text).not.toContain('selector')
})

test('an operation may add annotations where only earlier names are remembered', () => {
  const files = {
    'base/kustomization.yaml': 'resources: [all.yaml]\nnamePrefix: p-\n',
    'base/all.yaml': deployment('web'),
    'kustomization.yaml': `resources: [base]\n${patch('- op: add\n  path: /metadata/annotations/new\n  value: x', '  target: {kind: Deployment}\n')}`,
  }
  expect(build(files)).toContain('  annotations:\n    new: x\n  name: p-web\n')
})

test('throwing annotations away throws away what was remembered of the name', () => {
  const pod = 'apiVersion: v1\nkind: Pod\nmetadata:\n  name: p\nspec:\n  containers: []\n  serviceAccountName: sa\n'
  const account = 'apiVersion: v1\nkind: ServiceAccount\nmetadata:\n  name: sa\n'
  const wipe = 'apiVersion: v1\nkind: ServiceAccount\nmetadata:\n  name: sa\n  annotations: null'
  const files = {
    'base/kustomization.yaml': 'resources: [all.yaml]\nnamePrefix: p-\n',
    'base/all.yaml': `${pod}---\n${account}`,
    'kustomization.yaml': `resources: [base]\n${patch(wipe)}`,
  }
  expect(build(files)).toContain('serviceAccountName: sa\n')
})

test('targets select by expression, labels and annotations', () => {
  const target = '  target:\n    kind: Deploy.*\n    labelSelector: tier in (a, b),!old\n'
  const labelled = (name: string, labels: string): string =>
    deployment(name).replace('metadata:\n', `metadata:\n  labels: ${labels}\n`)
  const text = build(
    single(
      patch('- op: add\n  path: /x\n  value: 1', target),
      labelled('one', '{tier: a}'),
      labelled('two', '{tier: a, old: ""}'),
      labelled('three', '{tier: c}'),
    ),
  )
  expect(text.match(/^x: 1$/gm)).toHaveLength(1)
})

test('a target that selects nothing is no error, but a dead entry', () => {
  const { dead } = result(
    single(patch('- op: add\n  path: /x\n  value: 1', '  target: {name: nobody}\n'), deployment('web')),
  )
  expect(dead).toMatchObject([{ subject: 'patches', reason: 'no target matches' }])
})

test('a name changes only where the entry allows it', () => {
  const renamed = `${head.replace('name: web', 'name: renamed')}`
  const entry = (options: string): string => patch(renamed, `  target: {kind: Deployment, name: web}\n${options}`)
  expect(build(single(entry(''), deployment('web')))).toContain('  name: web\n')
  expect(build(single(entry('  options: {allowNameChange: true}\n'), deployment('web')))).toContain('  name: renamed\n')
})

test('a text that is neither kind of patch is refused', () => {
  expect(failureOf(single('patches: [{patch: "just text"}]\n', deployment('web'))).message).toContain(
    'unable to parse SM or JSON patch from [patch: "just text"]',
  )
})
