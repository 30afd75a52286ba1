import type { Stop } from '@slipway/delivery'
import type { Repository } from '@slipway/git'
import { stopsOf } from '../stops.ts'
import { TryError } from './errors.ts'

/** The environments of a story: where a commit is tried, and where it goes. */
export interface Roles {
  readonly staging: Stop
  readonly production: Stop
}

/** Casts a repository's environments: the first stop of the road, and the last. @throws TryError `CLI_NOT_THE_DEMO` where there is only one */
export async function rolesOf(repository: Repository): Promise<Roles> {
  const stops = await stopsOf(repository)
  const [staging, production] = [stops[0], stops.at(-1)]
  if (staging !== undefined && production !== undefined && stops.length > 1) return { staging, production }
  throw new TryError('CLI_NOT_THE_DEMO', `scenarios need two environments, and ${repository.directory} declares one`, {
    hint: 'run `npm start` in a clone of Slipway, then `slipway try` in its demo/',
  })
}
