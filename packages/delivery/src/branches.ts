import { GitError, type Repository } from '@slipway/git'
import { messageOf } from '@slipway/diag'
import { DeliveryError } from './errors.ts'
import { gitText } from './run-git.ts'

/** The commit that a branch is at: the local one, else the remote-tracking one. @throws GitError `GIT_UNKNOWN_REVISION` */
export async function branchHead(repository: Repository, branch: string): Promise<string> {
  return (await repository.resolve(branch)).commit
}

/** A branch to move forward. */
export interface Advance {
  readonly branch: string
  /** The commit that the new one was made on. */
  readonly from: string
  readonly to: string
}

/**
 * Moves a branch forward. Where it is checked out, that work tree is fast-forwarded with it, and must be clean for that; elsewhere only the ref moves.
 * @throws DeliveryError `DELIVERY_DIRTY` and `DELIVERY_MOVED`
 */
export async function advanceBranch(repository: Repository, { branch, from, to }: Advance): Promise<void> {
  const ref = `refs/heads/${branch}`
  const local = (await repository.refs()).get(ref)
  if (local !== undefined && local !== from) throw movedError(branch)
  const worktree = await worktreeOf(repository, ref)
  if (worktree !== undefined) return await fastForward(worktree, branch, to)
  try {
    await repository.moveRef(ref, { to, from: local ?? '', reason: 'slipway' })
  } catch (error) {
    if (error instanceof GitError && error.code === 'GIT_REF_MOVED') throw movedError(branch, error)
    throw error
  }
}

/** @throws DeliveryError `DELIVERY_DIRTY` for a branch that {@link advanceBranch} could not move, before anything is made for it */
export async function refuseDirty(repository: Repository, branch: string): Promise<void> {
  const worktree = await worktreeOf(repository, `refs/heads/${branch}`)
  if (worktree !== undefined) await checkClean(worktree, branch)
}

async function fastForward(worktree: string, branch: string, to: string): Promise<void> {
  await checkClean(worktree, branch)
  try {
    await gitText(worktree, ['merge', '--ff-only', '--quiet', to])
  } catch (error) {
    throw new DeliveryError(
      'DELIVERY_DIRTY',
      `${branch} cannot be moved forward in ${worktree}: ${messageOf(error).split('\n')[0]}`,
      {
        cause: error,
        hint: 'move the files away that git names, then try again',
      },
    )
  }
}

async function checkClean(worktree: string, branch: string): Promise<void> {
  const changed = await gitText(worktree, ['status', '--porcelain', '--untracked-files=no'])
  if (changed === '') return
  throw new DeliveryError('DELIVERY_DIRTY', `${branch} is checked out in ${worktree} with uncommitted changes`, {
    hint: 'commit them, or put them away with git stash',
  })
}

/** The folder in which a branch is checked out. */
async function worktreeOf(repository: Repository, ref: string): Promise<string | undefined> {
  const list = await gitText(repository.directory, ['worktree', 'list', '--porcelain'])
  // A work tree whose folder was deleted by hand is still listed.
  const entries = list.split('\n\n').filter((text) => !/^prunable/m.test(text))
  const entry = entries.find((text) => text.split('\n').includes(`branch ${ref}`))
  return entry === undefined ? undefined : /^worktree (.*)$/m.exec(entry)?.[1]
}

function movedError(branch: string, cause?: unknown): DeliveryError {
  return new DeliveryError('DELIVERY_MOVED', `${branch} moved meanwhile`, {
    cause,
    hint: 'look at what came in, then run the command again',
  })
}
