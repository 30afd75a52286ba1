import { expect, test } from 'vitest'
import { build, configMap, failureOf, single } from './build.ts'

const names = (text: string): string[] => [...text.matchAll(/^ {2}name: (.*)$/gm)].map((match) => match[1] ?? '')

// Suffixes that real kustomize 5.8.2 gives.
test.each([
  ['configMapGenerator: [{name: m, literals: [a=b]}]', 'm-4h2mbtbbt6'],
  ['configMapGenerator: [{name: m, literals: []}]', 'm-6ct58987ht'],
  ['configMapGenerator: [{name: m, literals: ["a=<&>é\u{1f600}"]}]', 'm-dh4tgm5c2d'],
  ['secretGenerator: [{name: s, literals: [a=b]}]', 's-k695gkmbtk'],
  ['secretGenerator: [{name: s, type: kubernetes.io/tls, literals: [a=b]}]', 's-92982c4m8f'],
])('%s is named %s', (fields, name) => {
  expect(names(build({ 'kustomization.yaml': `${fields}\n` }))).toEqual([name])
})

test('references follow the hash', () => {
  const pod =
    'apiVersion: v1\nkind: Pod\nmetadata:\n  name: p\nspec:\n  containers: []\n  volumes:\n  - name: v\n    configMap:\n      name: m\n'
  expect(build(single('configMapGenerator: [{name: m, literals: [a=b]}]\n', pod))).toContain(
    '  - configMap:\n      name: m-4h2mbtbbt6\n',
  )
})

test('keys come from literals, files and env files', () => {
  const files = {
    'kustomization.yaml':
      'configMapGenerator:\n- name: m\n  literals: [\'quoted="x"\', "eq=a=b"]\n  files: [file.txt, other=file.txt]\n  envs: [vars.env]\n  options: {disableNameSuffixHash: true}\n',
    'file.txt': 'two\nlines\n',
    'vars.env': '# comment\nA=1\n\n  B=2 3\n',
  }
  expect(build(files)).toBe(
    'apiVersion: v1\ndata:\n  A: "1"\n  B: 2 3\n  eq: a=b\n  file.txt: |\n    two\n    lines\n  other: |\n    two\n    lines\n  quoted: x\nkind: ConfigMap\nmetadata:\n  name: m\n',
  )
})

test('options of all generators give way to those of one, flags hold in either', () => {
  const text = build({
    'kustomization.yaml':
      'generatorOptions: {labels: {a: all, b: all}, immutable: true}\nsecretGenerator: [{name: s, literals: [k=v], options: {labels: {b: own}, disableNameSuffixHash: true}}]\n',
  })
  expect(text).toBe(
    'apiVersion: v1\ndata:\n  k: dg==\nimmutable: true\nkind: Secret\nmetadata:\n  labels:\n    a: all\n    b: own\n  name: s\ntype: Opaque\n',
  )
})

test.each([
  ['merge', '  a: base\n  b: top\n'],
  ['replace', '  b: top\n'],
])('behavior %s meets the map of a base', (behavior, data) => {
  const files = {
    'base/kustomization.yaml': 'configMapGenerator: [{name: m, literals: [a=base, b=base]}]\n',
    'kustomization.yaml': `resources: [base]\nconfigMapGenerator: [{name: m, behavior: ${behavior}, literals: [b=top]}]\n`,
  }
  expect(build(files)).toContain(`data:\n${data}kind`)
})

test('a behavior needs its counterpart', () => {
  expect(
    failureOf({ 'kustomization.yaml': 'configMapGenerator: [{name: m, behavior: merge, literals: [a=b]}]\n' }).message,
  ).toContain('does not exist; cannot merge or replace')
  expect(failureOf(single('configMapGenerator: [{name: m, literals: [a=b]}]\n', configMap('m'))).message).toContain(
    'behavior must be merge or replace',
  )
})

test.each([
  ['literals: [novalue]', 'invalid literal source novalue, expected key=value'],
  ['literals: [a=1, a=2]', 'illegally repeats the key `a`'],
  ['files: [a=b=c]', 'key name or file path contains'],
  ['files: ["=file"]', 'missing key name for file path "file"'],
])('%s is refused', (entry, message) => {
  expect(failureOf({ 'kustomization.yaml': `configMapGenerator:\n- name: m\n  ${entry}\n` }).message).toContain(message)
})
