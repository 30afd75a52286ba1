import type { Repository } from '@slipway/git'

/** The two branches of the road, as this repository calls them. */
export interface Branches {
  readonly production: string
  readonly staging: string
  /** The branch that is checked out. */
  readonly current: string | undefined
  /** Staging's branch is there already. */
  readonly hasStaging: boolean
}

const PRODUCTION = ['master', 'main']
const STAGING = ['stg', 'staging', 'develop', 'dev']

/** Names the branches: those that are there, else the one that is checked out, and `stg`. */
export async function branchesOf(repository: Repository): Promise<Branches> {
  const { branch: current } = await repository.head()
  const names = new Set([...(await repository.refs()).keys()].map((ref) => branchName(ref)))
  const staging = STAGING.find((name) => names.has(name))
  const production =
    PRODUCTION.find((name) => names.has(name)) ?? (current === staging ? undefined : current) ?? 'master'
  return { production, staging: staging ?? 'stg', current, hasStaging: staging !== undefined }
}

function branchName(ref: string): string {
  return ref.replace(/^refs\/(heads|remotes\/[^/]+)\//, '')
}

/** A text or a path of the starter with the branches of another repository. */
export function replaceBranches(text: string, { production, staging }: Branches): string {
  return text.replace(/\b(master|stg)\b/g, (name) => (name === 'master' ? production : staging))
}
