import { expect, test } from 'vitest'
import { testRepository } from './repositories.ts'

const AUTHOR = { name: 'Slipway', email: 'slipway@localhost', time: Date.UTC(2026, 0, 1) }

test('a deployment commit has its tree, parents and trailers, and leaves index, work tree and branches alone', async () => {
  const made = await testRepository()
  const [first, second] = [made.commit({ 'env/image.yaml': 'old', a: '1' }), made.commit({ a: '2' })]
  const before = [made.git('status', '--porcelain'), made.git('rev-parse', 'HEAD'), made.git('ls-files', '--stage')]
  const repository = await made.open()
  const tree = await repository.writeTree(second, { 'env/image.yaml': 'new\n', a: undefined, 'b/c': 'x' })
  const trailers = [
    ['Source-Commit', second],
    ['Image', 'x@sha256:1'],
  ] as const
  const commit = await repository.writeCommit({
    tree,
    parents: [first, second],
    message: 'Deploy',
    trailers,
    author: AUTHOR,
  })
  await repository.moveRef('refs/slipway/environments/staging', { to: commit, from: '' })
  const [info] = await repository.log({ range: commit, limit: 1 })
  expect(info).toMatchObject({ tree, parents: [first, second], subject: 'Deploy', trailers, time: AUTHOR.time })
  const read = await repository.loadTree(commit)
  expect(['env/image.yaml', 'a', 'b/c'].map((path) => read.read(path)?.toString())).toEqual(['new\n', undefined, 'x'])
  expect([made.git('status', '--porcelain'), made.git('rev-parse', 'HEAD'), made.git('ls-files', '--stage')]).toEqual(
    before,
  )
})

test('a ref that moved meanwhile is not overwritten', async () => {
  const made = await testRepository()
  const [first, second] = [made.commit({ a: '1' }), made.commit({ a: '2' })]
  const repository = await made.open()
  const ref = 'refs/slipway/x'
  await repository.moveRef(ref, { to: first, from: '' })
  await expect(repository.moveRef(ref, { to: second, from: '' })).rejects.toMatchObject({ code: 'GIT_REF_MOVED' })
  await expect(repository.moveRef(ref, { to: first, from: second })).rejects.toMatchObject({
    code: 'GIT_REF_MOVED',
    message: `${ref} moved meanwhile: is at ${first} but expected ${second}`,
  })
  await repository.moveRef(ref, { to: second, from: first })
  expect((await repository.refs()).get(ref)).toBe(second)
})

test('missing commits are told by what they change', async () => {
  const made = await testRepository()
  const base = made.commit({ a: '1\n', b: '1\n' })
  const fix = made.commit({ a: 'fixed\n' }, 'fix')
  const hotfix = made.commit({ b: 'hot\n' }, 'hotfix')
  made.git('checkout', '--quiet', '-b', 'stg', base)
  made.commit({ c: '1\n' }, 'other')
  made.git('cherry-pick', fix)
  const repository = await made.open()
  const missing = await repository.commitsMissing({ from: 'master', in: 'stg' })
  expect(missing.map((commit) => commit.commit)).toEqual([hotfix])
  expect(await repository.mergeBase('master', 'stg')).toBe(base)
  expect(await repository.isAncestor(base, 'stg')).toBe(true)
  expect(await repository.isAncestor('stg', base)).toBe(false)
  expect(await repository.countApart('stg', 'master')).toEqual({ ahead: 2, behind: 2 })
})

test('a cherry-pick gives a tree, or the paths in conflict', async () => {
  const made = await testRepository()
  const base = made.commit({ a: '1\n', b: '1\n' })
  const hotfix = made.commit({ b: 'hot\n' })
  made.git('checkout', '--quiet', '-b', 'stg', base)
  const clean = made.commit({ a: '2\n' })
  const clash = made.commit({ b: 'cold\n' })
  const repository = await made.open()
  const picked = await repository.cherryPickTree(hotfix, clean)
  const tree = await repository.loadTree(picked.tree ?? '')
  expect([tree.read('a')?.toString(), tree.read('b')?.toString()]).toEqual(['2\n', 'hot\n'])
  expect(await repository.cherryPickTree(hotfix, clash)).toEqual({ conflicts: ['b'] })
})
