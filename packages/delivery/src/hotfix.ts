import type { Repository } from '@slipway/git'
import { advanceBranch, branchHead, refuseDirty } from './branches.ts'
import { DeliveryError } from './errors.ts'
import { committerOf } from './identity.ts'
import type { BranchCommit, Stop } from './promote.ts'

/** A hotfix branch that goes straight to production. */
export interface HotfixRequest {
  readonly repository: Repository
  /** The branch: `hotfix/x`. */
  readonly from: string
  readonly to: Stop
  readonly now: number
  /** Builds the images of the hotfix; what cannot be built is not promoted. */
  readonly build: (commit: string) => Promise<unknown>
}

/**
 * Promotes a hotfix: one commit with the target's and the hotfix's heads as parents and the hotfix's tree, once its images are built. Its commits count as
 * hotfixes until they are backported. @throws DeliveryError `DELIVERY_HOTFIX_BASE`, `DELIVERY_DIRTY`, and what the build throws
 */
export async function promoteHotfix(request: HotfixRequest): Promise<BranchCommit> {
  const { repository, from, to } = request
  const [source, target] = await Promise.all([branchHead(repository, from), branchHead(repository, to.branch)])
  await refuseBase(request, source, target)
  await refuseDirty(repository, to.branch)
  await request.build(source)
  const tree = (await repository.objectId(`${source}^{tree}`)) ?? ''
  const commit = await repository.writeCommit({
    tree,
    parents: [target, source],
    message: `Promote ${from} to ${to.environment}`,
    trailers: [
      ['Hotfix-Of', from],
      ['Promoted-From', source],
    ],
    author: await committerOf(repository, request.now),
  })
  await advanceBranch(repository, { branch: to.branch, from: target, to: commit })
  return { branch: to.branch, commit, tree, previous: target }
}

async function refuseBase({ repository, from, to }: HotfixRequest, source: string, target: string): Promise<void> {
  if (source === target || (await repository.isAncestor(source, target))) {
    throw new DeliveryError('DELIVERY_HOTFIX_BASE', `${from} has no commit that ${to.branch} lacks`, {
      hint: `commit the fix on ${from}`,
    })
  }
  if (await repository.isAncestor(target, source)) return
  throw new DeliveryError('DELIVERY_HOTFIX_BASE', `${from} does not start at the latest commit of ${to.branch}`, {
    hint: `git rebase ${to.branch} ${from}`,
  })
}
