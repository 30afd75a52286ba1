import { join } from 'node:path'
import type { BuildSettings } from '@slipway/delivery'
import { hostNpmSettings } from '@slipway/images'
import type { Io } from './io.ts'
import type { Place } from './place.ts'

/** How images are built on this machine: with the node that runs Slipway, into the user's cache. */
export function buildSettings(place: Place, io: Io): Omit<BuildSettings, 'log'> {
  // Asking npm takes longer than everything else here: once, and only for what is not built yet.
  let npm: ReturnType<typeof hostNpmSettings> | undefined
  return {
    cacheDirectory: join(place.cacheDirectory, 'images'),
    hostNode: {
      version: process.version,
      execPath: process.execPath,
      ...(io.env['PATH'] === undefined ? {} : { path: io.env['PATH'] }),
    },
    npmSettings: () => (npm ??= hostNpmSettings(io.env as NodeJS.ProcessEnv, place.repository.directory)),
    signal: io.signal,
    marker: { SLIPWAY_MARKER: place.stateDirectory },
  }
}
