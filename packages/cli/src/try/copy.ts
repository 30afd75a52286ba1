import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { promisify } from 'node:util'
import { gitEnvironment, openRepository, type Repository } from '@slipway/git'
import type { Io } from '../io.ts'
import type { Place } from '../place.ts'

/** A copy of a repository with a folder of its own for its cluster: nothing of it is left when it was removed. */
export interface Copy {
  readonly place: Place
  remove(): Promise<void>
}

/** Copies a repository's branches and remotes into a temporary folder; `branches` are local ones there, wherever the original has them from. */
export async function copyRepository(place: Place, branches: readonly string[], io: Io): Promise<Copy> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'slipway-try-')))
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 })
  try {
    const directory = join(folder, basename(place.repository.directory))
    await fill(directory, place.repository, branches)
    const repository = await openRepository(directory, { env: io.env })
    const stateDirectory = join(folder, 'state')
    const kubeconfig = join(stateDirectory, 'kubeconfig')
    return {
      place: { ...place, repository, stateDirectory, kubeconfig },
      remove: () => {
        repository.close()
        return remove()
      },
    }
  } catch (error) {
    await remove()
    throw error
  }
}

async function fill(directory: string, original: Repository, branches: readonly string[]): Promise<void> {
  await mkdir(directory)
  const git = (...args: string[]): Promise<unknown> =>
    promisify(execFile)('git', args, { cwd: directory, env: gitEnvironment(process.env) })
  await git('init', '--quiet')
  const from = ['--update-head-ok', '--update-shallow', original.commonDirectory]
  await git('fetch', '--quiet', ...from, '+refs/heads/*:refs/heads/*', '+refs/remotes/*:refs/remotes/*')
  for (const { name, url } of await original.remotes()) await git('remote', 'add', name, url)
  for (const branch of branches) {
    const { commit } = await original.resolve(branch)
    await git('update-ref', `refs/heads/${branch}`, commit)
  }
  const { branch, commit = 'HEAD' } = await original.head()
  await git('checkout', '--quiet', '--force', ...(branch === undefined ? ['--detach', commit] : [branch]))
}
