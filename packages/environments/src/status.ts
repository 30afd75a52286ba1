import { type Client, hasReason } from '@slipway/client'
import type { Repository } from '@slipway/git'
import type { KubeObject } from '@slipway/objects'
import { type ApplicationObject, type ApplicationRow, applicationRow } from './application-row.ts'
import { type EnvironmentRecord, type PublishedProcess, type PublishedUrl, readRecords } from './records.ts'

/** One environment as `slipway status -o json` prints it. */
export interface EnvironmentStatus {
  readonly name: string
  readonly namespace: string
  readonly branch: string
  readonly commit: string
  readonly revision: string
  readonly sync: string
  readonly health: string
  readonly url: string
  readonly images: readonly { readonly name: string; readonly digest: string }[]
  readonly applications: readonly ApplicationRow[]
  readonly pods: readonly PodRow[]
  /** The newest commit of the branch, while another one is deployed. */
  readonly pending?: string
  readonly fault?: string
}

/** A pod of an environment. */
export interface PodRow {
  readonly name: string
  readonly ready: boolean
  readonly status: string
  readonly restarts: number
  /** Of the first container; 0 while nothing runs. */
  readonly pid: number
  readonly ip: string
}

/** The state of a whole cluster. */
export interface ClusterStatus {
  readonly environments: readonly EnvironmentStatus[]
}

interface PodObject extends KubeObject {
  readonly status?: {
    readonly phase?: string
    readonly podIP?: string
    readonly conditions?: readonly { readonly type: string; readonly status: string }[]
    readonly containerStatuses?: readonly {
      readonly restartCount: number
      readonly state?: { readonly waiting?: { readonly reason?: string } }
    }[]
  }
}

const HEALTHS = ['Healthy', 'Suspended', 'Progressing', 'Missing', 'Degraded', 'Unknown']

/** Where the heads of branches are read; a whole repository will do. */
export type Heads = Pick<Repository, 'resolve'>

/**
 * Reads the state of every environment from the API, by any client that may read it. With the repository an environment is OutOfSync from the moment that its
 * branch has a newer commit than the deployed one, as with an Argo CD that was told at once; without it, from the moment that the release is there.
 */
export async function readStatus(client: Client, heads?: Heads): Promise<ClusterStatus> {
  const { environments, urls, processes } = await readRecords(client)
  const { items: applications } = await client.list<ApplicationObject>({
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Application',
  })
  return {
    environments: await Promise.all(
      environments.map((record) => statusOf(client, record, { applications, urls, processes, heads })),
    ),
  }
}

/** True when every environment is Synced and Healthy, at its branch's newest commit if that was looked at, and every pod that stays is ready. */
export function isSettled({ environments }: ClusterStatus): boolean {
  return environments.length > 0 && environments.every(isEnvironmentSettled)
}

// What an Application said before a restart of the cluster still stands when its pods start anew: they have the last word.
function isEnvironmentSettled({ sync, health, fault, pods }: EnvironmentStatus): boolean {
  return (
    sync === 'Synced' &&
    health === 'Healthy' &&
    fault === undefined &&
    pods.every(({ ready, status }) => ready || status === 'Terminating')
  )
}

async function statusOf(
  client: Client,
  record: EnvironmentRecord,
  seen: {
    readonly applications: readonly ApplicationObject[]
    readonly urls: readonly PublishedUrl[]
    readonly processes: readonly PublishedProcess[]
    readonly heads: Heads | undefined
  },
): Promise<EnvironmentStatus> {
  const applications = record.applications.map((name) =>
    applicationRow(
      name,
      seen.applications.find((each) => each.metadata.name === name),
    ),
  )
  const pending = await pendingCommit(record, seen)
  // An Application that still shows an older deployment says nothing about this one.
  const current = pending === undefined && applications.every(({ revision }) => revision === record.revision)
  const { items: pods } = await client
    .list<PodObject>({ apiVersion: 'v1', kind: 'Pod' }, { namespace: record.namespace })
    .catch(emptyWhenGone)
  return {
    name: record.name,
    namespace: record.namespace,
    branch: record.branch,
    commit: record.commit,
    revision: record.revision,
    sync: !current
      ? 'OutOfSync'
      : applications.every(({ sync }) => sync === 'Synced')
        ? 'Synced'
        : worst(
            applications.map(({ sync }) => sync),
            ['Synced', 'OutOfSync', 'Unknown'],
          ),
    health: worst(
      applications.map(({ health }) => health),
      HEALTHS,
    ),
    url: urlOf(record, seen.urls),
    images: record.images,
    applications,
    pods: pods.filter((pod) => !isOfJob(pod)).map((pod) => podRow(pod, seen.processes)),
    ...(pending === undefined ? {} : { pending }),
    ...(record.fault === undefined ? {} : { fault: record.fault }),
  }
}

async function pendingCommit(
  { branch, commit, applications: names }: EnvironmentRecord,
  { heads, applications }: { readonly heads: Heads | undefined; readonly applications: readonly ApplicationObject[] },
): Promise<string | undefined> {
  const spec = applications.find(({ metadata }) => metadata.name === names[0])?.spec
  const repoURL = spec?.source?.repoURL ?? spec?.sources?.[0]?.repoURL
  // A branch that is gone has no newer commit; whoever runs the cluster says that it is gone.
  const head = await heads?.resolve(branch, repoURL).catch(() => undefined)
  return head === undefined || head.commit === commit ? undefined : head.commit
}

function isOfJob(pod: PodObject): boolean {
  return pod.metadata.ownerReferences?.some(({ kind }) => kind === 'Job') === true
}

function emptyWhenGone(error: unknown): { items: PodObject[] } {
  if (hasReason(error, 'NotFound')) return { items: [] }
  throw error
}

function worst(values: readonly string[], order: readonly string[]): string {
  return values.reduce((bad, value) => (order.indexOf(value) > order.indexOf(bad) ? value : bad), order[0] ?? '')
}

// The Service that people call: on port 80 or named http, the shortest name first.
function urlOf(record: EnvironmentRecord, urls: readonly PublishedUrl[]): string {
  const own = urls.filter(({ namespace }) => namespace === record.namespace)
  const sorted = own.toSorted((a, b) => Number(b.port === 80) - Number(a.port === 80) || a.name.length - b.name.length)
  return sorted[0]?.url ?? ''
}

function podRow(pod: PodObject, processes: readonly PublishedProcess[]): PodRow {
  const { name = '', namespace } = pod.metadata
  const statuses = pod.status?.containerStatuses ?? []
  const waiting = statuses.find(({ state }) => state?.waiting?.reason !== undefined)?.state?.waiting?.reason
  return {
    name,
    ready: pod.status?.conditions?.find(({ type }) => type === 'Ready')?.status === 'True',
    status: pod.metadata.deletionTimestamp === undefined ? (waiting ?? pod.status?.phase ?? 'Pending') : 'Terminating',
    restarts: statuses.reduce((sum, { restartCount }) => sum + restartCount, 0),
    pid: processes.find((process) => process.pod === name && process.namespace === namespace)?.pid ?? 0,
    ip: pod.status?.podIP ?? '',
  }
}
