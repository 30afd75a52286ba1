import { execFileSync } from 'node:child_process'
import { openRepository } from '@slipway/git'
import { temporaryDirectory } from '@slipway/testkit'
import { expect, test } from 'vitest'
import { testRepository } from './repositories.ts'

test('a local branch wins over the remote one, that over a tag, that over a SHA', async () => {
  const made = await testRepository()
  const [first, second, third] = [made.commit({ a: '1' }), made.commit({ a: '2' }), made.commit({ a: '3' })]
  made.git('remote', 'add', 'origin', 'https://example.com/a/b')
  made.git('update-ref', 'refs/remotes/origin/stg', second)
  made.git('tag', 'stg', third)
  const repository = await made.open()
  expect(await repository.resolve('stg')).toEqual({ commit: second, ref: 'refs/remotes/origin/stg' })
  made.git('branch', 'stg', first)
  expect(await repository.resolve('stg')).toEqual({ commit: first, ref: 'refs/heads/stg' })
  expect(await repository.resolve(third.slice(0, 8))).toEqual({ commit: third, ref: undefined })
})

test('the remote is the one that the URL spells', async () => {
  const made = await testRepository()
  const [first, second] = [made.commit({ a: '1' }), made.commit({ a: '2' })]
  made.git('remote', 'add', 'origin', 'git@example.com:fork/shop.git')
  made.git('remote', 'add', 'upstream', 'git@example.com:acme/shop.git')
  made.git('update-ref', 'refs/remotes/origin/stg', first)
  made.git('update-ref', 'refs/remotes/upstream/stg', second)
  const repository = await made.open()
  expect((await repository.resolve('stg', 'https://example.com/Acme/shop')).commit).toBe(second)
})

test('an annotated tag stands for its commit', async () => {
  const made = await testRepository()
  const commit = made.commit({ a: '1' })
  made.git('tag', '-a', 'v1', '-m', 'one')
  expect((await (await made.open()).resolve('v1')).commit).toBe(commit)
})

test('HEAD is the default branch of the remote, else main or master, else the current branch', async () => {
  const made = await testRepository()
  const master = made.commit({ a: '1' })
  made.git('checkout', '--quiet', '-b', 'feature')
  const feature = made.commit({ a: '2' })
  const repository = await made.open()
  expect((await repository.resolve('HEAD')).commit).toBe(master)
  made.git('update-ref', 'refs/remotes/origin/feature', feature)
  made.git('symbolic-ref', 'refs/remotes/origin/HEAD', 'refs/remotes/origin/feature')
  expect((await repository.resolve('HEAD')).ref).toBe('refs/heads/feature')
  made.git('symbolic-ref', '-d', 'refs/remotes/origin/HEAD')
  made.git('branch', '-D', 'master')
  expect((await repository.resolve('')).ref).toBe('refs/heads/feature')
})

test('refusals have a name and a remedy', async () => {
  const made = await testRepository()
  const repository = await made.open()
  await expect(repository.resolve('stg')).rejects.toMatchObject({ code: 'GIT_NO_COMMITS' })
  made.commit({ a: '1' })
  const refused = repository.resolve('stg')
  await expect(refused).rejects.toMatchObject({ code: 'GIT_UNKNOWN_REVISION', hint: expect.stringContaining('master') })
  await expect(openRepository(await temporaryDirectory())).rejects.toMatchObject({ code: 'GIT_NOT_A_REPOSITORY' })
  const withoutGit = openRepository(made.directory, { env: { PATH: '/nonexistent' } })
  await expect(withoutGit).rejects.toMatchObject({ code: 'GIT_NOT_INSTALLED' })
})

test.skipIf(process.getuid?.() !== 0)(
  'a directory of somebody else is refused with the line that allows it',
  async () => {
    const made = await testRepository()
    made.commit({ a: '1' })
    execFileSync('chown', ['-R', '12345', made.directory])
    const refused = openRepository(made.directory, { env: { PATH: process.env['PATH'] } })
    await expect(refused).rejects.toMatchObject({
      code: 'GIT_UNSAFE_DIRECTORY',
      hint: expect.stringContaining(made.directory),
    })
  },
)

test('variables that point git elsewhere are not handed on', async () => {
  const made = await testRepository()
  const commit = made.commit({ a: '1' })
  const env = { PATH: process.env['PATH'], GIT_DIR: '/nonexistent', GIT_INDEX_FILE: '/nonexistent' }
  const repository = await openRepository(made.directory, { env })
  expect((await repository.head()).commit).toBe(commit)
  repository.close()
})
