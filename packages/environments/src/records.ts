import { type Client, hasReason } from '@slipway/client'
import type { KubeObject } from '@slipway/objects'

/** What the process that runs a cluster knows of an environment beside what the API holds. */
export interface EnvironmentRecord {
  readonly name: string
  readonly namespace: string
  readonly branch: string
  /** The source commit that is deployed, and the deployment commit that the reconciler follows; empty before the first release. */
  readonly commit: string
  readonly revision: string
  /** Names of its Applications. */
  readonly applications: readonly string[]
  readonly images: readonly { readonly name: string; readonly digest: string }[]
  /** Why the newest commit was not released. */
  readonly fault?: string
}

const NAMESPACE = 'slipway'
const REF = { apiVersion: 'v1', kind: 'ConfigMap', namespace: NAMESPACE, name: 'environments' }

interface RecordMap extends KubeObject {
  readonly data?: Readonly<Partial<Record<keyof Records, string>>>
}

/** The URL of a Service port, as other processes read it. */
export interface PublishedUrl {
  readonly namespace: string
  readonly name: string
  readonly port: number
  readonly url: string
}

/** A process of a pod, as other processes read it. */
export interface PublishedProcess {
  readonly namespace: string
  readonly pod: string
  readonly pid: number
}

/** Everything that the running process publishes. */
export interface Records {
  readonly environments: readonly EnvironmentRecord[]
  readonly urls: readonly PublishedUrl[]
  readonly processes: readonly PublishedProcess[]
}

/** Puts the records where other processes of the user find them: a ConfigMap of the cluster itself. */
export async function publishRecords(client: Client, records: Records): Promise<void> {
  const data = Object.fromEntries(Object.entries(records).map(([key, list]) => [key, JSON.stringify(list)]))
  const { namespace, name, ...kind } = REF
  await client.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } }).catch(ignoreExisting)
  await client.apply({ ...kind, metadata: { namespace, name }, data }, { fieldManager: 'slipway', force: true })
}

/** Reads what {@link publishRecords} wrote; empty before the first. */
export async function readRecords(client: Client): Promise<Records> {
  try {
    const { data } = await client.get<RecordMap>(REF)
    return {
      environments: JSON.parse(data?.environments ?? '[]') as EnvironmentRecord[],
      urls: JSON.parse(data?.urls ?? '[]') as PublishedUrl[],
      processes: JSON.parse(data?.processes ?? '[]') as PublishedProcess[],
    }
  } catch (error) {
    if (hasReason(error, 'NotFound')) return { environments: [], urls: [], processes: [] }
    throw error
  }
}

function ignoreExisting(error: unknown): void {
  if (!hasReason(error, 'AlreadyExists')) throw error
}
