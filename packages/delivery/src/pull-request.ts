import type { Repository } from '@slipway/git'
import type { BranchCommit } from './promote.ts'

/** A promotion that waits for a pull request. */
export interface PreparedPullRequest {
  /** The local branch that holds the commit. */
  readonly branch: string
  /** What to run next, one line each. */
  readonly commands: readonly string[]
}

/**
 * Puts a prepared commit on a branch of its own, named after it, and says how to open its pull request. Pushes nothing.
 * The branch is the same for the same commit, so that a second run changes nothing.
 */
export async function preparePullRequest(repository: Repository, prepared: BranchCommit): Promise<PreparedPullRequest> {
  const branch = `promote/${prepared.commit.slice(0, 12)}`
  await repository.moveRef(`refs/heads/${branch}`, { to: prepared.commit, reason: 'slipway promote --pr' })
  const [info] = await repository.log({ range: prepared.commit, limit: 1 })
  const title = quoted(info?.subject ?? branch)
  const body = quoted(info?.message.split('\n').slice(2).join('\n').trim() ?? '')
  return {
    branch,
    commands: [
      `git push origin ${branch}`,
      `gh pr create --base ${quoted(prepared.branch)} --head ${branch} --title ${title} --body ${body}`,
    ],
  }
}

function quoted(text: string): string {
  return /^[\w./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`
}
