import { type Cluster, demandMachine, runningCluster, startCluster } from '@slipway/cluster'
import { type ClusterStatus, isSettled, readStatus, type ReleaseEvent } from '@slipway/environments'
import { buildSettings } from '../build-settings.ts'
import type { Io } from '../io.ts'
import { printDiagnostics } from '../output/errors.ts'
import { renderFault } from '../output/fault.ts'
import { short } from '../output/table.ts'
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
    await follow(() => readStatus(cluster.client), { io, narrator })
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
  io.stdout.write(`\n${asTable(status, 'table')}\n${nextCommands(place, status)}`)
  await follow(() => readStatus(client), { io, narrator: narrate(own, io, false) })
  return 0
}

interface Narrator {
  readonly release: (event: ReleaseEvent) => void
  /** Tells what changed since the last look. */
  readonly look: (status: ClusterStatus) => Promise<void>
}

function narrate({ repository }: Place, io: Io, verbose: boolean): Narrator {
  const seen = new Map<string, string>()
  const say = (environment: string, text: string): void => {
    io.stdout.write(`${environment}: ${text}\n`)
  }
  // The same remark of the same image belongs to every environment that deploys it: once is enough.
  const note = (environment: string, message: string): void => {
    if (!seen.has(message)) say(environment, `note: ${message}`)
    seen.set(message, '')
  }
  return {
    release: (event) => {
      if (event.type === 'releasing') say(event.environment, `releasing ${short(event.commit)} of ${event.branch}`)
      else if (event.type === 'note') note(event.environment, event.message)
      else if (event.type === 'output' && verbose) say(event.environment, event.line)
      else if (event.type === 'refused') say(event.environment, `not released: ${event.message}`)
      else if (event.type === 'released')
        say(
          event.environment,
          `deploys ${short(event.commit)} as ${short(event.revision)}${event.images.map(({ name, digest }) => `, ${name.split('/').at(-1) ?? name}@${digest.slice(7, 19)}`).join('')}`,
        )
    },
    look: async ({ environments }) => {
      for (const { name, sync, health, pods, applications } of environments) {
        const ready = pods.filter((pod) => pod.ready).length
        const line = `${sync}, ${health}, ${ready}/${pods.length} pods ready`
        if (seen.get(name) !== line) say(name, line)
        seen.set(name, line)
        for (const { name: application, message } of applications) {
          // An Application may have the name of its environment.
          const key = `${name}/${application}`
          if (message !== undefined && seen.get(key) !== message) {
            say(name, `${application}: ${message}`)
            const fault = await renderFault(repository, name, message)
            if (fault !== undefined) io.stdout.write(`${fault}\n`)
          }
          seen.set(key, message ?? '')
        }
      }
    },
  }
}

async function untilSettled(
  cluster: Cluster,
  at: { readonly io: Io; readonly began: number; readonly narrator: Narrator },
): Promise<void> {
  let status = await readStatus(cluster.client)
  while (!isSettled(status) && !at.io.signal.aborted) {
    await at.narrator.look(status)
    await pause(POLL, at.io.signal)
    status = await readStatus(cluster.client)
  }
  await at.narrator.look(status)
  if (at.io.signal.aborted) return
  const seconds = ((performance.now() - at.began) / 1000).toFixed(1)
  at.io.stdout.write(
    `\n${asTable(status, 'table')}\nready in ${seconds} s\n\n${nextCommands({ kubeconfig: cluster.kubeconfig }, status)}`,
  )
}

function nextCommands({ kubeconfig }: Pick<Place, 'kubeconfig'>, { environments }: ClusterStatus): string {
  const first = environments[0]
  const lines = [`curl ${first?.url ?? ''}`, `slipway logs ${first?.name ?? ''} --follow`, 'slipway promote']
  return `export KUBECONFIG=${kubeconfig}\n\nnext:\n${lines.map((line) => `  ${line}\n`).join('')}\n`
}

async function follow(
  read: () => Promise<ClusterStatus>,
  { io, narrator }: { readonly io: Io; readonly narrator: Narrator },
): Promise<void> {
  while (!io.signal.aborted) {
    await pause(POLL, io.signal)
    if (!io.signal.aborted) await narrator.look(await read())
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
