import { discover } from '@slipway/environments'
import type { Io } from '../io.ts'
import { findPlace } from '../place.ts'

/** Prints the names of the repository's environments, a line each: what a shell completes. */
export async function run(io: Io): Promise<number> {
  const { repository } = await findPlace(io)
  try {
    const { environments } = await discover(repository)
    for (const { name } of environments) io.stdout.write(`${name}\n`)
    return 0
  } finally {
    repository.close()
  }
}
