import { rollback } from '@slipway/delivery'
import { systemClock } from '@slipway/objects'
import type { Io } from '../io.ts'
import { formatOf, structured } from '../output/yaml.ts'
import { short } from '../output/table.ts'
import { findPlace } from '../place.ts'
import { findStop, stopsOf } from '../stops.ts'

/** Flags of `slipway rollback`. */
export interface RollbackOptions {
  readonly environment?: string
  /** An earlier commit of the branch; default the newest with another tree. */
  readonly to?: string
  readonly output?: string
}

/** Gives an environment's branch the tree of an earlier commit; production's, unless another is named. */
export async function run(options: RollbackOptions, io: Io): Promise<number> {
  const format = formatOf(options.output)
  const { repository } = await findPlace(io)
  try {
    const stops = await stopsOf(repository)
    const at = findStop(stops, options.environment ?? stops.at(-1)?.environment ?? '')
    const made = await rollback({
      repository,
      at,
      now: systemClock.now(),
      ...(options.to === undefined ? {} : { to: options.to }),
    })
    io.stdout.write(
      structured({ environment: at.environment, ...made }, format) ??
        `${at.branch} is at ${short(made.commit)}: the tree of ${short(made.to)}; ${at.environment} deploys it now\n`,
    )
    return 0
  } finally {
    repository.close()
  }
}
