import { readHistory } from '@slipway/delivery'
import type { Io } from '../io.ts'
import { short, table } from '../output/table.ts'
import { formatOf, structured } from '../output/yaml.ts'
import { findPlace } from '../place.ts'
import { findStop, stopsOf } from '../stops.ts'

/** Flags of `slipway history`. */
export interface HistoryOptions {
  readonly environment?: string
  readonly output?: string
}

/** Prints what an environment deployed, newest first; production's, unless another is named. */
export async function run(options: HistoryOptions, io: Io): Promise<number> {
  const { repository } = await findPlace(io)
  try {
    const stops = await stopsOf(repository)
    const { environment } = findStop(stops, options.environment ?? stops.at(-1)?.environment ?? '')
    const deployments = await readHistory(repository, environment)
    const rows = deployments.map(({ revision, commit, images, time, subject }) => [
      short(revision),
      short(commit),
      new Date(time).toISOString().slice(0, 19),
      images[0]?.split('@sha256:')[1]?.slice(0, 12) ?? '-',
      subject,
    ])
    const value = { environment, deployments }
    io.stdout.write(
      structured(value, formatOf(options.output)) ??
        table([['REVISION', 'COMMIT', 'TIME', 'IMAGE', 'SUBJECT'], ...rows]),
    )
    return 0
  } finally {
    repository.close()
  }
}
