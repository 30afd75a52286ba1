import { type RunInfo } from '@slipway/state'
import { type ClusterStatus, isSettled, readStatus } from '@slipway/environments'
import type { Repository } from '@slipway/git'
import { type Io, UsageError } from '../io.ts'
import { faultLine, podFaults, type PodFault } from '../output/pod-faults.ts'
import { short, table } from '../output/table.ts'
import { DATA, formatOf, structured, type Format } from '../output/yaml.ts'
import { connect } from '../place.ts'

/** Flags of `slipway status`. */
export interface StatusOptions {
  readonly output?: string
  /** Wait this long for all to be Synced and Healthy: `60s`, `2m`. */
  readonly wait?: string
}

const POLL = 100

/** Prints every environment; exit code 0 only when all are Synced and Healthy. */
export async function run(options: StatusOptions, io: Io): Promise<number> {
  const format = formatOf(options.output, [...DATA, 'wide'])
  const limit = performance.now() + durationOf(options.wait ?? '0s')
  const { client, place, run: info } = await connect(io)
  let status = await readStatus(client, place.repository)
  while (!isSettled(status) && performance.now() < limit && !io.signal.aborted) {
    await new Promise((resolve) => setTimeout(resolve, POLL))
    status = await readStatus(client, place.repository)
  }
  const data = structured(status, format)
  io.stdout.write(
    data ??
      asTable(status, format, { run: info, pods: await podFaults(client, status) }) +
        (await placesOf(status, place.repository)),
  )
  place.repository.close()
  return isSettled(status) ? 0 : 1
}

async function placesOf({ environments }: ClusterStatus, repository: Repository): Promise<string> {
  const messages = environments.flatMap(({ name, applications }) =>
    applications.flatMap(({ message }) => (message === undefined ? [] : [{ name, message }])),
  )
  if (messages.length === 0) return ''
  // Renderers are large, and nearly every status is good.
  const { renderFault } = await import('../output/fault.ts')
  const faults = await Promise.all(messages.map(({ name, message }) => renderFault(repository, name, message)))
  return [...new Set(faults)].map((fault) => (fault === undefined ? '' : `${fault}\n`)).join('')
}

/** Milliseconds of `90s`, `2m`, `1h`. @throws UsageError */
export function durationOf(text: string): number {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(text)
  const units: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 }
  if (match === null) throw new UsageError(`"${text}" is no duration; write it as 60s or 2m`)
  return Number(match[1]) * (units[match[2] ?? 's'] ?? 1000)
}

/** What a table shows beside the environments. */
export interface Beside {
  readonly run?: RunInfo
  /** Why pods are not ready. */
  readonly pods?: readonly PodFault[]
}

/** The table of environments, as `up` and `status` print it. */
export function asTable(status: ClusterStatus, format: Format, { run, pods = [] }: Beside = {}): string {
  const head = ['ENVIRONMENT', 'BRANCH', 'COMMIT', 'IMAGE', 'SYNC', 'HEALTH', 'PODS', 'URL']
  const rows = status.environments.map((environment) => [
    environment.name,
    environment.branch,
    short(environment.commit),
    environment.images[0]?.digest.slice(7, 19) ?? '-',
    environment.sync,
    environment.health,
    `${environment.pods.filter(({ ready }) => ready).length}/${environment.pods.length}`,
    environment.url,
  ])
  return table([head, ...rows]) + faults(status, pods) + (format === 'wide' ? wide(status, run) : '')
}

// A pod that does not get ready comes first: what controllers say of it is no cause.
function faults(status: ClusterStatus, pods: readonly PodFault[]): string {
  const lines = status.environments.flatMap(({ name, branch, pending, fault, applications }) => [
    ...(pending === undefined || fault !== undefined
      ? []
      : [`${name}: ${short(pending)} of ${branch} is not deployed yet`]),
    ...(fault === undefined ? [] : [`${name}: ${fault}`]),
    ...pods.filter(({ environment }) => environment === name).map(faultLine),
    ...applications.flatMap((application) =>
      application.message === undefined ? [] : [`${name}: ${application.name}: ${application.message}`],
    ),
  ])
  return lines.length === 0 ? '' : `\n${lines.join('\n')}\n`
}

function wide(status: ClusterStatus, run: RunInfo | undefined): string {
  const head = ['ENVIRONMENT', 'POD', 'READY', 'STATUS', 'RESTARTS', 'IP']
  const rows = status.environments.flatMap(({ name, pods }) =>
    pods.map((pod) => [name, pod.name, String(pod.ready), pod.status, String(pod.restarts), pod.ip]),
  )
  return `\n${table([head, ...rows])}${run === undefined ? '' : `\n${processOf(run)}`}`
}

function processOf({ pid, git, gitCredentials }: RunInfo): string {
  const helper = `-c credential.helper='store --file=${gitCredentials}'`
  return `run by process ${pid}\ngit server: ${git}\n  git ${helper} clone ${git}\n`
}
