import type { Client } from '@slipway/client'
import type { ClusterStatus, EnvironmentStatus } from '@slipway/environments'
import type { KubeObject } from '@slipway/objects'

/** Why a pod is not ready, in one line that stays the same while nothing changes. */
export interface PodFault {
  readonly environment: string
  readonly text: string
}

interface Terminated {
  readonly exitCode: number
  readonly reason?: string
}

interface ContainerStatus {
  readonly name: string
  readonly ready: boolean
  readonly restartCount: number
  readonly state?: {
    readonly running?: { readonly startedAt?: string }
    readonly waiting?: { readonly reason?: string; readonly message?: string }
    readonly terminated?: Terminated
  }
  readonly lastState?: { readonly terminated?: Terminated }
}

interface Pod extends KubeObject {
  readonly status?: {
    readonly conditions?: readonly { readonly type: string; readonly status: string; readonly message?: string }[]
    readonly initContainerStatuses?: readonly ContainerStatus[]
    readonly containerStatuses?: readonly ContainerStatus[]
  }
}

interface Event extends KubeObject {
  readonly reason?: string
  readonly message?: string
  readonly lastTimestamp?: string
  readonly involvedObject: { readonly name?: string; readonly fieldPath?: string }
}

/** What a container waits for on its ordinary way. */
const ORDINARY = new Set(['ContainerCreating', 'PodInitializing', ''])
/** A program that starts fails its probes for a moment; nobody wants to read that. */
const STARTING = 5000
const LONGEST = 300

/** What keeps pods from being ready: failed probes, crashes with their exit code and last words, images and configurations that are missing. */
export async function podFaults(client: Client, { environments }: ClusterStatus): Promise<readonly PodFault[]> {
  const found = await Promise.all(
    environments.map(async (environment) => {
      const texts = await textsOf(client, environment)
      return texts.map((text) => ({ environment: environment.name, text }))
    }),
  )
  return found.flat()
}

/** A line of a fault, as `status` and `up` print it. */
export function faultLine({ environment, text }: PodFault): string {
  return `${environment}: ${text}`
}

async function textsOf(client: Client, { namespace, pods }: EnvironmentStatus): Promise<readonly string[]> {
  const unready = new Set(pods.flatMap(({ name, ready, status }) => (ready || status === 'Terminating' ? [] : [name])))
  if (unready.size === 0) return []
  const [found, events] = await Promise.all([
    client.list<Pod>({ apiVersion: 'v1', kind: 'Pod' }, { namespace }),
    client.list<Event>({ apiVersion: 'v1', kind: 'Event' }, { namespace }),
  ])
  const wanted = found.items.filter(({ metadata }) => unready.has(metadata.name ?? ''))
  return (await Promise.all(wanted.map((pod) => textsOfPod(client, pod, events.items)))).flat()
}

async function textsOfPod(client: Client, pod: Pod, events: readonly Event[]): Promise<readonly string[]> {
  const { initContainerStatuses = [], containerStatuses = [], conditions = [] } = pod.status ?? {}
  const name = pod.metadata.name ?? ''
  const unscheduled = conditions.find(({ type, status }) => type === 'PodScheduled' && status === 'False')
  if (unscheduled !== undefined) return [`pod ${name}: ${unscheduled.message ?? 'no node takes it'}`]
  const texts = await Promise.all(
    [...initContainerStatuses, ...containerStatuses].map(async (status) => {
      const why = await whyNot(client, { pod, status, events })
      return why === undefined ? [] : [`pod ${name}, container ${status.name}: ${why}`]
    }),
  )
  return texts.flat()
}

interface Seen {
  readonly pod: Pod
  readonly status: ContainerStatus
  readonly events: readonly Event[]
}

async function whyNot(client: Client, seen: Seen): Promise<string | undefined> {
  const { state = {}, lastState, ready } = seen.status
  const { running, waiting, terminated } = state
  if (terminated !== undefined) return terminated.exitCode === 0 ? undefined : ended(client, seen, terminated)
  if (waiting?.reason === 'CrashLoopBackOff' && lastState?.terminated !== undefined)
    return ended(client, seen, lastState.terminated)
  if (waiting !== undefined)
    return ORDINARY.has(waiting.reason ?? '') ? undefined : `${waiting.reason ?? ''}: ${waiting.message ?? ''}`
  if (ready || running === undefined) return undefined
  if (Date.now() - Date.parse(running.startedAt ?? '') >= STARTING) return lastEvent(seen, 'Unhealthy')
  // Started again a moment ago: what it ended of the last time still counts.
  return lastState?.terminated === undefined ? undefined : ended(client, seen, lastState.terminated)
}

async function ended(client: Client, seen: Seen, terminated: Terminated): Promise<string> {
  return probeThatKilled(seen) ?? (await crashed(client, seen, terminated))
}

// A container that its own probe ended has not crashed: its exit code says nothing.
function probeThatKilled(seen: Seen): string | undefined {
  const killed = lastEvent(seen, 'Killing')
  return killed !== undefined && /failed \w+ probe/.test(killed) ? (lastEvent(seen, 'Unhealthy') ?? killed) : undefined
}

async function crashed(client: Client, seen: Seen, { exitCode, reason }: Terminated): Promise<string> {
  const words = await lastWords(client, seen)
  const why = reason === undefined || reason === 'Error' ? '' : ` (${reason})`
  return `exited with ${exitCode}${why}${words === '' ? '' : `: ${words}`}`
}

function lastEvent({ pod, status, events }: Seen, reason: string): string | undefined {
  const own = events.filter(
    (event) =>
      event.reason === reason &&
      event.involvedObject.name === pod.metadata.name &&
      (event.involvedObject.fieldPath ?? '').includes(`{${status.name}}`),
  )
  const newest = own.toSorted((a, b) => ((a.lastTimestamp ?? '') < (b.lastTimestamp ?? '') ? 1 : -1))[0]
  return newest?.message
}

// The run that ended is the one before, unless no other was started since.
async function lastWords(client: Client, seen: Seen): Promise<string> {
  const isCurrent = seen.status.state?.terminated !== undefined
  return (await lastLine(client, seen, !isCurrent)) || lastLine(client, seen, isCurrent)
}

async function lastLine(client: Client, { pod, status }: Seen, previous: boolean): Promise<string> {
  const query = new URLSearchParams({ container: status.name, tailLines: '1', previous: String(previous) })
  const { namespace = '', name = '' } = pod.metadata
  const path = `/api/v1/namespaces/${namespace}/pods/${name}/log?${query.toString()}`
  const response = await client.raw({ method: 'GET', path })
  if (response.status >= 400) return ''
  let text = ''
  const decoder = new TextDecoder()
  for await (const chunk of response.stream ?? []) text += decoder.decode(chunk, { stream: true })
  return text.trim().slice(0, LONGEST)
}
