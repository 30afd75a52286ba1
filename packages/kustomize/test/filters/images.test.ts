import { expect, test } from 'vitest'
import { build, deployment, result, single } from '../build.ts'

test.each([
  ['nginx:1', 'newTag: "2"', 'nginx:2'],
  ['nginx', 'newName: other/nginx', 'other/nginx'],
  ['nginx:1', 'digest: sha256:abc', 'nginx@sha256:abc'],
  ['nginx:1@sha256:abc', 'newTag: "2"', 'nginx:2'],
  ['nginx:1', 'newTag: "2"\n  digest: sha256:abc', 'nginx:2@sha256:abc'],
  // Once by the search for containers, once by the field spec, as the real tool does.
  ['nginx:1', 'tagSuffix: -x', 'nginx:1-x-x'],
  ['nginx:1', 'newName: localhost:5000/n\n  newTag: "3"', 'localhost:5000/n:3'],
  ['my/nginx:1', 'newTag: "2"', 'my/nginx:1'],
])('rewrites %s with %s to %s', (image, entry, wanted) => {
  expect(build(single(`images:\n- name: nginx\n  ${entry}\n`, deployment('web', image)))).toContain(
    `image: ${wanted}\n`,
  )
})

test('finds containers at any depth, but not in custom resource definitions', () => {
  const object = (kind: string): string =>
    `apiVersion: example.com/v1\nkind: ${kind}\nmetadata:\n  name: x\ndeep:\n- containers:\n  - image: nginx\n    name: a\n`
  const text = build(
    single('images: [{name: nginx, newTag: new}]\n', object('Thing'), object('CustomResourceDefinition')),
  )
  expect(text.match(/image: .*/g)).toEqual(['image: nginx', 'image: nginx:new'])
})

test('reports an entry that matches no image, at its place', () => {
  const { dead } = result(
    single('images:\n- name: nginx\n  newTag: a\n- name: ngnix\n  newTag: b\n', deployment('web')),
  )
  expect(dead).toMatchObject([
    { subject: 'images', reason: 'no image matches', range: { file: 'kustomization.yaml', start: { line: 5 } } },
  ])
})
