import type { CommitInfo, Repository } from '@slipway/git'
import { changedPaths } from './changed-paths.ts'
import { isPipelineFile } from './written.ts'
import { advanceBranch, branchHead, refuseDirty } from './branches.ts'
import { DeliveryError } from './errors.ts'
import { lostHotfixes } from './hotfixes.ts'
import { committerOf } from './identity.ts'
import type { BranchCommit, Stop } from './promote.ts'

/** Hotfixes of one branch that another one is to get. */
export interface BackportRequest {
  readonly repository: Repository
  /** Where the hotfixes are: production. */
  readonly from: Stop
  /** What gets them: staging. */
  readonly to: Stop
  readonly now: number
}

/** What was backported: the new commits, oldest first, with the hotfix that each one is of. */
export interface Backport extends BranchCommit {
  readonly picked: readonly { readonly of: string; readonly commit: string; readonly subject: string }[]
}

/**
 * Cherry-picks every hotfix that a promotion would lose, oldest first, and moves the branch. Each new commit names the one that it comes from, as
 * `git cherry-pick -x` does. @throws DeliveryError `DELIVERY_NOTHING_TO_DO`, `DELIVERY_CONFLICT` (then nothing has moved), `DELIVERY_DIRTY`
 */
export async function backport(request: BackportRequest): Promise<Backport> {
  const { repository, from, to } = request
  const [source, target] = await Promise.all([branchHead(repository, to.branch), branchHead(repository, from.branch)])
  const route = { from: to.environment, to: from.environment }
  const hotfixes = await lostHotfixes(repository, { source, target, route })
  if (hotfixes.length === 0) {
    throw new DeliveryError('DELIVERY_NOTHING_TO_DO', `${to.branch} has all hotfixes of ${from.branch} already`)
  }
  await refuseDirty(repository, to.branch)
  const picked: Backport['picked'][number][] = []
  let head = source
  for (const hotfix of hotfixes) {
    head = await pick(request, hotfix, head)
    picked.push({ of: hotfix.commit, commit: head, subject: hotfix.subject })
  }
  await advanceBranch(repository, { branch: to.branch, from: source, to: head })
  const tree = (await repository.objectId(`${head}^{tree}`)) ?? ''
  return { branch: to.branch, commit: head, tree, previous: source, picked }
}

// A change that is there already still gets its commit: it is what says that the hotfix was taken over.
async function pick({ repository, to, now }: BackportRequest, hotfix: CommitInfo, onto: string): Promise<string> {
  const { tree, conflicts } = await repository.cherryPickTree(await withoutDigests(repository, hotfix), onto)
  if (tree === undefined) throw conflictError(hotfix, to, conflicts)
  return await repository.writeCommit({
    tree,
    parents: [onto],
    message: `${hotfix.message.trimEnd()}\n\n(cherry picked from commit ${hotfix.commit})`,
    author: { ...hotfix.author, time: hotfix.time },
    committer: await committerOf(repository, now),
  })
}

/** The hotfix as a commit that leaves the pipeline's files alone: production's digest is none of staging's, and would only conflict. */
async function withoutDigests(repository: Repository, hotfix: CommitInfo): Promise<string> {
  const parent = hotfix.parents[0]
  const changed = parent === undefined ? [] : await changedPaths(repository, parent, hotfix.commit)
  const written = changed.filter(({ path }) => isPipelineFile(path))
  if (parent === undefined || written.length === 0) return hotfix.commit
  const files = Object.fromEntries(
    written.map(({ path, before }) => [path, before === undefined ? undefined : { id: before }]),
  )
  const tree = await repository.writeTree(hotfix.commit, files)
  return await repository.writeCommit({
    tree,
    parents: [parent],
    message: hotfix.subject,
    author: { ...hotfix.author, time: hotfix.time },
  })
}

function conflictError(hotfix: CommitInfo, to: Stop, conflicts: readonly string[]): DeliveryError {
  const message = `${hotfix.commit.slice(0, 7)} ${hotfix.subject} conflicts with ${to.branch} in ${conflicts.join(', ')}`
  const hint = `solve it by hand: git switch ${to.branch} && git cherry-pick -x ${hotfix.commit.slice(0, 12)}`
  return new DeliveryError('DELIVERY_CONFLICT', message, { hint })
}
