import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { gitEnvironment, type Repository } from '@slipway/git'
import { systemClock } from '@slipway/objects'
import { edited, type Edit } from './edits.ts'

/** A branch that a scenario moved. */
export interface Move {
  readonly branch: string
  readonly before: string
  readonly after: string
}

/** Makes one commit on a branch, wherever that is checked out. */
export async function commitOn(
  repository: Repository,
  branch: string,
  change: { readonly subject: string; readonly edits: readonly Edit[] },
): Promise<Move> {
  const { commit: before } = await repository.resolve(branch)
  const files = edited(await repository.loadTree(before), change.edits)
  const tree = await repository.writeTree(before, files)
  const after = await written(repository, { tree, parent: before, message: change.subject })
  await moveBranch(repository, { branch, before, after })
  return { branch, before, after }
}

/**
 * Takes the moves of a scenario back, newest first: a branch that is still where the scenario left it is where it was before; one that somebody has moved on
 * gets a revert. Gives the commit that each branch is at.
 */
export async function takeBack(repository: Repository, moves: readonly Move[]): Promise<ReadonlyMap<string, string>> {
  const heads = new Map<string, string>()
  for (const move of moves.toReversed()) {
    const { commit: head } = await repository.resolve(move.branch)
    const after = head === move.after ? move.before : await reverted(repository, move, head)
    await moveBranch(repository, { branch: move.branch, before: head, after })
    heads.set(move.branch, after)
  }
  return heads
}

// The change from after to before, put upon what somebody has committed since.
async function reverted(repository: Repository, { before, after }: Move, head: string): Promise<string> {
  const undo = await written(repository, {
    tree: (await repository.objectId(`${before}^{tree}`)) ?? '',
    parent: after,
    message: 'Take a scenario back',
  })
  const { tree, conflicts } = await repository.cherryPickTree(undo, head)
  if (tree === undefined)
    throw new Error(
      `${after.slice(0, 7)} cannot be taken back, because of ${conflicts.join(', ')}: git revert it by hand`,
    )
  return written(repository, { tree, parent: head, message: `Revert ${after.slice(0, 7)} of slipway try` })
}

async function written(
  repository: Repository,
  commit: { readonly tree: string; readonly parent: string; readonly message: string },
): Promise<string> {
  const identity = (await repository.identity()) ?? { name: 'Slipway', email: 'slipway@localhost' }
  const author = { ...identity, time: systemClock.now() }
  return repository.writeCommit({ tree: commit.tree, parents: [commit.parent], message: commit.message, author })
}

// A work tree in which the branch is checked out goes along; what is changed there and not committed stays, or git refuses.
async function moveBranch(repository: Repository, { branch, before, after }: Move): Promise<void> {
  const ref = `refs/heads/${branch}`
  const folder = await workTreeOf(repository, ref)
  if (folder === undefined) await repository.moveRef(ref, { from: before, to: after, reason: 'slipway try' })
  else await git(folder, ['reset', '--quiet', '--keep', after])
}

async function workTreeOf({ directory }: Repository, ref: string): Promise<string | undefined> {
  const trees = (await git(directory, ['worktree', 'list', '--porcelain'])).split('\n\n')
  const found = trees.find((text) => text.split('\n').includes(`branch ${ref}`) && !/^prunable/m.test(text))
  return /^worktree (.*)$/m.exec(found ?? '')?.[1]
}

async function git(cwd: string, args: readonly string[]): Promise<string> {
  // The user's hooks belong to the user's own commits.
  const { stdout } = await promisify(execFile)('git', ['-c', 'core.hooksPath=/dev/null', ...args], {
    cwd,
    env: gitEnvironment(process.env),
  })
  return stdout
}
