import type { CommitInfo, Repository } from '@slipway/git'

/** One entry of an environment's history: a deployment commit. */
export interface Deployment {
  /** The deployment commit. */
  readonly revision: string
  /** The source commit that it deploys. */
  readonly commit: string
  /** `name@sha256:...` of each image that was built. */
  readonly images: readonly string[]
  /** Milliseconds since 1970. */
  readonly time: number
  readonly subject: string
}

const PREFIX = 'refs/slipway/environments/'

/** The ref that holds an environment's deployments; no branch, and pushed by nobody. */
export function environmentRef(environment: string): string {
  return `${PREFIX}${environment}`
}

/** Names of the environments that were deployed, with their newest deployment commit. */
export async function deployedEnvironments(repository: Repository): Promise<ReadonlyMap<string, string>> {
  const refs = [...(await repository.refs())].filter(([name]) => name.startsWith(PREFIX))
  return new Map(refs.map(([name, commit]) => [name.slice(PREFIX.length), commit]))
}

/**
 * An environment's deployments, newest first: the first-parent history of its ref. The first deployment has no previous one, so its first parent is source
 * history, where the list ends. Empty for an environment that was never deployed.
 */
export async function readHistory(
  repository: Repository,
  environment: string,
  limit = 100,
): Promise<readonly Deployment[]> {
  const head = (await repository.refs()).get(environmentRef(environment))
  if (head === undefined) return []
  const log = await repository.log({ range: head, firstParent: true, limit })
  const end = log.findIndex((entry) => deploymentOf(entry) === undefined)
  return (end < 0 ? log : log.slice(0, end)).flatMap((entry) => deploymentOf(entry) ?? [])
}

/** The newest deployment of an environment: as the first of its history, without starting a process. */
export async function newestDeployment(repository: Repository, environment: string): Promise<Deployment | undefined> {
  return readDeployment(repository, environmentRef(environment))
}

/** What a commit deploys; undefined for one that is no deployment commit, or is not there. Starts no process. */
export async function readDeployment(
  repository: Pick<Repository, 'readObject'>,
  revision: string,
): Promise<Deployment | undefined> {
  const object = await repository.readObject(revision)
  if (object?.type !== 'commit') return undefined
  const text = object.data.toString()
  const end = text.indexOf('\n\n')
  const message = text.slice(end + 2)
  const values = (name: string): string[] =>
    [...message.matchAll(new RegExp(`^${name}: (.*)$`, 'gm'))].flatMap((match) => match[1] ?? [])
  const commit = values('Source-Commit')[0]
  if (commit === undefined) return undefined
  const time = Number(/^committer .* (\d+) [+-]\d+$/m.exec(text.slice(0, end))?.[1] ?? 0) * 1000
  return { revision: object.id, commit, images: values('Image'), time, subject: message.split('\n')[0] ?? '' }
}

function deploymentOf(entry: CommitInfo): Deployment | undefined {
  const commit = trailer(entry, 'Source-Commit')[0]
  if (commit === undefined) return undefined
  const { subject, time } = entry
  return { revision: entry.commit, commit, images: trailer(entry, 'Image'), time, subject }
}

/** The values of a trailer, in order. */
export function trailer(entry: CommitInfo, name: string): readonly string[] {
  return entry.trailers.flatMap(([key, value]) => (key.toLowerCase() === name.toLowerCase() ? [value] : []))
}
