import type { Client } from '@slipway/client'
import { type Cluster, demandMachine, startCluster } from '@slipway/cluster'
import { runningCluster } from '@slipway/state'
import { type ClusterStatus, isSettled, readStatus } from '@slipway/environments'
import { buildSettings } from '../build-settings.ts'
import { commandName } from '../command-name.ts'
import type { Io } from '../io.ts'
import { printDiagnostics } from '../output/errors.ts'
import { narrate, type Narrator } from '../output/narrate.ts'
import { connect, findPlace, type Place } from '../place.ts'
import { askForTrust } from '../trust.ts'
import { asTable } from './status.ts'

/** Flags of `slipway up`. */
export interface UpOptions {
  /** The repository may run what it declares. */
  readonly trust?: boolean
  /** Show the output of image builds. */
  readonly verbose?: boolean
}

const POLL = 100

/** Starts the repository's cluster, or attaches to it, and follows its commits until Ctrl-C. */
export async function run(options: UpOptions, io: Io): Promise<number> {
  demandMachine()
  const place = await findPlace(io)
  try {
    if ((await runningCluster(place.stateDirectory)) !== undefined) return await attach(place, io)
    return (await askForTrust(place, options.trust === true, io)) ? await start(place, options, io) : 2
  } finally {
    place.repository.close()
  }
}

async function start(place: Place, options: UpOptions, io: Io): Promise<number> {
  const began = performance.now()
  const narrator = narrate(place, io, options.verbose === true)
  const cluster = await startCluster({
    repository: place.repository,
    stateDirectory: place.stateDirectory,
    build: buildSettings(place, io),
    renderScript: new URL('./render-thread.mjs', import.meta.url),
    onEvent: narrator.release,
    onError: (message) => io.stderr.write(`warning: ${message}\n`),
  })
  printDiagnostics(cluster.diagnostics, io)
  try {
    await untilSettled(cluster, { io, began, narrator })
    await follow(cluster.client, { io, narrator })
  } finally {
    io.stdout.write('stopping: pods get their grace\n')
    await cluster.stop()
  }
  return 0
}

async function attach(own: Place, io: Io): Promise<number> {
  const { client, place, run: info } = await connect(io)
  place.repository.close()
  io.stdout.write(`attached to process ${info.pid}\n`)
  const status = await readStatus(client, own.repository)
  io.stdout.write(`\n${asTable(status, 'table')}\n${nextCommands(place, status, io)}`)
  await follow(client, { io, narrator: narrate(own, io, false) })
  return 0
}

async function untilSettled(
  cluster: Cluster,
  at: { readonly io: Io; readonly began: number; readonly narrator: Narrator },
): Promise<void> {
  let status = await readStatus(cluster.client)
  while (!isSettled(status) && !at.io.signal.aborted) {
    await at.narrator.look(status, cluster.client)
    await pause(POLL, at.io.signal)
    status = await readStatus(cluster.client)
  }
  await at.narrator.look(status, cluster.client)
  if (at.io.signal.aborted) return
  const seconds = ((performance.now() - at.began) / 1000).toFixed(1)
  at.io.stdout.write(
    `\n${asTable(status, 'table')}\nready in ${seconds} s\n\n${nextCommands({ kubeconfig: cluster.kubeconfig }, status, at.io)}`,
  )
}

// Typed in another terminal, which is not where this one is.
function nextCommands({ kubeconfig }: Pick<Place, 'kubeconfig'>, { environments }: ClusterStatus, io: Io): string {
  const first = environments[0]
  const name = commandName(io)
  const lines = [`curl ${first?.url ?? ''}`, `${name} logs ${first?.name ?? ''} --follow`, `${name} promote`]
  return `export KUBECONFIG=${kubeconfig}\n\nnext, in ${io.cwd}:\n${lines.map((line) => `  ${line}\n`).join('')}\n`
}

async function follow(
  client: Client,
  { io, narrator }: { readonly io: Io; readonly narrator: Narrator },
): Promise<void> {
  while (!io.signal.aborted) {
    await pause(POLL, io.signal)
    if (!io.signal.aborted) await narrator.look(await readStatus(client), client)
  }
}

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, milliseconds)
    function done(): void {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      resolve()
    }
    signal.addEventListener('abort', done)
  })
}
