import { rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { testRepository } from './repositories.ts'

const text = (data: Uint8Array | undefined): string | undefined => data && Buffer.from(data).toString()

test('a tree shows the commit, whatever the work tree holds', async () => {
  const made = await testRepository()
  symlinkSync('chart/values.yaml', join(made.directory, 'link'))
  const commit = made.commit({ 'chart/values.yaml': 'a: 1\n', 'chart/templates/x.yaml': 'x', 'ü/ö.txt': 'umlaut' })
  writeFileSync(join(made.directory, 'chart/values.yaml'), 'a: 2\n')
  const tree = await (await made.open()).loadTree(commit)
  expect(text(tree.read('chart/values.yaml'))).toBe('a: 1\n')
  expect(text(tree.read('ü/ö.txt'))).toBe('umlaut')
  expect(tree.list('')).toEqual([
    { name: 'chart', kind: 'directory' },
    { name: 'link', kind: 'symlink' },
    { name: 'ü', kind: 'directory' },
  ])
  expect(tree.readlink('link')).toBe('chart/values.yaml')
  expect([tree.read('link'), tree.stat('chart/templates'), tree.stat('none')]).toEqual([
    undefined,
    'directory',
    undefined,
  ])
})

test('what was not read ahead is read when asked for', async () => {
  const made = await testRepository()
  const large = 'x'.repeat(300_000)
  const commit = made.commit({ 'app/large.bin': large, 'app/small': 's', 'chart/values.yaml': 'v' })
  const tree = await (await made.open()).loadTree(commit, { under: ['chart'] })
  expect(text(tree.read('app/small'))).toBe('s')
  expect(text(tree.read('app/large.bin'))).toBe(large)
})

test('many objects come through one process in order', async () => {
  const made = await testRepository()
  const files = Object.fromEntries(Array.from({ length: 200 }, (_, n) => [`f/${n}`, String(n).repeat(n)]))
  const commit = made.commit(files)
  const tree = await (await made.open()).loadTree(commit)
  for (const [path, content] of Object.entries(files)) expect(text(tree.read(path))).toBe(content)
})

test('the id of a folder changes with its content only', async () => {
  const made = await testRepository()
  const first = made.commit({ 'app/a': '1', b: '1' })
  const second = made.commit({ b: '2' })
  const third = made.commit({ 'app/a': '2' })
  const repository = await made.open()
  const [one, two, three] = await Promise.all([first, second, third].map((sha) => repository.objectId(`${sha}:app`)))
  expect(one).toBe(two)
  expect(three).not.toBe(one)
  expect(await repository.objectId(`${first}:none`)).toBeUndefined()
  expect(await repository.readObject('no such object')).toBeUndefined()
})

test('an object that is gone is named with the file that it was', async () => {
  const made = await testRepository()
  const commit = made.commit({ 'deploy/a.yaml': 'a' })
  const id = made.git('rev-parse', 'HEAD:deploy/a.yaml')
  rmSync(join(made.directory, '.git/objects', id.slice(0, 2), id.slice(2)))
  const repository = await made.open()
  await expect(repository.loadTree(commit)).rejects.toMatchObject({
    code: 'GIT_NO_OBJECT',
    message: `git has no object ${id}, which is deploy/a.yaml`,
  })
})
