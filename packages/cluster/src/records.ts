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
  readonly data?: { readonly environments?: string; readonly urls?: string }
}

/** The URL of a Service port, as other processes read it. */
export interface PublishedUrl {
  readonly namespace: string
  readonly name: string
  readonly port: number
  readonly url: string
}

/** Puts the records where other processes of the user find them: a ConfigMap of the cluster itself. */
export async function publishRecords(
  client: Client,
  records: readonly EnvironmentRecord[],
  urls: readonly PublishedUrl[],
): Promise<void> {
  const data = { environments: JSON.stringify(records), urls: JSON.stringify(urls) }
  const { namespace, name, ...kind } = REF
  await client.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } }).catch(ignoreExisting)
  await client.apply({ ...kind, metadata: { namespace, name }, data }, { fieldManager: 'slipway', force: true })
}

/** Reads what {@link publishRecords} wrote; empty before the first. */
export async function readRecords(
  client: Client,
): Promise<{ readonly environments: readonly EnvironmentRecord[]; readonly urls: readonly PublishedUrl[] }> {
  try {
    const { data } = await client.get<RecordMap>(REF)
    return {
      environments: JSON.parse(data?.environments ?? '[]') as EnvironmentRecord[],
      urls: JSON.parse(data?.urls ?? '[]') as PublishedUrl[],
    }
  } catch (error) {
    if (hasReason(error, 'NotFound')) return { environments: [], urls: [] }
    throw error
  }
}

function ignoreExisting(error: unknown): void {
  if (!hasReason(error, 'AlreadyExists')) throw error
}
