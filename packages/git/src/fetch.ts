import { createHash } from 'node:crypto'
import { mkdir, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { messageOf } from '@slipway/diag'
import { assertUrl, withoutSecrets } from './allowed-url.ts'
import { gitRunner, type GitRunner } from './command.ts'
import type { Environment } from './environment.ts'
import { GitError } from './errors.ts'
import { startLimits } from './fetch-limits.ts'
import { normalUrl } from './url.ts'

/** Where foreign repositories are kept. */
export interface FetchOptions {
  /** A folder of ours; each repository gets one inside. */
  readonly cacheDirectory: string
  readonly env?: Environment
  readonly signal?: AbortSignal
  /** Milliseconds that a fetch may take; default ten minutes. */
  readonly timeLimit?: number
  /** Bytes that a repository may have on disk; default 4 GiB. */
  readonly sizeLimit?: number
}

/**
 * Brings a repository by its URL into a bare one in the cache, whose branches are the remote's, and gives that one's directory.
 * Only http, https, ssh, git and file URLs are taken, and no more time and disk than the limits say. It never asks for a password: credentials come from the user's helpers and ssh agent.
 *
 * @throws GitError `GIT_FETCH_FAILED` with git's own words.
 */
export async function fetchRepository(url: string, options: FetchOptions): Promise<string> {
  assertUrl(url)
  const directory = join(options.cacheDirectory, createHash('sha256').update(normalUrl(url)).digest('hex').slice(0, 24))
  const isNew = (await mkdir(directory, { recursive: true, mode: 0o700 })) !== undefined
  const git = gitRunner(directory, options.env ?? process.env)
  await git.run({ args: ['init', '--quiet', '--bare', '.'] })
  const limits = startLimits(directory, options)
  try {
    await fetchInto(git, url, limits.signal)
    await limits.assert()
  } catch (error) {
    await giveBack(directory, isNew)
    const { exceeded } = limits
    const why = exceeded() ?? withoutSecrets(messageOf(error))
    throw new GitError('GIT_FETCH_FAILED', `${withoutSecrets(url)} could not be fetched: ${why}`, {
      cause: error,
      hint: 'check the URL and your access: git ls-remote with the same URL must work without a question',
    })
  } finally {
    limits.stop()
  }
  return directory
}

async function fetchInto(git: GitRunner, url: string, signal: AbortSignal): Promise<void> {
  const heads = ['+refs/heads/*:refs/heads/*', '+refs/tags/*:refs/tags/*']
  const args = ['fetch', '--quiet', '--prune', '--no-recurse-submodules', '--no-write-fetch-head', '--', url, ...heads]
  await git.run({ args: [...SETTINGS, ...args], signal })
  const { text } = await git.run({ args: ['ls-remote', '--symref', '--', url, 'HEAD'], signal })
  const head = /^ref: (refs\/heads\/\S+)\tHEAD$/m.exec(text)?.[1]
  if (head !== undefined && !head.includes('/-')) await git.run({ args: ['symbolic-ref', 'HEAD', head] })
}

// Objects that git would not write itself are refused as they come in; old tools wrote these, which do no harm.
const TOLERATED = [
  'zeroPaddedFilemode',
  'missingSpaceBeforeDate',
  'missingNameBeforeEmail',
  'badTimezone',
  'missingEmail',
]
const SETTINGS = ['fetch.fsckObjects=true', ...TOLERATED.map((fault) => `fetch.fsck.${fault}=warn`)].flatMap(
  (setting) => ['-c', setting],
)

// What a fetch that failed has left: all of a repository that was new, else the packs that came halfway.
async function giveBack(directory: string, isNew: boolean): Promise<void> {
  if (isNew) return rm(directory, { recursive: true, force: true })
  const packs = join(directory, 'objects/pack')
  const left = (await readdir(packs).catch(() => [])).filter((name) => name.startsWith('tmp_'))
  await Promise.all(left.map((name) => rm(join(packs, name), { force: true })))
}
