import { expect, test } from 'vitest'
import { MapNode, ScalarNode, YamlError, parseCommented, parseFirst, printDocument, printNode } from '../src/index.ts'

// What go-yaml v3 prints for the nodes that it read, recorded by conformance/yaml/oracle.
const PRINTED: readonly (readonly [name: string, text: string, printed: string])[] = [
  ['above, behind and below', '# head\na: 1 # line\n# foot\n\nb: 2\n', '# head\na: 1 # line\n# foot\n\nb: 2\n'],
  ['the head of a document', '# of all\n\n# of a\na: 1\n', '# of all\n\n# of a\na: 1\n'],
  ['the foot of a document', 'a: 1\n\n# of all\n', 'a: 1\n\n# of all\n'],
  ['a foot at the end', 'a:\n  b: 1\n  # of b\n# of a\n', 'a:\n  b: 1\n  # of b\n# of a\n'],
  ['a foot without a line break', 'a: 1\n# end', 'a: 1\n# end\n'],
  [
    'in lists',
    'a:\n# first\n- 1 # one\n# second\n\n# third\n- 2\n# last\n',
    'a:\n# first\n- 1 # one\n# second\n\n# third\n- 2\n# last\n',
  ],
  [
    'behind the mark of an item',
    '- # of both\n  b: 1\n  # c\n  c: 2\n- # of d\n  - d\n',
    '- # of both\n  b: 1\n  # c\n  c: 2\n- # of d\n  - d\n',
  ],
  [
    'above an item that is a list',
    '# item\n- # inner\n  - a\n  - b\n# next\n- c\n',
    '# item\n- # inner\n  - a\n  - b\n# next\n- c\n',
  ],
  [
    'between key and value',
    'a: # behind\n  # above\n  b: 1\nc:\n  # d\n  - d\n',
    'a: # behind\n  # above\n  b: 1\nc:\n# d\n- d\n',
  ],
  [
    'between key and scalar',
    'a: # behind\n  one\nb:\n  # above\n  two # line\n',
    'a: one # behind\nb: two # line\n# above\n',
  ],
  ['a line comment of a key with a flow value', 'a: # behind\n  {b: 1}\nc: 2\n', 'a: {b: 1}\nc: 2 # behind\n'],
  [
    'in flow collections',
    'a: [1, # one\n  # two\n  2 # end\n  ] # all\nb: {c: 1, # one\n  # d\n  d: 2 # end\n  }\n# below\n',
    'a: [1, # one\n  # two\n  2, # end\n] # all\nb: {c: 1, # one\n  # d\n  d: 2, # end\n}\n# below\n',
  ],
  [
    'the first line of a block scalar',
    'a: | # line\n  text # none\n  # none\nb: >- # line\n  folded\n',
    'a: | # line\n  text # none\n  # none\nb: >- # line\n  folded\n',
  ],
  [
    'other indentation',
    'a:\n    # deep\n    b: 1\n  # less\n    c: 2\n# none\n    d: 3\n',
    'a:\n  # deep\n  b: 1\n  # less\n  c: 2\n  # none\n  d: 3\n',
  ],
  [
    'a block of less indentation',
    'a:\n  b:\n    c: 1\n    # of c\n  # of b\n  d: 2\n# of a\ne: 3\n',
    'a:\n  b:\n    c: 1\n    # of c\n  # of b\n  d: 2\n# of a\ne: 3\n',
  ],
  [
    'empty lines between comments',
    'a: 1\n# one\n\n# two\n\n\n# three\nb: 2\n',
    'a: 1\n# one\n\n# two\n\n# three\nb: 2\n',
  ],
  ['before the mark of a document', '# head\n---\n# of a\na: 1\n', '# head\n# of a\na: 1\n'],
  ['on the line of the mark of a document', '--- # head\na: 1\n', '# head\na: 1\n'],
  ['the second document is not read', 'a: 1 # one\n# foot\n---\nb: 2 # two\n', 'a: 1 # one\n\n# foot\n'],
  ['carriage returns', '# head\r\na: 1 # line\r\n# next\r\nb: 2\r\n', '# head\n\na: 1 # line\n# next\n\nb: 2\n'],
  ['a line break of three bytes', 'a: 1\n# one\u2028# two\nb: 2\n', 'a: 1\n# one\n# two\nb: 2\n'],
  ['a comment beyond what is looked at', `a: 1\n${'\n'.repeat(512)}# far\nb: 2\n`, 'a: 1\n# far\nb: 2\n'],
  [
    'keys with a question mark',
    '? a # key\n: 1 # value\n? - b\n  # below b\n: c\n',
    'a: 1 # value\n? - b\n  # below b\n: c # key\n',
  ],
  ['a long key', `# above\n${'k'.repeat(130)}: 1 # line\n`, `# above\n? ${'k'.repeat(130)}\n: 1 # line\n`],
  ['a scalar alone', '# head\n\n# of it\ntext # line\n\n# foot\n', '# head\n\n# of it\ntext # line\n\n# foot\n'],
  [
    'anchors, aliases and merges',
    'a: &x {b: 1} # anchor\nc: *x # alias\nd:\n  <<: *x\n  e: 2\nf:\n- *x\n*x : key\n',
    'a: &x {b: 1} # anchor\nc: *x # alias\nd:\n  !!merge <<: *x\n  e: 2\nf:\n- *x\n*x: key\n',
  ],
  [
    'an anchor of a block',
    'a: &x # line\n  # above\n  b: 1\nc: &y\n- 1\nd: &z\n',
    'a: &x\n  # above\n  b: 1 # line\nc: &y\n- 1\nd: &z\n',
  ],
  ['an anchor of a block scalar', 'a: &x | # line\n  text\nb: &y "q"\n', 'a: &x | # line\n  text\nb: &y "q"\n'],
  [
    'tags',
    'a: !!str 1\nb: !custom x\nc: !!map {d: 1}\ne: !<tag:x,y> z\nf: ! g\nh: !!int "5"\ni: !a%20b j\nk: !!seq\n- l\n',
    'a: !!str 1\nb: !custom x\nc: !!map {d: 1}\ne: !<tag:x,y> z\nf: g\nh: !!int "5"\ni: !a%20b j\nk: !!seq\n- l\n',
  ],
  ['a tag handle', '%TAG !h! tag:example.com,2000:\n---\na: !h!b c\n', 'a: !<tag:example.com,2000:b> c\n'],
  ['a number sign without a blank', 'a: b#c\nd: "e"#f\n', 'a: b#c\nd: "e" #f\n'],
  ['a key and its value have one', 'a: # key\n  "b" # value\nc: 1\n', 'a: "b" # value\nc: 1 # key\n'],
  [
    'a foot below a foot',
    'a:\n  - b\n  # one\n\n  # two\n\n# three\n\nc: 1\n',
    'a:\n- b\n# one\n\n# two\n\n# three\nc: 1\n',
  ],
  [
    'a comment behind an alias key',
    'a: &x y\n*x : 1 # line\n# foot\n\nb: 2\n',
    'a: &x y\n*x: 1 # line\n# foot\n\nb: 2\n',
  ],
  ['below a key that is a list', '? [a] # key\n# foot\n\n: b\nc: d\n', '? [a] # key\n: b\n# foot\nc: d\n'],
  ['an empty value', 'a:\n# b\nb: # line\nc:\n  # foot\n', 'a:\n# b\nb: # line\nc:\n\n# foot\n'],
  ['characters of four bytes', '# 😀\na: "😀" # 😀\n', '# 😀\na: "\\U0001F600" # 😀\n'],
]

function printed(text: string): string {
  const document = parseCommented(text)
  return document === undefined ? '' : printDocument(document)
}

test.each(PRINTED)('comments: %s', (_, text, expected) => {
  expect(printed(text)).toBe(expected)
})

test('a text without a document has none', () => {
  expect(parseCommented('')).toBeUndefined()
  expect(parseCommented('# only\n')).toBeUndefined()
})

test('comments are kept only where they are asked for', () => {
  const kept = parseCommented('# head\na: 1 # line\n')?.root
  const bare = parseFirst('# head\na: 1 # line\n', { dialect: 'kyaml' })
  const commentsOf = (node: typeof bare): unknown[] =>
    node?.kind === 'map' ? node.entries.flatMap(({ key, value }) => [key.comments, value.comments]) : []
  expect(commentsOf(kept)).toEqual([{ head: '# head' }, { line: '# line' }])
  expect(commentsOf(bare)).toEqual([undefined, undefined])
})

test('what is no YAML is refused as everywhere', () => {
  expect(() => parseCommented('a: *b # no\n')).toThrow(YamlError)
  expect(() => parseCommented('a: b: c # no\n')).toThrow('yaml: mapping values are not allowed in this context')
})

test('a node whose value does not read with its tag is written with the tag, a string with quotes', () => {
  const map = new MapNode(undefined)
  map.entries = [
    { key: scalar('a', '!!str'), value: scalar('new', '!!int') },
    { key: scalar('b', '!!str'), value: scalar('12', '!!str') },
    { key: scalar('c', ''), value: scalar('two\nlines', '!!str') },
  ]
  expect(printNode(map)).toBe('a: !!int new\nb: "12"\nc: |-\n  two\n  lines\n')
})

function scalar(value: string, tag: string): ScalarNode {
  const node = new ScalarNode(value, 'plain')
  node.tag = tag
  return node
}
