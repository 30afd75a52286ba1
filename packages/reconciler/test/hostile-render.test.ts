import { memoryTree, type SourceTree } from '@slipway/diag'
import { renderSource, type RenderRequest } from '@slipway/reconciler'
import { expect, test } from 'vitest'
import { copyTree, treeOf } from '../src/render/copy.ts'
import { chart, configMap } from './manifests.ts'

type Files = Readonly<Record<string, string | Uint8Array>>

function request(tree: SourceTree, source: object): RenderRequest {
  return {
    tree,
    source: { repoURL: 'x', path: '.', ...source },
    revision: '0123456789'.repeat(4),
    application: { name: 'web', namespace: 'argocd', project: 'default' },
    namespace: 'x',
    refs: new Map(),
    kubeVersion: '1.36.3',
    apiVersions: ['v1'],
  }
}

interface Refusal {
  readonly code: string
  readonly message: string
  readonly hint?: string
}

async function refusal(files: Files, source: object, links: Record<string, string> = {}): Promise<Refusal> {
  const kept = Object.fromEntries(Object.entries(files).filter(([path]) => !(path in links)))
  return renderSource(request(memoryTree(kept, 'x', links), source)).then(
    ({ objects }) => {
      throw new Error(`it renders ${objects.length} objects`)
    },
    (error: unknown) => error as Refusal,
  )
}

const names = async (files: Files, links: Record<string, string>): Promise<unknown[]> =>
  (await renderSource(request(memoryTree(files, 'x', links), {}))).objects.map(({ object }) => object.metadata.name)

const helm = (part: object): object => ({ path: 'chart', helm: part })

test('an absolute values file is one of the repository, never of the machine', async () => {
  const error = await refusal(chart, helm({ valueFiles: ['/etc/passwd'] }))
  expect(error.message).toContain('etc/passwd: no such file or directory')
  expect(error.message).not.toContain('root:')
})

test.each(['file:///etc/hostname', 'gopher://x', 'https://127.0.0.1:9/v.yaml', 'git::https://x'])(
  'the values file %s is not fetched',
  async (path) => {
    expect((await refusal(chart, helm({ valueFiles: [path] }))).code).toMatch(/^RECONCILER_/)
  },
)

test.each([
  [{ path: '../other' }, 'app path outside root'],
  [{ path: 'chart/../../other' }, 'app path outside root'],
  [helm({ valueFiles: ['../../../../other-app/values.yaml'] }), 'outside repository root'],
  [helm({ valueFiles: ['../../x2/values.yaml'] }), 'outside repository root'],
])('%j leaves the repository and is refused before it is read', async (source, message) => {
  const error = await refusal(chart, source)
  expect(error).toMatchObject({ code: 'RECONCILER_SOURCE', message: expect.stringContaining(message) })
})

test.each([
  ['chart/values.yaml', '/etc/hostname', helm({})],
  ['chart/v.yaml', '../../../etc/hostname', helm({ valueFiles: ['v.yaml'] })],
  ['x.yaml', '../../secret.yaml', {}],
  ['x.json', '/etc/os-release', {}],
  ['chart/templates/a.yaml', '/etc/passwd', helm({})],
  ['elsewhere/deep/link', '../../../x', { path: 'chart' }],
])('the link %s to %s is out of bounds', async (path, target, source) => {
  const error = await refusal(chart, source, { [path]: target })
  expect(error).toMatchObject({
    code: 'RECONCILER_SOURCE',
    message: `repository contains out-of-bounds symlinks. file: ${path}`,
  })
  expect(error.message).not.toContain(target)
})

test('a link inside of the repository is followed, one to nowhere is nothing, a circle is an error', async () => {
  expect(await names({ 'sub/a.txt': configMap('a') }, { 'a.yaml': 'sub/a.txt', 'b.yaml': 'sub/none.yaml' })).toEqual([
    'a',
  ])
  const circle = await refusal({ 'c.yaml': configMap('c') }, {}, { 'a.yaml': 'b.yaml', 'b.yaml': 'a.yaml' })
  expect(circle).toMatchObject({ code: 'RECONCILER_SOURCE', message: expect.stringContaining('too many links') })
  const chain = Object.fromEntries(
    Array.from({ length: 12 }, (_, at) => [`l${at}.yaml`, at === 11 ? 'c.txt' : `l${at + 1}.yaml`]),
  )
  expect((await refusal({ 'c.txt': configMap('c') }, {}, chain)).message).toContain('too many links')
})

test.each(['\0', `x\0`, 'x'.repeat(10_000)])('a path that is none is not shown', async (path) => {
  for (const source of [{ path }, helm({ valueFiles: [path] })]) {
    const error = await refusal(chart, source)
    expect(error).toMatchObject({ code: 'RECONCILER_SOURCE', message: 'failed to resolve path' })
  }
  expect((await refusal(chart, { path: 'kfdj\\ks&&&%$' })).message).toContain('app path does not exist')
})

test('a file parameter outside, and values that are no YAML, show no content and no path of the machine', async () => {
  const outside = await refusal(chart, helm({ fileParameters: [{ name: 'x', path: '../../etc/passwd' }] }))
  expect(outside.message).not.toContain('root:')
  const files = { ...chart, 'chart/v.yaml': 'hidden-token-123: [\n' }
  const broken = await refusal(files, helm({ valueFiles: ['v.yaml'] }))
  expect(broken.code).toBe('RECONCILER_RENDER')
  for (const { message } of [outside, broken]) {
    expect(message).not.toContain('hidden-token-123')
    expect(message).not.toContain(process.cwd())
  }
})

test('a Git LFS pointer is told as one, as values and as a manifest', async () => {
  const pointer = 'version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n'
  for (const [files, source] of [
    [{ ...chart, 'chart/values.yaml': pointer }, helm({})],
    [{ ...chart, 'chart/v.yaml': pointer }, helm({ valueFiles: ['v.yaml'] })],
    [{ 'a.yaml': pointer }, {}],
  ] as const)
    expect((await refusal(files, source)).message).toContain('is a Git LFS pointer')
})

test('manifests of more than 10 MiB together are refused, and a large file is never passed over in silence', async () => {
  const large = `${configMap('a')}# ${'x'.repeat(6 * 1024 * 1024)}\n`
  expect(await refusal({ 'a.yaml': large, 'b.yaml': large }, {})).toMatchObject({
    code: 'RECONCILER_RENDER',
    message: 'exceeded max combined manifest file size',
    hint: expect.stringContaining('b.yaml'),
  })
  const copied = treeOf(
    copyTree(memoryTree({ 'a.yaml': `${configMap('a')}# ${'x'.repeat(9 * 1024 * 1024)}`, 'b.yaml': configMap('b') })),
  )
  await expect(renderSource(request(copied, {}))).rejects.toMatchObject({
    code: 'RECONCILER_SOURCE',
    message: 'a.yaml is larger than 8 MiB',
  })
})

test('aliases that multiply, deep nesting and text that is no UTF-8 are errors with their file', async () => {
  const head = 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: m\n'
  const lines = ['a0: &a0 [x, x, x, x, x, x, x, x, x]']
  for (let at = 1; at < 10; at++)
    lines.push(`a${at}: &a${at} [${Array.from({ length: 9 }, () => `*a${at - 1}`).join(', ')}]`)
  const bodies = [
    `${head}${lines.join('\n')}\n`,
    `${head}x: ${'['.repeat(20_000)}\n`,
    `${head}x: ${'- '.repeat(20_000)}\n`,
  ]
  for (const text of bodies) {
    const started = performance.now()
    const error = await refusal({ 'bomb.yaml': text }, {})
    expect.soft(error.code, text.slice(60, 90)).toBe('RECONCILER_RENDER')
    expect.soft(error.message.length).toBeLessThan(2000)
    expect.soft(`${error.message} ${error.hint}`).toContain('bomb.yaml')
    expect.soft(performance.now() - started).toBeLessThan(5000)
  }
})

test('keys of prototypes in values are plain keys', async () => {
  await renderSource(
    request(
      memoryTree(chart),
      helm({
        valuesObject: JSON.parse('{"__proto__":{"p":1},"constructor":{"prototype":{"q":1}}}') as object,
        parameters: [{ name: '__proto__.r', value: '1' }],
      }),
    ),
  )
  const plain = {} as Record<string, unknown>
  expect([plain['p'], plain['q'], plain['r']]).toEqual([undefined, undefined, undefined])
})

test('what a template fails with is told, the values that it did not name are not', async () => {
  const files = {
    ...chart,
    'chart/templates/f.yaml': '{{ fail "no good" }}',
    'chart/v.yaml': 'password: hidden-token-123\n',
  }
  const error = await refusal(files, helm({ valueFiles: ['v.yaml'] }))
  expect(error.message).toContain('no good')
  expect(`${error.message} ${error.hint ?? ''}`).not.toContain('hidden-token-123')
})
