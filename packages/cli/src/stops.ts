import { discover, sourceBranch } from '@slipway/environments'
import type { Repository } from '@slipway/git'
import type { Stop } from '@slipway/delivery'
import { UsageError } from './io.ts'

const PRODUCTION_BRANCHES = ['master', 'main']

/** The environments of a repository as stops of the road to production: `production` is the last, else the one that follows `master` or `main`. */
export async function stopsOf(repository: Repository): Promise<readonly Stop[]> {
  const { environments } = await discover(repository)
  const stops = environments.map((environment) => ({
    environment: environment.name,
    branch: sourceBranch(environment),
  }))
  const isLast = stops.some(isProduction) ? isProduction : followsMain
  return stops.toSorted((a, b) => Number(isLast(a)) - Number(isLast(b)))
}

function isProduction({ environment }: Stop): boolean {
  return environment === 'production'
}

function followsMain({ branch }: Stop): boolean {
  return PRODUCTION_BRANCHES.includes(branch)
}

/** A stop by its environment's name. @throws UsageError with the names that there are */
export function findStop(stops: readonly Stop[], name: string): Stop {
  const found = stops.find(({ environment }) => environment === name)
  if (found !== undefined) return found
  throw new UsageError(
    `there is no environment "${name}"; there are: ${stops.map(({ environment }) => environment).join(', ')}`,
  )
}

/** The two ends of a promotion: what is named, else the first and the last stop. @throws UsageError when there is only one */
export function routeOf(
  stops: readonly Stop[],
  named: { readonly from?: string | undefined; readonly to?: string | undefined },
): { readonly from: Stop; readonly to: Stop } {
  const from = named.from === undefined ? stops[0] : findStop(stops, named.from)
  const to = named.to === undefined ? stops.at(-1) : findStop(stops, named.to)
  if (from === undefined || to === undefined || from.environment === to.environment) {
    throw new UsageError('a promotion needs two environments; name them with --from and --to')
  }
  return { from, to }
}
