import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { temporaryDirectory } from '@slipway/testkit'
import { expect, onTestFinished, test } from 'vitest'
import { openRepository } from '@slipway/git'
import { objectReader } from '../src/batch.ts'
import { readRefFiles, tagPeeler } from '../src/ref-files.ts'
import { testRepository, type TestRepository } from './repositories.ts'

async function fromFiles(made: TestRepository): Promise<[string, string][] | undefined> {
  const reader = objectReader({ directory: made.directory, env: process.env })
  onTestFinished(() => reader.close())
  const refs = await readRefFiles({ commonDirectory: join(made.directory, '.git') }, tagPeeler(reader))
  return refs === undefined ? undefined : [...refs]
}

async function fromGit(made: TestRepository): Promise<[string, string][]> {
  return [...(await (await made.open()).refs())]
}

test('files give the refs that git gives: loose, packed, both, annotated tags, links', async () => {
  const made = await testRepository()
  const first = made.commit({ a: '1' })
  made.git('branch', 'old')
  made.git('tag', '--annotate', '--message', 'One', 'v1')
  made.git('tag', 'plain')
  made.git('update-ref', 'refs/remotes/origin/stg', first)
  made.git('symbolic-ref', 'refs/remotes/origin/HEAD', 'refs/remotes/origin/stg')
  made.git('pack-refs', '--all')
  made.commit({ a: '2' })
  made.git('tag', '--annotate', '--message', 'Two', 'v2')
  made.git('update-ref', 'refs/heads/feature/deep/x', first)
  const refs = await fromFiles(made)
  expect(refs).toEqual(await fromGit(made))
  expect(refs?.map(([name]) => name)).toContain('refs/remotes/origin/HEAD')
  expect(refs).toHaveLength(8)
})

test('a lock and a damaged file are no refs', async () => {
  const made = await testRepository()
  made.commit({ a: '1' })
  writeFileSync(join(made.directory, '.git/refs/heads/next.lock'), '')
  writeFileSync(join(made.directory, '.git/refs/heads/broken'), 'not an id\n')
  expect((await fromFiles(made))?.map(([name]) => name)).toEqual(['refs/heads/master'])
})

test('a remote and an identity are read again when the configuration changes', async () => {
  const made = await testRepository()
  made.commit({ a: '1' })
  const repository = await openRepository(made.directory, { env: { ...process.env, HOME: await temporaryDirectory() } })
  onTestFinished(() => repository.close())
  expect(await repository.remotes()).toEqual([])
  made.git('remote', 'add', 'origin', 'git@github.com:acme/shop.git')
  made.git('config', 'user.name', 'Ada')
  made.git('config', 'user.email', 'ada@example.com')
  expect(await repository.remotes()).toEqual([{ name: 'origin', url: 'git@github.com:acme/shop.git' }])
  expect(await repository.identity()).toEqual({ name: 'Ada', email: 'ada@example.com' })
})
