import { expect, test } from 'vitest'
import { compareBytes, memoryTree } from '@slipway/diag'

test('a memory tree has the directories that its paths imply', () => {
  const tree = memoryTree({ 'a/b/c.yaml': 'c', 'a/d.yaml': 'd', 'top.txt': 't' })
  expect(tree.list('')).toEqual([
    { name: 'a', kind: 'directory' },
    { name: 'top.txt', kind: 'file' },
  ])
  expect(tree.list('a').map((entry) => entry.name)).toEqual(['b', 'd.yaml'])
  expect(tree.stat('a/b')).toBe('directory')
  expect(tree.stat('a/x')).toBeUndefined()
  expect(new TextDecoder().decode(tree.read('a/b/c.yaml'))).toBe('c')
  expect(tree.read('a')).toBeUndefined()
})

test('byte order equals the order of the UTF-8 encodings', () => {
  const words = ['a', 'B', 'ab', 'ä', '\uffee', '\u{1f600}', '', 'a\u0000']
  const byBytes = [...words].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
  expect([...words].sort(compareBytes)).toEqual(byBytes)
})
