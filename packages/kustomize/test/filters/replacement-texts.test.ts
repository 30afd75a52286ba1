import { expect, test } from 'vitest'
import { build, failureOf, single } from '../build.ts'

const SOURCE = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: s}\ndata: {x: new}\n'
const ENTRY = `replacements:
- source: {kind: ConfigMap, name: s, fieldPath: data.x}
  targets:
  - select: {kind: ConfigMap, name: a}
    fieldPaths: ['data.c\\.yaml.z.y']
`

const GOAL = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n'

function files(text: string, own: { readonly entry?: string; readonly source?: string } = {}): Record<string, string> {
  const indented = text.replace(/^(?=.)/gm, '    ')
  return filesOf(`data:\n  c.yaml: |\n${indented}`, own)
}

function filesOf(data: string, { entry = ENTRY, source = SOURCE } = {}): Record<string, string> {
  return { ...single(entry, source, `${GOAL}${data}`) }
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

test('a YAML text keeps its comments', () => {
  const text = `# head

# of z
z: # behind z
  # above y
  y: old # line
  # foot
a: | # of a
  x
list:
# first
- one
# last
`
  expect(textOf(files(text))).toBe(text.replace('old', 'new'))
})

test('comments of what is replaced as a whole go, those next to it stay', () => {
  expect(textOf(files('# z\nz:\n  # y\n  y: {a: 1} # old\n  # foot\n'))).toBe('# z\nz:\n  # y\n  y: new\n  # foot\n')
})

test('anchors, aliases and merge keys stay as they are, and no path leads through them', () => {
  expect(textOf(files('b: &x {y: 1}\nz: &w\n  y: &v old\n  n: *v\nm: {<<: *w, y: *x}\n'))).toBe(
    'b: &x {y: 1}\nz: &w\n  y: &v new\n  n: *v\nm: {!!merge <<: *w, y: *x}\n',
  )
  expect(failureOf(files('b: &x {y: 1}\nz: *x\n')).message).toContain(
    'wrong node kind: expected MappingNode but got AliasNode',
  )
  expect(failureOf(files('b: &x {y: 1}\nz: {<<: *x}\n')).message).toContain('unable to find field')
  expect(textOf(files('b: &x {y: 1}\nz: {y: *x}\n'))).toBe('b: &x {y: 1}\nz: {y: new}\n')
})

test('a text whose tags are written keeps them', () => {
  expect(textOf(files('z: {y: !!str 1, x: !custom [a]}\nb: !!int "5"\n'))).toBe(
    'z: {y: !!str new, x: !custom [a]}\nb: !!int "5"\n',
  )
})

test('spaces at the end of a text go, a byte order mark does not', () => {
  const ending = (end: string): string =>
    build(filesOf(`data:\n  c.yaml: ${JSON.stringify(`z: {y: old} # a${end}`)}\n`))
  expect(ending('\ufeff')).toContain('c.yaml: "z: {y: new} # a\\uFEFF"')
  expect(ending('\u00a0\n')).toContain("c.yaml: 'z: {y: new} # a'")
})

test('of a text of several documents the first one stays', () => {
  expect(textOf(files('---\nz: # one\n  y: old\n---\nb: 1\n'))).toBe('z: # one\n  y: new\n')
})

test('an alias whose anchor went stays as it is, in JSON nothing is set then', () => {
  expect(textOf(files('z: {y: &x {a: 1}}\nb: *x\n'))).toBe('z: {y: new}\nb: *x\n')
  const json = '{z: {y: &x {a: 1}}, b: *x}'
  expect(build(filesOf(`data:\n  c.yaml: '${json}'\n`))).toContain(`c.yaml: '${json}'`)
})

test('JSON is read with its aliases resolved, and its comments go', () => {
  const json = '{"z": {"y": "1", "x": &x {"b": 9007199254740993}}, "w": *x} # why'
  expect(build(filesOf(`data:\n  c.yaml: '${json}'\n`))).toContain(
    `{"w":{"b":9007199254740993},"z":{"x":{"b":9007199254740993},"y":"new"}}`,
  )
})

test('a value with comments or tags of its own is refused where it would take the place of a list or map', () => {
  const source = SOURCE.replace('{x: new}', '\n  x: new # why')
  const refused = failureOf(files('z: {y: [1]}\n', { source }))
  expect(refused.message).toContain('would become a value with comments or tags, which are not kept here')
  expect(textOf(files('z:\n  y: old\n', { source }))).toBe('z:\n  y: new\n')
})

test('an element is found by a value as it is written', () => {
  const entry = ENTRY.replace('z.y', 'z.[name=^x$].y')
  const found = files("z:\n- {name: x, y: a}\n- {name: 'x', y: b}\n", { entry })
  expect(textOf(found)).toBe("z:\n- {name: x, y: new}\n- {name: 'x', y: b}\n")
  const commented = files('z:\n- name: x # why\n  y: 1\n', { entry })
  expect(failureOf(commented).message).toContain('unable to find field')
})

test('a pattern that a comment behind a value of a resource decides about is refused', () => {
  const list = (comment: string): string => `data:\n  l:\n  - {name: y, v: a}\n  - name: x${comment}\n    v: b\n`
  const entry = ENTRY.replace('c\\.yaml.z.y', 'l.[name=^x$].v')
  expect(failureOf(filesOf(list(' # why'), { entry })).message).toContain(
    'whether [name=^x$] matches depends on the comment behind x, which is not kept here',
  )
  expect(build(filesOf(list(''), { entry }))).toContain('v: new')
  expect(build(filesOf(list(' # why'), { entry: entry.replace('^x$', 'x') }))).toContain('v: new')
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

test('messages about a text show its comments, and those around it where a list is looked for', () => {
  const text = '# head\n\none # line\n'
  const missing = (part: string): string => {
    const entry = ENTRY.replace('z.y', part)
    return failureOf(filesOf(`data:\n  c.yaml: ${JSON.stringify(text)}\n`, { entry })).message
  }
  expect(missing('z')).toContain('expected MappingNode but got ScalarNode: node contents:\none # line\n')
  expect(missing('0')).toContain('expected SequenceNode but got ScalarNode: node contents:\n# head\n\none # line\n')
})

test('an empty text has no kind', () => {
  const entry = ENTRY.replace('z.y', 'z.y.x')
  expect(failureOf(files("z: {y: ''}\n", { entry })).message).toContain(
    'wrong node kind: expected MappingNode but got : node contents:\nnull\n',
  )
})

test('messages show a node as it is written', () => {
  const spec = `spec:\n  replicas:\n    now: 'full'\n    a: "it's"\n    deep: {q: 'r', s: [ "t" ]}\n    y: no\n`
  const object = `apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\n${spec}`
  expect(failureOf({ ...single('replicas: [{name: a, count: 2}]\n', object) }).message).toBe(
    "considering field 'spec/replicas' of object Deployment.v1.apps/a.[noNs]: wrong node kind: expected ScalarNode but got MappingNode: " +
      `node contents:\nnow: 'full'\na: "it's"\ndeep: {q: 'r', s: ["t"]}\ny: no\n`,
  )
})
