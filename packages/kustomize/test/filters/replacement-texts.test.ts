import { expect, test } from 'vitest'
import { build, failureOf, single } from '../build.ts'

const SOURCE = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: s}\ndata: {x: new}\n'
const ENTRY = `replacements:
- source: {kind: ConfigMap, name: s, fieldPath: data.x}
  targets:
  - select: {kind: ConfigMap, name: a}
    fieldPaths: ['data.c\\.yaml.z.y']
`

function files(text: string): Record<string, string> {
  const indented = text.replace(/^(?=.)/gm, '    ')
  const target = `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata:\n  c.yaml: |\n${indented}`
  return { ...single(ENTRY, SOURCE, target) }
}

function textOf(files: Record<string, string>): string | undefined {
  return /c\.yaml: \|-\n((?: {4}.*\n|\n)*)/.exec(build(files))?.[1]?.replace(/^ {4}/gm, '')
}

test('a YAML text in a scalar keeps its order, quotes and flow', () => {
  const text = `q: 'full'
z: {y: "old", 'x': 1, "k k": [ a, 'b' ]}
b: "it's"
n: '1'
yes: y
list:
  - 'x'
  - y
  - {a: ''}
text: |
  two
  lines
folded: >
  one
  line
empty: {}
`
  expect(textOf(files(text))).toBe(`q: 'full'
z: {y: "new", 'x': 1, "k k": [a, 'b']}
b: "it's"
n: '1'
yes: y
list:
- 'x'
- y
- {a: ''}
text: |
  two
  lines
folded: >
  one line

empty: {}
`)
})

test('a YAML text with comments is refused, since they would be lost', () => {
  const error = failureOf(files('# top\nz: {y: old}\n'))
  expect(error.message).toContain(
    "field 'data.c\\.yaml.z.y' is inside of a YAML text with comments, which are not kept here",
  )
  expect(error.range?.start.line).toBe(10)
  expect(failureOf(files('z: {y: old} # why\n')).message).toContain('comments')
  expect(failureOf(files('a: | # why\n  x\nz: {y: old}\n')).message).toContain('comments')
})

test('a number sign that is no comment is none', () => {
  expect(textOf(files('a: "x # y"\nb: |\n  # z\nc: x#y\nz: {y: old}\n'))).toBe(
    'a: "x # y"\nb: |\n  # z\nc: x#y\nz: {y: new}\n',
  )
})

test('a value keeps the tag of what it replaces, where it would read as something else', () => {
  expect(textOf(files('z: {y: true, x: 1}\na: b\n'))).toBe('z: {y: !!bool new, x: 1}\na: b\n')
  expect(textOf(files('z:\n  y: 8\n'))).toBe('z:\n  y: !!int new\n')
})

test('messages show a node as it is written', () => {
  const spec = `spec:\n  replicas:\n    now: 'full'\n    a: "it's"\n    deep: {q: 'r', s: [ "t" ]}\n    y: no\n`
  const object = `apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\n${spec}`
  expect(failureOf({ ...single('replicas: [{name: a, count: 2}]\n', object) }).message).toBe(
    "considering field 'spec/replicas' of object Deployment.v1.apps/a.[noNs]: wrong node kind: expected ScalarNode but got MappingNode: " +
      `node contents:\nnow: 'full'\na: "it's"\ndeep: {q: 'r', s: ["t"]}\ny: no\n`,
  )
})
