import { backport } from '@slipway/delivery'
import { systemClock } from '@slipway/objects'
import type { Io } from '../io.ts'
import { short } from '../output/table.ts'
import { formatOf, structured } from '../output/yaml.ts'
import { findPlace } from '../place.ts'
import { routeOf, stopsOf } from '../stops.ts'

/** Flags of `slipway backport`. */
export interface BackportOptions {
  readonly output?: string
}

/** Brings production's hotfixes to staging: cherry-picks them onto its branch. */
export async function run(options: BackportOptions, io: Io): Promise<number> {
  const format = formatOf(options.output)
  const { repository } = await findPlace(io)
  try {
    const { from: to, to: from } = routeOf(await stopsOf(repository), {})
    const made = await backport({ repository, from, to, now: systemClock.now() })
    const lines = made.picked.map(
      ({ of, commit, subject }) => `${short(of)} ${subject}: now ${short(commit)} on ${to.branch}\n`,
    )
    io.stdout.write(structured({ environment: to.environment, ...made }, format) ?? lines.join(''))
    return 0
  } finally {
    repository.close()
  }
}
