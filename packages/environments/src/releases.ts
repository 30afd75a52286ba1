import { messageOf } from '@slipway/diag'
import { type BuildSettings, release } from '@slipway/delivery'
import type { Environment } from '@slipway/argo'
import type { Repository } from '@slipway/git'
import type { HostImage } from '@slipway/images'
import type { Clock } from '@slipway/objects'
import { sourceBranch } from './discover.ts'
import type { EnvironmentRecord } from './records.ts'

/** What happens on the way from a commit to a deployment commit. */
export type ReleaseEvent =
  | { readonly type: 'note'; readonly environment: string; readonly message: string }
  | { readonly type: 'releasing'; readonly environment: string; readonly branch: string; readonly commit: string }
  | { readonly type: 'output'; readonly environment: string; readonly line: string }
  | {
      readonly type: 'released'
      readonly environment: string
      readonly commit: string
      readonly revision: string
      readonly changed: boolean
      readonly images: readonly { readonly name: string; readonly digest: string }[]
    }
  | { readonly type: 'refused'; readonly environment: string; readonly message: string }

/** What releasing needs. */
export interface ReleasesOptions {
  readonly repository: Repository
  readonly environments: readonly Environment[]
  readonly build: Omit<BuildSettings, 'log'>
  readonly clock: Clock
  readonly onEvent: (event: ReleaseEvent) => void
  /** Told of each image of a release, before the environment deploys it. */
  readonly onImage: (name: string, image: HostImage) => Promise<void>
}

/** Keeps every environment's deployment commit at the head of its branch. */
export interface Releases {
  /** Releases what moved; one environment never releases twice at once, and only its newest commit counts. */
  run(): Promise<void>
  records(): readonly EnvironmentRecord[]
}

/** Makes the releases of a repository's environments. A branch that cannot be released leaves the others alone. */
export function makeReleases(options: ReleasesOptions): Releases {
  const records = new Map(options.environments.map((environment) => [environment.name, recordOf(environment)]))
  const lanes = new Map<string, Promise<void>>()
  const releaseOne = async (environment: Environment): Promise<void> => {
    const known = records.get(environment.name) ?? recordOf(environment)
    try {
      records.set(environment.name, await releaseNewest(options, environment, known))
    } catch (error) {
      const message = faultOf(error)
      if (message !== known.fault) options.onEvent({ type: 'refused', environment: environment.name, message })
      records.set(environment.name, { ...known, fault: message })
    }
  }
  return {
    records: () => [...records.values()],
    run: async () => {
      await Promise.all(
        options.environments.map((environment) => {
          const lane = (lanes.get(environment.name) ?? Promise.resolve()).then(() => releaseOne(environment))
          lanes.set(environment.name, lane)
          return lane
        }),
      )
    },
  }
}

async function releaseNewest(
  options: ReleasesOptions,
  environment: Environment,
  known: EnvironmentRecord,
): Promise<EnvironmentRecord> {
  const { repository, clock, build, onEvent } = options
  const { name } = environment
  const branch = sourceBranch(environment)
  const { commit } = await repository.resolve(
    branch,
    environment.applications[0]?.spec.source?.repoURL ?? environment.applications[0]?.spec.sources?.[0]?.repoURL,
  )
  if (commit === known.commit && known.fault === undefined) return known
  onEvent({ type: 'releasing', environment: name, branch, commit })
  const log = (line: string): void => onEvent({ type: 'output', environment: name, line })
  const done = await release({ repository, environment: name, commit, now: clock.now(), build: { ...build, log } })
  for (const { name: image, image: built } of done.images) {
    for (const { message } of built.notes) onEvent({ type: 'note', environment: name, message })
    await options.onImage(image, built)
  }
  const images = done.images.map(({ name: image, digest }) => ({ name: image, digest }))
  onEvent({ type: 'released', environment: name, commit, revision: done.revision, changed: done.changed, images })
  const { fault: _fault, ...rest } = known
  return { ...rest, commit, revision: done.revision, images }
}

function recordOf(environment: Environment): EnvironmentRecord {
  return {
    name: environment.name,
    namespace: environment.namespace,
    branch: sourceBranch(environment),
    commit: '',
    revision: '',
    applications: environment.applications.map(({ metadata }) => metadata.name ?? ''),
    images: [],
  }
}

function faultOf(error: unknown): string {
  const hint = (error as { hint?: unknown }).hint
  return typeof hint === 'string' ? `${messageOf(error)}; ${hint}` : messageOf(error)
}
