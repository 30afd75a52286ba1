import { execFileSync } from 'node:child_process'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { openRepository, type Repository } from '@slipway/git'
import { temporaryDirectory } from '@slipway/testkit'
import { onTestFinished } from 'vitest'

/** A real repository for one test, with a helper that commits files and one that runs git. */
export interface TestRepository {
  readonly directory: string
  git(...args: string[]): string
  /** Writes files (undefined removes one), commits, and gives the SHA. */
  commit(files: Record<string, string | undefined>, message?: string): string
  open(): Promise<Repository>
}

/** A clock without the slow regular look at refs, so that only events can bring a change. */
export const eventsOnly = {
  after: (milliseconds: number, call: () => void): (() => void) => {
    if (milliseconds >= 5_000) return () => undefined
    const timer = setTimeout(call, milliseconds)
    return () => clearTimeout(timer)
  },
}

const IDENTITY = { GIT_AUTHOR_NAME: 'T', GIT_AUTHOR_EMAIL: 't@x', GIT_COMMITTER_NAME: 'T', GIT_COMMITTER_EMAIL: 't@x' }

export async function testRepository(...init: string[]): Promise<TestRepository> {
  const directory = await temporaryDirectory()
  const env = { PATH: process.env['PATH'], HOME: directory, GIT_CONFIG_NOSYSTEM: '1', ...IDENTITY }
  const git = (...args: string[]): string =>
    execFileSync('git', args, { cwd: directory, env, stdio: 'pipe' }).toString().trim()
  git('init', '--quiet', '--initial-branch=master', ...init)
  const commit = (files: Record<string, string | undefined>, message = 'change'): string => {
    for (const [path, text] of Object.entries(files)) {
      if (text === undefined) rmSync(join(directory, path))
      else {
        mkdirSync(dirname(join(directory, path)), { recursive: true })
        writeFileSync(join(directory, path), text)
      }
    }
    git('add', '--all')
    git('commit', '--quiet', '--allow-empty', '-m', message)
    return git('rev-parse', 'HEAD')
  }
  const open = async (): Promise<Repository> => {
    const repository = await openRepository(directory, { env })
    onTestFinished(() => repository.close())
    return repository
  }
  return { directory, git, commit, open }
}
