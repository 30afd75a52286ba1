import type { Repository } from '@slipway/git'
import { advanceBranch, branchHead, refuseDirty } from './branches.ts'
import { DeliveryError } from './errors.ts'
import { lostHotfixes } from './hotfixes.ts'
import { committerOf } from './identity.ts'
import { treeForTarget } from './promoted-tree.ts'

/** An environment and the branch that it follows. */
export interface Stop {
  readonly environment: string
  readonly branch: string
}

/** What an environment runs, as `status` says it. */
export interface RunningState {
  /** The source commit, not the deployment commit. */
  readonly commit: string
  /** `Synced`, `OutOfSync` or `Unknown`. */
  readonly sync: string
  /** `Healthy`, `Progressing`, `Degraded`, ... */
  readonly health: string
}

/** A promotion of what one environment runs to another. */
export interface PromoteRequest {
  readonly repository: Repository
  readonly from: Stop
  readonly to: Stop
  readonly state: RunningState
  /** Milliseconds since 1970. */
  readonly now: number
}

/** A commit that was made for a branch. */
export interface BranchCommit {
  readonly branch: string
  readonly commit: string
  readonly tree: string
  /** The branch's commit before. */
  readonly previous: string
}

/**
 * Gives the target exactly the tree that the source environment runs: one commit with both branches' heads as parents, whose tree is assigned and not merged.
 * The target's branch moves to it. @throws DeliveryError `DELIVERY_NOT_READY`, `DELIVERY_LOST_HOTFIX`, `DELIVERY_NOTHING_TO_DO`, `DELIVERY_DIRTY`
 */
export async function promote(request: PromoteRequest): Promise<BranchCommit> {
  await refuseDirty(request.repository, request.to.branch)
  const made = await preparePromotion(request)
  await advanceBranch(request.repository, { branch: made.branch, from: made.previous, to: made.commit })
  return made
}

/** Makes the commit of a promotion and moves nothing: for a pull request. Dated by its caller, so the same promotion can be the same commit. */
export async function preparePromotion(request: PromoteRequest): Promise<BranchCommit> {
  const { repository, from, to } = request
  const [source, target] = await Promise.all([branchHead(repository, from.branch), branchHead(repository, to.branch)])
  refuseUnready(request, source)
  await refuseLost(request, source, target)
  const route = { from: from.environment, to: to.environment }
  const tree = await treeForTarget(repository, source, route)
  if (tree === (await repository.objectId(`${target}^{tree}`))) {
    throw new DeliveryError('DELIVERY_NOTHING_TO_DO', `${to.environment} has what ${from.environment} runs already`)
  }
  const commit = await repository.writeCommit({
    tree,
    parents: [target, source],
    message: `Promote ${from.branch} to ${to.environment}`,
    trailers: [
      ['Promoted-Tree', tree],
      ['Promoted-From', source],
    ],
    author: await committerOf(repository, request.now),
  })
  return { branch: to.branch, commit, tree, previous: target }
}

function refuseUnready({ from, state }: PromoteRequest, source: string): void {
  const { commit, sync, health } = state
  const reason =
    commit === source
      ? `${from.environment} is ${sync} and ${health}, not Synced and Healthy`
      : `${from.environment} runs ${commit.slice(0, 7) || 'nothing'}, and ${from.branch} is at ${source.slice(0, 7)}`
  if (commit === source && sync === 'Synced' && health === 'Healthy') return
  throw new DeliveryError('DELIVERY_NOT_READY', reason, {
    hint: `wait for it (slipway status --wait 60s), or see what holds it (slipway status)`,
  })
}

async function refuseLost({ repository, from, to }: PromoteRequest, source: string, target: string): Promise<void> {
  const route = { from: from.environment, to: to.environment }
  const lost = await lostHotfixes(repository, { source, target, route })
  if (lost.length === 0) return
  const shown = lost.map(({ commit, subject }) => `${commit.slice(0, 7)} ${subject}`).join('; ')
  throw new DeliveryError(
    'DELIVERY_LOST_HOTFIX',
    `${from.branch} lacks what ${to.branch} has, and would undo it: ${shown}`,
    {
      hint: 'slipway backport',
    },
  )
}
