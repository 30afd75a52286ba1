import { type SourceTree, memoryTree } from '@slipway/diag'
import { expect, test } from 'vitest'
import { type Fetcher, buildKustomization, renderObjects } from '../src/index.ts'
import { build, configMap, failureOf, result } from './build.ts'

const plain = { 'kustomization.yaml': 'resources: [map.yaml]\n', 'map.yaml': configMap('map') }

test('files outside of the directory are refused, and allowed where asked for', () => {
  const files = { 'a/kustomization.yaml': 'resources: [../map.yaml]\n', 'map.yaml': configMap('map') }
  const error = failureOf(files, 'a')
  expect(error).toMatchObject({ code: 'KUSTOMIZE_SECURITY' })
  expect(error.message).toContain("security; file '/map.yaml' is not in or below '/a'")
  expect(result(files, 'a', { unrestricted: true }).objects).toHaveLength(1)
})

test.each([
  'configMapGenerator: [{name: m, files: [../secret]}]',
  'patches: [{path: ../secret}]',
  'configurations: [../secret]',
  'crds: [../secret]',
])('%s reads nothing outside', (fields) => {
  const error = failureOf({ 'a/kustomization.yaml': `${fields}\n`, secret: 'hidden' }, 'a')
  expect(error.message).toContain("security; file '/secret' is not in or below '/a'")
  expect(error.message).not.toContain('hidden')
})

// A tree in which some files are links.
function linked(files: Readonly<Record<string, string>>, links: Readonly<Record<string, string>>): SourceTree {
  const tree = memoryTree(files, '/')
  return { ...tree, stat: (path) => (path in links ? 'symlink' : tree.stat(path)), readlink: (path) => links[path] }
}

test('a link counts as what it leads to', () => {
  const files = {
    'a/kustomization.yaml': 'resources: [link.yaml]\n',
    'a/real.yaml': configMap('map'),
    'out.yaml': configMap('map'),
  }
  expect(buildKustomization(linked(files, { 'a/link.yaml': 'real.yaml' }), 'a').objects).toHaveLength(1)
  expect(() => buildKustomization(linked(files, { 'a/link.yaml': '../out.yaml' }), 'a')).toThrow('security; file')
  expect(() => buildKustomization(linked(files, { 'a/link.yaml': 'link.yaml' }), 'a')).toThrow('evalsymlink failure')
})

test.each([
  ['itself', { 'a/kustomization.yaml': 'resources: [../a]\n' }],
  ['what holds it', { 'a/kustomization.yaml': 'resources: [..]\n', 'kustomization.yaml': 'resources: [a]\n' }],
  [
    'one that names it',
    { 'a/kustomization.yaml': 'resources: [../b]\n', 'b/kustomization.yaml': 'resources: [../a]\n' },
  ],
])('a kustomization that names %s is a cycle', (_name, files) => {
  expect(failureOf(files, 'a')).toMatchObject({
    message: expect.stringContaining('cycle detected: candidate root') as string,
  })
})

test('absolute directories are refused', () => {
  const error = failureOf({ 'kustomization.yaml': 'resources: [/etc]\n' })
  expect(error.message).toContain("new root '/etc' cannot be absolute")
})

test('a directory has exactly one kustomization, which says something', () => {
  expect(failureOf({ 'a/file': '' }, 'a').message).toBe(
    "unable to find one of 'kustomization.yaml', 'kustomization.yml' or 'Kustomization' in directory '/a'",
  )
  expect(failureOf({ ...plain, Kustomization: 'namePrefix: a-\n' }).message).toContain(
    'Found multiple kustomization files under: /',
  )
  expect(failureOf({ 'kustomization.yaml': '# nothing\n' }).message).toBe('kustomization.yaml is empty')
})

test('components are components and nothing else is', () => {
  const component = 'apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\nnamePrefix: c-\n'
  const files = { ...plain, 'c/kustomization.yaml': component }
  expect(build({ ...files, 'kustomization.yaml': 'resources: [map.yaml]\ncomponents: [c]\n' })).toContain('name: c-map')
  expect(failureOf({ ...files, 'kustomization.yaml': 'resources: [map.yaml, c]\n' }).message).toContain(
    "expected kind != 'Component' for path '/c'",
  )
  expect(
    failureOf({ 'b/kustomization.yaml': 'namePrefix: b-\n', 'kustomization.yaml': 'components: [b]\n' }).message,
  ).toContain("expected kind 'Component' for path '/b' but got 'Kustomization'")
})

test('nothing is fetched unless a fetcher was handed in', () => {
  for (const path of ['https://github.com/org/repo//base?ref=v1', 'https://example.com/file.yaml']) {
    expect(failureOf({ 'kustomization.yaml': `resources: ["${path}"]\n` }).message).toContain(
      'is not fetched: no network was asked for',
    )
  }
})

test('a fetcher gives trees and files; cycles through repositories are found', () => {
  const asked: string[] = []
  const fetcher: Fetcher = {
    repository: (spec) => {
      asked.push(`${spec.cloneUrl} ${spec.path} ${spec.ref}`)
      return memoryTree(
        { 'base/kustomization.yaml': 'resources: [m.yaml]\nnamePrefix: remote-\n', 'base/m.yaml': configMap('map') },
        'clone',
      )
    },
    file: (url) => {
      throw new Error(url)
    },
  }
  const failing: Fetcher = { ...fetcher, file: () => new TextEncoder().encode('not: an object\n') }
  const files = { 'kustomization.yaml': 'resources: ["https://github.com/org/repo//base?ref=v1"]\n' }
  const { objects } = result(files, '', { fetcher: failing })
  expect(renderObjects(objects)).toContain('name: remote-map')
  expect(asked).toEqual(['https://github.com/org/repo base v1'])
})

test.each([
  [{ files: 1 }, plain],
  [{ bytes: 40 }, plain],
  [
    { depth: 2 },
    {
      ...plain,
      'kustomization.yaml': 'resources: [a]\n',
      'a/kustomization.yaml': 'resources: [b]\n',
      'a/b/kustomization.yaml': 'namePrefix: x\n',
    },
  ],
  [
    { patches: 0 },
    {
      ...plain,
      'kustomization.yaml': `resources: [map.yaml]\npatches:\n- target: {kind: ConfigMap}\n  patch: '[{"op":"add","path":"/x","value":1}]'\n`,
    },
  ],
])('the limit %j holds', (limits, files) => {
  expect(failureOf(files, '', { limits }).code).toBe('KUSTOMIZE_LIMIT')
})
