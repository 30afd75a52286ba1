import { rm } from 'node:fs/promises'
import { lockHolder } from '@slipway/state'
import type { Io } from '../io.ts'
import { findPlace } from '../place.ts'

/** Flags of `slipway down`. */
export interface DownOptions {
  /** Remove the cluster's folder too: its objects, logs and secrets. */
  readonly purge?: boolean
}

const POLL = 50

/** Ends the running cluster: pods get their grace. With `--purge` nothing of it stays. */
export async function run(options: DownOptions, io: Io): Promise<number> {
  const { repository, stateDirectory } = await findPlace(io)
  repository.close()
  const running = await lockHolder(stateDirectory)
  if (running !== undefined) {
    process.kill(running.pid, 'SIGTERM')
    while ((await lockHolder(stateDirectory)) !== undefined) await new Promise((resolve) => setTimeout(resolve, POLL))
  }
  io.stdout.write(running === undefined ? 'nothing was running\n' : `ended process ${running.pid}\n`)
  if (options.purge === true) {
    await rm(stateDirectory, { recursive: true, force: true })
    io.stdout.write(`removed ${stateDirectory}\n`)
  }
  return 0
}
