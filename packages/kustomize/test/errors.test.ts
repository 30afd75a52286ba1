import { expect, test } from 'vitest'
import { configMap, failureOf, single } from './build.ts'

test.each([
  [
    'an unknown field',
    { 'kustomization.yaml': 'resources: []\nnamePrefx: a-\n' },
    'kustomization.yaml',
    2,
    'json: unknown field "namePrefx"',
  ],
  [
    'a wrong type',
    { 'kustomization.yaml': 'namePrefix: [a]\n' },
    'kustomization.yaml',
    1,
    'cannot unmarshal array into Go struct field Kustomization.namePrefix',
  ],
  [
    'broken YAML',
    { 'kustomization.yaml': 'resources: [a.yaml]\n', 'a.yaml': `${configMap('a')}---\nkind: [x\n` },
    'a.yaml',
    9,
    'MalformedYAMLError',
  ],
  [
    'a resource without a name',
    single('', configMap('a'), 'kind: X\nmetadata: {}\n'),
    'all.yaml',
    8,
    'missing metadata.name in object',
  ],
  ['a resource without a kind', single('', 'metadata: {name: x}\n'), 'all.yaml', 1, 'missing kind in object'],
  [
    'the same resource twice',
    single('', configMap('a'), configMap('a')),
    'all.yaml',
    8,
    'may not add resource with an already registered id: ConfigMap.v1.[noGrp]/a.[noNs]',
  ],
  [
    'a plug-in',
    {
      'kustomization.yaml': 'transformers: [t.yaml]\n',
      't.yaml': 'apiVersion: x/v1\nkind: Mine\nmetadata: {name: m}\n',
    },
    't.yaml',
    1,
    "unable to load external plugin 'Mine'",
  ],
])('%s is an error at its place', (_name, files, file, line, message) => {
  const error = failureOf(files)
  expect(error.message).toContain(message)
  expect(error.range).toMatchObject({ file, start: { line } })
})

test.each([
  ['resources:\n- gone.yaml\n', 2, "evalsymlink failure on '/gone.yaml'"],
  ['components:\n- gone\n', 2, "evalsymlink failure on '/gone'"],
  ['namePrefix: a-\npatches:\n- path: gone.yaml\n', 3, 'failed to get the patch file from path(gone.yaml)'],
  ['configMapGenerator:\n- name: m\n  files: [gone]\n', 2, 'loading KV pairs'],
  ['transformers: [gone.yaml]\n', 1, "evalsymlink failure on '/gone.yaml'"],
  ['resources: [m.yaml]\nreplicas:\n- name: none\n  count: 1\n', 3, 'resource with name none does not match'],
  [
    'resources: [m.yaml]\nreplacements:\n- source: {kind: None}\n  targets: [{select: {kind: ConfigMap}}]\n',
    3,
    'nothing selected by None',
  ],
])('%j is an error at its entry', (fields, line, message) => {
  const error = failureOf({ 'kustomization.yaml': fields, 'm.yaml': configMap('map') })
  expect(error.message).toContain(message)
  expect(error.range).toMatchObject({ file: 'kustomization.yaml', start: { line } })
})

test.each([
  ['a file that is not there', { 'kustomization.yaml': 'resources: [gone.yaml]\n' }, '', 'correct the name'],
  [
    'a file above',
    { 'a/kustomization.yaml': 'resources: [../m.yaml]\n', 'm.yaml': configMap('m') },
    'a',
    'LoadRestrictionsNone',
  ],
  ['a cycle', { 'a/kustomization.yaml': 'resources: [../a]\n' }, 'a', 'out of the other'],
])('%s has a hint', (_name, files: Readonly<Record<string, string>>, target, hint) => {
  expect(failureOf(files, target).hint).toContain(hint)
})

test('refused plug-ins name the switch of the real tool', () => {
  const config = 'apiVersion: x/v1\nkind: Mine\nmetadata: {name: m}\n'
  const error = failureOf({ 'kustomization.yaml': 'generators: [g.yaml]\n', 'g.yaml': config })
  expect(error).toMatchObject({
    code: 'KUSTOMIZE_PLUGIN',
    hint: expect.stringContaining('--enable-alpha-plugins') as string,
  })
})

test('functions run only where a runner was handed in', () => {
  const config =
    'apiVersion: x/v1\nkind: Mine\nmetadata:\n  name: m\n  annotations:\n    config.kubernetes.io/function: "exec: {path: ./run}"\n'
  const files = { 'kustomization.yaml': 'generators: [g.yaml]\n', 'g.yaml': config }
  expect(failureOf(files, '', { plugins: true }).message).toContain(
    "exec function './run' of plugin Mine.v1.x/m.[noNs] is not run",
  )
})

test('prototypes stay clean', () => {
  const hostile =
    'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n__proto__: {polluted: 1}\nconstructor: {prototype: {polluted: 1}}\n'
  const patch =
    'patches:\n- target: {kind: ConfigMap}\n  patch: |-\n    - op: add\n      path: /__proto__/polluted\n      value: 1\n'
  failureOf(single('patches: [{path: gone}]\n', hostile))
  failureOf(single(patch, configMap('a')))
  expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
})

test('an alias bomb is refused', () => {
  const lines = ['a0: &a0 [x,x,x,x,x,x,x,x,x]']
  for (let at = 1; at < 10; at++)
    lines.push(`a${at}: &a${at} [${Array.from({ length: 9 }, () => `*a${at - 1}`).join(',')}]`)
  const bomb = `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n${lines.join('\n')}\n`
  expect(failureOf(single('', bomb)).message).toContain('excessive aliasing')
})

test('copies that double are stopped', () => {
  const operations = Array.from({ length: 40 }, (_, at) => `    - {op: copy, from: /data, path: /data/k${at}}\n`).join(
    '',
  )
  const error = failureOf(single(`patches:\n- target: {kind: ConfigMap}\n  patch: |-\n${operations}`, configMap('a')))
  expect(error.code).toBe('KUSTOMIZE_LIMIT')
})

test('secrets of the machine are not read', () => {
  const error = failureOf(
    {
      'a/kustomization.yaml': 'configMapGenerator: [{name: m, files: [/run/secrets/token]}]\n',
      'run/secrets/token': 'hidden',
    },
    'a',
  )
  expect(error.message).toContain("security; file '/run/secrets/token' is not in or below '/a'")
  expect(error.message).not.toContain('hidden')
})

test('text nested deeper than any object is refused', () => {
  expect(
    failureOf(single('', `${configMap('a')}deep: ${'['.repeat(20_000)}${']'.repeat(20_000)}\n`)).message,
  ).toContain('exceeded max depth')
})

test('a variable that two resources could be is shown as it stands in the file', () => {
  const vars = 'vars:\n- name: A\n  objref: {apiVersion: v1, kind: ConfigMap, name: a}\n'
  const other = configMap('a').replace('metadata:\n', 'metadata:\n  namespace: other\n')
  expect(failureOf(single(vars, configMap('a'), other)).message).toBe(
    'merging vars [{A ConfigMap.[noVer].[noGrp] {}}]: found 2 resId matches for var {A ConfigMap.v1.[noGrp] {}} (unable to disambiguate)',
  )
})

test('what cannot be printed is no fault of a validator before it: the one that comes after is told', () => {
  const validators =
    'validators:\n- |\n  apiVersion: builtin\n  kind: ImageTagTransformer\n  metadata: {name: v}\n  imageTag: {name: none, newTag: x}\n'
  const files = {
    'kustomization.yaml': 'resources: [base]\ncomponents: [empty]\n',
    'base/kustomization.yaml': `resources: [a.yaml]\n${validators}`,
    'base/a.yaml': 'apiVersion: example.com/v1\nkind: Thing\nmetadata: {name: a}\nspec: {value: .inf}\n',
    'empty/kustomization.yaml': '',
  }
  expect(failureOf(files).message).toMatch(/kustomization\.yaml is empty/)
  expect(failureOf({ ...files, 'kustomization.yaml': 'resources: [base]\n' }).message).toMatch(
    /unsupported value: \+Inf$/,
  )
})
