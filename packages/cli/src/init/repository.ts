import { execFile } from 'node:child_process'
import { basename } from 'node:path'
import { promisify } from 'node:util'
import { GitError, openRepository, type Repository } from '@slipway/git'
import type { Io } from '../io.ts'
import { InitError } from './errors.ts'
import { dnsLabel, type Replacements, replacementsOf } from './placeholders.ts'

const exec = promisify(execFile)

/** The repository around the current folder; a new one where there is none. */
export async function openOrInit(io: Io): Promise<Repository> {
  try {
    return await openRepository(io.cwd, { env: io.env })
  } catch (error) {
    if (!(error instanceof GitError) || error.code !== 'GIT_NOT_A_REPOSITORY') throw error
    await git(io.cwd, io, ['init', '--quiet', '--initial-branch=master'])
    io.stdout.write('made a git repository\n')
    return openRepository(io.cwd, { env: io.env })
  }
}

/** What the placeholders become, and the remote that has to be added for that, if there is none. */
export interface Names {
  readonly replacements: Replacements
  readonly invented: string | undefined
}

/** Names everything after the remote `origin`, else after the first one, else after the folder. @throws InitError `CLI_REMOTE_URL` */
export async function namesOf(repository: Repository): Promise<Names> {
  const remotes = await repository.remotes()
  const url = (remotes.find(({ name }) => name === 'origin') ?? remotes[0])?.url
  const invented = `https://github.com/acme/${dnsLabel(basename(repository.directory))}.git`
  const replacements = replacementsOf(url ?? invented)
  if (replacements !== undefined) return { replacements, invented: url === undefined ? invented : undefined }
  throw new InitError('CLI_REMOTE_URL', `the remote's URL ${url ?? ''} names no owner and repository`, {
    hint: 'git remote set-url origin https://github.com/<owner>/<name>.git',
  })
}

/** Adds the remote that Applications name: they must find their repository by it. */
export async function addRemote(repository: Repository, url: string, io: Io): Promise<void> {
  await git(repository.directory, io, ['remote', 'add', 'origin', url])
  io.stdout.write(`added the remote origin ${url}; change it with git remote set-url, and in argocd/ with it\n`)
}

function git(cwd: string, io: Io, args: readonly string[]): Promise<unknown> {
  return exec('git', args, { cwd, env: { ...io.env } as NodeJS.ProcessEnv })
}
