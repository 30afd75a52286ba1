import type { CommitInfo, Repository } from '@slipway/git'
import { advanceBranch, branchHead, refuseDirty } from './branches.ts'
import { trailer } from './deployments.ts'
import { DeliveryError } from './errors.ts'
import { committerOf } from './identity.ts'
import type { BranchCommit, Stop } from './promote.ts'

/** A branch that is to have an earlier tree again. */
export interface RollbackRequest {
  readonly repository: Repository
  readonly at: Stop
  /** An earlier commit of the branch's own line, full or at least 7 digits; default: the newest whose tree differs. */
  readonly to?: string
  readonly now: number
}

/** A rollback that was made. */
export interface Rollback extends BranchCommit {
  /** The commit whose tree it is. */
  readonly to: string
}

const SEARCHED = 1000

/**
 * Gives a branch the tree of one of its earlier commits: code, chart and digest at once, with nothing to build. One new commit; history stays.
 * @throws DeliveryError `DELIVERY_UNKNOWN_RELEASE`, `DELIVERY_NOTHING_TO_DO`, `DELIVERY_DIRTY`
 */
export async function rollback(request: RollbackRequest): Promise<Rollback> {
  const { repository, at } = request
  const head = await branchHead(repository, at.branch)
  const line = await repository.log({ range: head, firstParent: true, limit: SEARCHED })
  const target = request.to === undefined ? previousRelease(request, line) : findRelease(request, line, request.to)
  if (target.tree === line[0]?.tree) {
    throw new DeliveryError(
      'DELIVERY_NOTHING_TO_DO',
      `${at.environment} has the tree of ${target.commit.slice(0, 7)} already`,
    )
  }
  await refuseDirty(repository, at.branch)
  const commit = await repository.writeCommit({
    tree: target.tree,
    parents: [head],
    message: `Roll ${at.environment} back to ${target.commit.slice(0, 7)}\n\n${target.subject}`,
    trailers: [
      ['Promoted-Tree', target.tree],
      ['Rollback-To', target.commit],
    ],
    author: await committerOf(repository, request.now),
  })
  await advanceBranch(repository, { branch: at.branch, from: head, to: commit })
  return { branch: at.branch, commit, tree: target.tree, previous: head, to: target.commit }
}

function findRelease({ at }: RollbackRequest, line: readonly CommitInfo[], wanted: string): CommitInfo {
  const found = wanted.length < 7 ? undefined : line.find(({ commit }) => commit.startsWith(wanted))
  if (found !== undefined) return found
  throw new DeliveryError('DELIVERY_UNKNOWN_RELEASE', `${wanted} is no earlier commit of ${at.branch}'s own line`, {
    hint: `slipway history ${at.environment}`,
  })
}

/** A second rollback goes further back than the first one, and not forward to what was rolled back. */
function previousRelease({ at }: RollbackRequest, line: readonly CommitInfo[]): CommitInfo {
  let index = 0
  for (;;) {
    const current = line[index]
    const rolledTo = current === undefined ? undefined : trailer(current, 'Rollback-To')[0]
    const next = rolledTo === undefined ? -1 : line.findIndex(({ commit }) => commit === rolledTo)
    if (next <= index) break
    index = next
  }
  const found = line.slice(index).find(({ tree }) => tree !== line[index]?.tree)
  if (found !== undefined) return found
  throw new DeliveryError('DELIVERY_UNKNOWN_RELEASE', `${at.branch} has no earlier commit with another tree`, {
    hint: `slipway history ${at.environment}`,
  })
}
