import { access } from 'node:fs/promises'
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { CodedError } from '@slipway/diag'
import { type Io, UsageError } from '../io.ts'
import { connect, type Connection, findPlace } from '../place.ts'
import { SCENARIOS } from '../try/scenarios.ts'
import { makeStage, runs } from '../try/stage.ts'

/** Why a scenario is not played here. */
export type TryErrorCode = 'CLI_NOT_THE_DEMO' | 'CLI_DIRTY'

/** A repository in which no scenario is played. */
export class TryError extends CodedError<TryErrorCode> {}

/** Plays a scenario in the demo: a real commit, what Kubernetes and Argo CD do with it, why, and the clean-up. */
export async function run(name: string, io: Io): Promise<number> {
  const scenario = SCENARIOS[name]
  if (scenario === undefined)
    throw new UsageError(`there is no scenario "${name}"; there are: ${Object.keys(SCENARIOS).join(', ')}`)
  const { client, place } = await connectInDemo(io)
  const { repository } = place
  try {
    const stage = makeStage(client, repository, io)
    io.stdout.write(`${scenario.title}\n\n`)
    const good = await scenario.run(stage)
    const head = await stage.cleanUp()
    if (head !== undefined) {
      stage.say('Cleaning up: the commits are reverted, and staging rolls back to where it was.')
      await stage.watch('staging', runs(head), 90)
    }
    io.stdout.write(good ? '\nas it should be\n' : '\nNOT as it should be\n')
    return good ? 0 : 1
  } finally {
    repository.close()
  }
}

// Refused before the cluster is asked for: nobody should start one to be told that it is the wrong one.
async function connectInDemo(io: Io): Promise<Connection> {
  const { repository } = await findPlace(io)
  try {
    await refuseOthers(repository.gitDirectory, repository.directory)
  } finally {
    repository.close()
  }
  return connect(io)
}

// Scenarios commit and break things: that is for the demo, which `npm start -- --reset` makes anew.
async function refuseOthers(gitDirectory: string, directory: string): Promise<void> {
  const isDemo = await access(join(gitDirectory, 'slipway-starter')).then(
    () => true,
    () => false,
  )
  if (!isDemo)
    throw new TryError('CLI_NOT_THE_DEMO', 'scenarios commit and break things, so they are played in the demo only', {
      hint: 'run `npm start` in a clone of Slipway, then `slipway try` in its demo/',
    })
  const { stdout } = await promisify(execFile)('git', ['status', '--porcelain'], { cwd: directory })
  if (stdout !== '')
    throw new TryError('CLI_DIRTY', 'the work tree has uncommitted changes', { hint: 'commit or stash them first' })
}
