import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { RefChange } from '@slipway/git'
import { eventually } from '@slipway/testkit'
import { expect, onTestFinished, test } from 'vitest'
import { eventsOnly as clock, testRepository } from './repositories.ts'

const isKnown = knowsReftable()

// Since 2.45, where it was built with it.
function knowsReftable(): boolean {
  const directory = mkdtempSync(join(tmpdir(), 'slipway-reftable-'))
  try {
    execFileSync('git', ['init', '--quiet', '--ref-format=reftable', directory], { stdio: 'ignore' })
    return true
  } catch {
    return false
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}

test.skipIf(!isKnown)(
  'a repository whose refs are a reftable is read and followed (needs a git that knows it)',
  async () => {
    const made = await testRepository('--ref-format=reftable')
    const first = made.commit({ a: '1' })
    const repository = await made.open()
    expect(await repository.head()).toMatchObject({ branch: 'master', commit: first })
    const seen: RefChange[] = []
    const watch = await repository.watch({ clock, onChange: (changes) => seen.push(...changes) })
    onTestFinished(() => watch.close())
    const told = (ref: string, after: string | undefined): Promise<void> =>
      eventually(() => expect(seen).toContainEqual(expect.objectContaining({ ref, after })), { within: 5_000 })
    const second = made.commit({ a: '2' })
    await told('refs/heads/master', second)
    made.git('pack-refs', '--all')
    made.git('update-ref', 'refs/heads/stg', first)
    await told('refs/heads/stg', first)
    expect((await repository.resolve('stg')).commit).toBe(first)
    made.git('update-ref', '-d', 'refs/heads/stg')
    await told('refs/heads/stg', undefined)
  },
)
