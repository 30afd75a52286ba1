import { access } from 'node:fs/promises'
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Repository } from '@slipway/git'
import { type Io, UsageError } from '../io.ts'
import { connect, findPlace } from '../place.ts'
import { askForTrust } from '../trust.ts'
import { edited } from '../try/edits.ts'
import { Interrupted, TryError } from '../try/errors.ts'
import { rolesOf } from '../try/roles.ts'
import { type Scenario, SCENARIOS } from '../try/scenarios.ts'
import { makeStage, type StageParts } from '../try/stage.ts'

/** Flags of `slipway try`. */
export interface TryOptions {
  /** The repository may run what it declares: it is played in a copy of it. */
  readonly trust?: boolean
}

const INTERRUPTED = 130

/** Plays a scenario in the demo, or in a copy of any other repository: a real commit, what Kubernetes and Argo CD do with it, why, and the clean-up. */
export async function run(name: string, options: TryOptions, io: Io): Promise<number> {
  const scenario = SCENARIOS.get(name)
  if (scenario === undefined)
    throw new UsageError(`there is no scenario "${name}"; there are: ${[...SCENARIOS.keys()].join(', ')}`)
  const place = await findPlace(io)
  try {
    const inDemo = await isDemo(place.repository)
    if (inDemo) await refuseDirty(place.repository.directory)
    await refuseMissing(scenario, place.repository)
    if (inDemo) return await playInDemo(scenario, io)
    if (!(await askForTrust(place, options.trust === true, io))) return 2
    const { playInCopy } = await import('../try/play-in-copy.ts')
    return await playInCopy(place, (parts) => play(scenario, parts, io), io)
  } finally {
    place.repository.close()
  }
}

async function refuseMissing({ edits }: Scenario, repository: Repository): Promise<void> {
  const { staging } = await rolesOf(repository)
  edited(await repository.loadTree((await repository.resolve(staging.branch)).commit), edits(staging))
}

// `npm start` leaves its mark in the demo, which `npm start -- --reset` makes anew: whatever a scenario may leave is no loss there.
async function isDemo({ gitDirectory }: Repository): Promise<boolean> {
  return access(join(gitDirectory, 'slipway-starter')).then(
    () => true,
    () => false,
  )
}

async function playInDemo(scenario: Scenario, io: Io): Promise<number> {
  const { client, place } = await connect(io)
  const { repository } = place
  try {
    return await play(scenario, { client, repository }, io)
  } finally {
    repository.close()
  }
}

async function refuseDirty(directory: string): Promise<void> {
  const { stdout } = await promisify(execFile)('git', ['status', '--porcelain'], { cwd: directory })
  if (stdout === '') return
  throw new TryError('CLI_DIRTY', 'the work tree has uncommitted changes', { hint: 'commit or stash them first' })
}

async function play(scenario: Scenario, parts: StageParts, io: Io): Promise<number> {
  const stage = await makeStage(parts, io)
  io.stdout.write(`${scenario.title}\n\n`)
  let isGood = false
  try {
    isGood = await scenario.run(stage)
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error
  } finally {
    // Whatever happened: nobody wants to find the commits of a scenario in the demo.
    if (!(await stage.cleanUp())) isGood = false
  }
  if (io.signal.aborted) return INTERRUPTED
  io.stdout.write(isGood ? '\nas it should be\n' : '\nNOT as it should be\n')
  return isGood ? 0 : 1
}
