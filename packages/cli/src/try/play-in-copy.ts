import { type Cluster, startCluster } from '@slipway/cluster'
import { isSettled, readStatus } from '@slipway/environments'
import { buildSettings } from '../build-settings.ts'
import type { Io } from '../io.ts'
import { narrate, type Narrator } from '../output/narrate.ts'
import type { Place } from '../place.ts'
import { stopsOf } from '../stops.ts'
import { copyRepository } from './copy.ts'
import type { StageParts } from './stage.ts'

const POLL = 100
const UP_WITHIN = 180_000
const NOT_UP = 1
const INTERRUPTED = 130

/** Plays something in a copy of a repository with a cluster of its own, and removes both. The repository itself, and a cluster of it that runs, see nothing of it. */
export async function playInCopy(place: Place, play: (parts: StageParts) => Promise<number>, io: Io): Promise<number> {
  const branches = (await stopsOf(place.repository)).map(({ branch }) => branch)
  const copy = await copyRepository(place, [...new Set(branches)], io)
  try {
    io.stdout.write(
      `${place.repository.directory} is copied to ${copy.place.repository.directory}: a cluster of its own starts there\n`,
    )
    return await withCluster(copy.place, play, io)
  } finally {
    await copy.remove()
    io.stdout.write('the copy and its cluster are removed\n')
  }
}

async function withCluster(place: Place, play: (parts: StageParts) => Promise<number>, io: Io): Promise<number> {
  const narrator = narrate(place, io, false)
  const { repository } = place
  const cluster = await startCluster({
    repository,
    stateDirectory: place.stateDirectory,
    build: buildSettings(place, io),
    renderScript: new URL('./render-thread.mjs', import.meta.url),
    onEvent: narrator.release,
    onError: (message) => io.stderr.write(`warning: ${message}\n`),
  })
  try {
    if (!(await isUp(cluster, narrator, io))) return io.signal.aborted ? INTERRUPTED : NOT_UP
    io.stdout.write('\n')
    return await play({ client: cluster.client, repository })
  } finally {
    await cluster.stop()
  }
}

async function isUp({ client }: Cluster, narrator: Narrator, io: Io): Promise<boolean> {
  const limit = performance.now() + UP_WITHIN
  while (!io.signal.aborted) {
    const status = await readStatus(client)
    await narrator.look(status, client)
    if (isSettled(status)) return true
    if (performance.now() > limit) {
      io.stderr.write('error: the copy does not get Synced and Healthy, so there is nothing to play on\n')
      return false
    }
    await new Promise((resolve) => setTimeout(resolve, POLL))
  }
  return false
}
