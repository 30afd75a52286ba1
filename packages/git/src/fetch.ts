import { createHash } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { messageOf } from '@slipway/diag'
import { gitRunner, type GitRunner } from './command.ts'
import type { Environment } from './environment.ts'
import { GitError } from './errors.ts'
import { normalUrl } from './url.ts'

/** Where foreign repositories are kept. */
export interface FetchOptions {
  /** A folder of ours; each repository gets one inside. */
  readonly cacheDirectory: string
  readonly env?: Environment
  readonly signal?: AbortSignal
}

/**
 * Brings a repository by its URL into a bare one in the cache, whose branches are the remote's, and gives that one's directory.
 * Only http, https, ssh, git and file URLs are taken. It never asks for a password: credentials come from the user's helpers and ssh agent.
 *
 * @throws GitError `GIT_FETCH_FAILED` with git's own words.
 */
export async function fetchRepository(url: string, options: FetchOptions): Promise<string> {
  if (url.startsWith('-') || /^[a-z0-9+.-]+::/i.test(url))
    throw new GitError('GIT_FETCH_FAILED', `'${url}' is not a repository URL`, {
      hint: 'use an https, ssh or file URL',
    })
  const directory = join(options.cacheDirectory, createHash('sha256').update(normalUrl(url)).digest('hex').slice(0, 24))
  await mkdir(directory, { recursive: true, mode: 0o700 })
  const git = gitRunner(directory, options.env ?? process.env)
  await git.run({ args: ['init', '--quiet', '--bare', '.'] })
  await fetchInto(git, url, options.signal)
  return directory
}

async function fetchInto(git: GitRunner, url: string, signal: AbortSignal | undefined): Promise<void> {
  const heads = ['+refs/heads/*:refs/heads/*', '+refs/tags/*:refs/tags/*']
  const args = ['fetch', '--quiet', '--prune', '--no-recurse-submodules', '--no-write-fetch-head', '--', url, ...heads]
  try {
    await git.run({ args, ...(signal === undefined ? {} : { signal }) })
    const { text } = await git.run({ args: ['ls-remote', '--symref', '--', url, 'HEAD'] })
    const head = /^ref: (refs\/heads\/\S+)\tHEAD$/m.exec(text)?.[1]
    if (head !== undefined) await git.run({ args: ['symbolic-ref', 'HEAD', head] })
  } catch (error) {
    throw new GitError('GIT_FETCH_FAILED', `${url} could not be fetched: ${messageOf(error)}`, {
      cause: error,
      hint: 'check the URL and your access: git ls-remote with the same URL must work without a question',
    })
  }
}
