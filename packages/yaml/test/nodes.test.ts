import { expect, test } from 'vitest'
import { type YamlNode, fieldOf, parseFirst } from '../src/index.ts'

const TEXT = `# head
metadata:
  name: "web"   # line
  labels: {app: web, tier: 'a b'}
items:
- one
-  two: |
     text
`

function at(node: YamlNode | undefined): string {
  const range = node?.range
  if (range === undefined) return 'none'
  return `${range.start.line}:${range.start.column}-${range.end.line}:${range.end.column}`
}

test('every node knows its place', () => {
  const root = parseFirst(TEXT, { file: 'x.yaml', dialect: 'sigs' })
  const metadata = fieldOf(root, 'metadata')
  const labels = fieldOf(metadata, 'labels')
  const items = fieldOf(root, 'items')
  expect(at(fieldOf(metadata, 'name'))).toBe('3:9-3:14')
  expect(at(labels)).toBe('4:11-4:34')
  expect(at(fieldOf(labels, 'tier'))).toBe('4:28-4:33')
  expect(at(items)).toBe('6:1-9:1')
  expect(at(metadata)).toBe('3:3-4:34')
  expect(items?.kind === 'seq' ? at(fieldOf(items.items[1], 'two')) : '').toBe('7:9-9:1')
  expect(root?.range?.file).toBe('x.yaml')
})

test('dialect kyaml resolves tags while it reads', () => {
  const root = parseFirst('a: 1\nb: "1"\nc: yes\nd: !x 1\n', { dialect: 'kyaml' })
  const tags = ['a', 'b', 'c', 'd'].map((key) => {
    const node = fieldOf(root, key)
    return node === undefined || node.kind === 'alias' ? undefined : node.tag
  })
  expect(tags).toEqual(['!!int', '!!str', '!!str', '!x'])
})
