import type { Identity, Repository } from '@slipway/git'

/** Who makes Slipway's commits: the user as git knows them, else Slipway itself, so that a machine without a git identity can deliver. */
export async function committerOf(repository: Pick<Repository, 'identity'>, now: number): Promise<Identity> {
  const own = (await repository.identity()) ?? { name: 'Slipway', email: 'slipway@localhost' }
  return { ...own, time: now }
}
