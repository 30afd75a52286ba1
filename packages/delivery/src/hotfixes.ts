import type { CommitInfo, Repository } from '@slipway/git'
import { trailer } from './deployments.ts'
import { promotesTo, type Route } from './promoted-tree.ts'
import { WRITTEN_BY_PEOPLE } from './written.ts'

/** Which branches are compared. */
export interface Lines {
  /** The head of the target's branch: production's. */
  readonly target: string
  /** The head of the branch that is promoted. */
  readonly source: string
  readonly route: Route
}

const SEARCHED = 500

/**
 * The hotfixes that a promotion would lose: commits of the target that the source lacks by the patch id of what people write, oldest first. Not among them are
 *
 * - merges: what they bring are commits of their own
 * - a commit with trailer `Promoted-Tree: <tree>` whose own tree is that tree: a promotion or a rollback
 * - a commit whose tree is what some commit of the source promotes to: a promotion that was squashed
 * - a commit that a commit of the source says to be a cherry-pick of, as `git cherry-pick -x` does: a backport with solved conflicts has another patch id
 */
export async function lostHotfixes(repository: Repository, lines: Lines): Promise<readonly CommitInfo[]> {
  // A hotfix may bring its digest in the same commit, which its backport has not: that is no difference between the two.
  const missing = await repository.log({
    range: `${lines.source}...${lines.target}`,
    paths: WRITTEN_BY_PEOPLE,
    extra: ['--cherry-pick', '--right-only', '--no-merges', '--full-history'],
  })
  const candidates = missing.filter((commit) => !isPromotion(commit))
  if (candidates.length === 0) return []
  const sources = await repository.log({ range: lines.source, limit: SEARCHED })
  const picked = new Set(sources.flatMap(pickedBy))
  const lost: CommitInfo[] = []
  for (const commit of candidates) {
    if (picked.has(commit.commit) || (await isSquash(repository, commit, { sources, lines }))) continue
    lost.push(commit)
  }
  return lost.reverse()
}

function isPromotion(commit: CommitInfo): boolean {
  return trailer(commit, 'Promoted-Tree').includes(commit.tree)
}

function pickedBy({ message }: CommitInfo): string[] {
  return [...message.matchAll(/\(cherry picked from commit ([0-9a-f]{40,64})\)/g)].flatMap((match) => match[1] ?? [])
}

async function isSquash(
  repository: Repository,
  commit: CommitInfo,
  among: { sources: readonly CommitInfo[]; lines: Lines },
): Promise<boolean> {
  if (trailer(commit, 'Hotfix-Of').length > 0) return false
  const question = { tree: commit.tree, route: among.lines.route }
  for (const source of among.sources) {
    if (await promotesTo(repository, source.commit, question)) return true
  }
  return false
}
