import { createHash } from 'node:crypto'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { readFile } from 'node:fs/promises'
import { type Client, createClient, httpTransport } from '@slipway/client'
import { type RunInfo, runningCluster } from '@slipway/state'
import { CodedError } from '@slipway/diag'
import { openRepository, type Repository } from '@slipway/git'
import type { Io } from './io.ts'

/** Why a command cannot reach a cluster. */
export type PlaceErrorCode = 'CLI_NOT_RUNNING'

/** A cluster that a command cannot reach. */
export class PlaceError extends CodedError<PlaceErrorCode> {}

/** Where one repository's cluster keeps its things. */
export interface Place {
  readonly repository: Repository
  /** `${XDG_STATE_HOME:-~/.local/state}/slipway/<hash of the git directory>`. */
  readonly stateDirectory: string
  readonly cacheDirectory: string
  readonly kubeconfig: string
}

/** Finds the repository around the current folder, and its cluster's folders. @throws GitError */
export async function findPlace(io: Io): Promise<Place> {
  const repository = await openRepository(io.cwd, { env: io.env })
  const home = io.env['HOME'] ?? homedir()
  const hash = createHash('sha256').update(repository.commonDirectory).digest('hex').slice(0, 16)
  const stateDirectory = join(io.env['XDG_STATE_HOME'] || join(home, '.local/state'), 'slipway', hash)
  const cacheDirectory = join(io.env['XDG_CACHE_HOME'] || join(home, '.cache'), 'slipway')
  return { repository, stateDirectory, cacheDirectory, kubeconfig: join(stateDirectory, 'kubeconfig') }
}

/** A cluster that runs, as seen by another process. */
export interface Connection {
  readonly place: Place
  readonly run: RunInfo
  readonly client: Client
}

/** Connects to the running cluster of the repository. @throws PlaceError `CLI_NOT_RUNNING` */
export async function connect(io: Io): Promise<Connection> {
  const place = await findPlace(io)
  const run = await runningCluster(place.stateDirectory)
  if (run === undefined) {
    place.repository.close()
    throw notRunning(place.repository.directory)
  }
  return { place, run, client: await clientOf(place.stateDirectory, run) }
}

/** The error of a command that needs a cluster where none runs. */
export function notRunning(directory: string): PlaceError {
  return new PlaceError('CLI_NOT_RUNNING', `no cluster runs for ${directory}`, { hint: '`slipway up` starts it' })
}

async function clientOf(stateDirectory: string, run: RunInfo): Promise<Client> {
  const secrets = JSON.parse(await readFile(join(stateDirectory, 'secrets.json'), 'utf8')) as {
    adminToken: string
    certificates: { ca: string }
  }
  return createClient(httpTransport({ server: run.server, ca: secrets.certificates.ca, token: secrets.adminToken }), {
    userAgent: 'slipway-cli',
  })
}
