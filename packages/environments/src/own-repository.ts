import { type Environment, sourcesOf } from '@slipway/argo'
import { sameRepository } from '@slipway/git'
import { isRemoteOf } from './discover.ts'
import { EnvironmentsError } from './errors.ts'

/**
 * Makes sure that what an environment's Applications name is this repository, since its files are what is rendered. Where none is a remote of it, their first one counts
 * as this one: a fork or a mirror has other remotes, which a warning tells.
 *
 * @throws EnvironmentsError `ENVIRONMENTS_OTHER_REPOSITORY`
 */
export function checkRepositories(environment: Environment, remotes: readonly { readonly url: string }[]): string[] {
  const sources = environment.applications.flatMap((application) =>
    sourcesOf(application).map(({ repoURL }) => ({ name: application.metadata.name ?? '', repoURL })),
  )
  const isRemote = ({ repoURL }: { readonly repoURL: string }): boolean => isRemoteOf(repoURL, remotes)
  const own = sources.find(isRemote) ?? sources[0]
  if (own === undefined) return []
  for (const { name, repoURL } of sources) {
    if (sameRepository(repoURL, own.repoURL) || isRemote({ repoURL })) continue
    throw new EnvironmentsError(
      'ENVIRONMENTS_OTHER_REPOSITORY',
      `Application ${name} has a source in ${repoURL}, which is another repository and not fetched to render`,
      { hint: '`slipway up` fetches it; then `slipway diff` and `slipway kubectl get` show what runs' },
    )
  }
  if (remotes.length === 0 || isRemote(own)) return []
  return [`${own.repoURL} is no remote of this repository; its files are taken for those of this one`]
}
