import { join } from 'node:path'
import { openRepository, fetchRepository, type RefChange } from '@slipway/git'
import { eventually, temporaryDirectory } from '@slipway/testkit'
import { expect, onTestFinished, test } from 'vitest'
import { eventsOnly as clock, testRepository, type TestRepository } from './repositories.ts'

async function watched(made: TestRepository): Promise<RefChange[]> {
  const seen: RefChange[] = []
  const watch = await (await made.open()).watch({ clock, onChange: (changes) => seen.push(...changes) })
  onTestFinished(() => watch.close())
  return seen
}

async function told(seen: RefChange[], ref: string, after: string | undefined): Promise<void> {
  await eventually(() => expect(seen).toContainEqual(expect.objectContaining({ ref, after })), { within: 3_000 })
}

test('moved, new and deleted refs are told, also in folders that did not exist, and after pack-refs', async () => {
  const made = await testRepository()
  const first = made.commit({ a: '1' })
  const seen = await watched(made)
  const second = made.commit({ a: '2' })
  await told(seen, 'refs/heads/master', second)
  made.git('update-ref', 'refs/remotes/origin/stg', first)
  await told(seen, 'refs/remotes/origin/stg', first)
  made.git('update-ref', 'refs/remotes/origin/stg', second)
  await told(seen, 'refs/remotes/origin/stg', second)
  made.git('update-ref', 'refs/heads/feature/deep/x', first)
  await told(seen, 'refs/heads/feature/deep/x', first)
  made.git('pack-refs', '--all', '--prune')
  made.git('update-ref', 'refs/heads/feature/deep/x', second)
  await told(seen, 'refs/heads/feature/deep/x', second)
  made.git('update-ref', '-d', 'refs/heads/feature/deep/x')
  await told(seen, 'refs/heads/feature/deep/x', undefined)
  made.git('checkout', '--quiet', '-b', 'other')
  await told(seen, 'HEAD', 'other')
})

test('a linked work tree sees the branches that all share', async () => {
  const made = await testRepository()
  made.commit({ a: '1' })
  const linked = join(await temporaryDirectory(), 'linked')
  made.git('worktree', 'add', '--quiet', '-b', 'side', linked)
  const repository = await openRepository(linked)
  onTestFinished(() => repository.close())
  expect(repository.directory).toBe(linked)
  expect(repository.commonDirectory).toBe(join(made.directory, '.git'))
  const seen: RefChange[] = []
  const watch = await repository.watch({ clock, onChange: (changes) => seen.push(...changes) })
  onTestFinished(() => watch.close())
  await told(seen, 'refs/heads/master', made.commit({ a: '2' }))
})

test('a fetched repository follows its origin', async () => {
  const made = await testRepository()
  const first = made.commit({ a: '1' })
  const cacheDirectory = await temporaryDirectory()
  const url = `file://${made.directory}`
  const directory = await fetchRepository(url, { cacheDirectory })
  const repository = await openRepository(directory)
  onTestFinished(() => repository.close())
  expect((await repository.resolve('HEAD')).commit).toBe(first)
  const second = made.commit({ a: '2' })
  expect(await fetchRepository(url, { cacheDirectory })).toBe(directory)
  expect((await repository.resolve('master')).commit).toBe(second)
  const refused = fetchRepository(`file://${made.directory}/none`, { cacheDirectory })
  await expect(refused).rejects.toMatchObject({
    code: 'GIT_FETCH_FAILED',
    message: expect.stringContaining('could not be fetched: git fetch: ') as string,
  })
})
