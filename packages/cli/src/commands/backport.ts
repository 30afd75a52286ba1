import { backport } from '@slipway/delivery'
import { systemClock } from '@slipway/objects'
import type { Io } from '../io.ts'
import { short } from '../output/table.ts'
import { findPlace } from '../place.ts'
import { routeOf, stopsOf } from '../stops.ts'

/** Brings production's hotfixes to staging: cherry-picks them onto its branch. */
export async function run(io: Io): Promise<number> {
  const { repository } = await findPlace(io)
  try {
    const { from: to, to: from } = routeOf(await stopsOf(repository), {})
    const made = await backport({ repository, from, to, now: systemClock.now() })
    for (const { of, commit, subject } of made.picked)
      io.stdout.write(`${short(of)} ${subject}: now ${short(commit)} on ${to.branch}\n`)
    return 0
  } finally {
    repository.close()
  }
}
