import { formatApiVersion, gvkOf, parseApiVersion, type Transport } from '@slipway/objects'
import { answerOf } from './answer.ts'
import { ClientError } from './errors.ts'

/** How a kind is reached: its plural name, and whether it lives in namespaces. */
export interface ResourceInfo {
  readonly apiVersion: string
  readonly kind: string
  readonly plural: string
  readonly namespaced: boolean
  /** Verbs such as `list` and `watch`; empty for what only has subresources. */
  readonly verbs: readonly string[]
}

/** A kind, as manifests name it. */
export interface KindRef {
  readonly apiVersion: string
  readonly kind: string
}

/** Finds out how kinds are reached. */
export interface ResourceMapper {
  /** @throws ClientError `API_UNKNOWN_KIND` when the API serves no such kind. */
  find(ref: KindRef): Promise<ResourceInfo>
  /** Everything that the API serves, one entry a kind and version. */
  all(): Promise<readonly ResourceInfo[]>
  /** Forgets what was discovered, as after a change of a CustomResourceDefinition. */
  invalidate(): void
}

interface DiscoveredResource {
  readonly name: string
  readonly kind: string
  readonly namespaced: boolean
  readonly verbs: readonly string[]
}

/**
 * A mapper by the API's discovery documents. A group and version is asked for when a kind of it is first needed, and once more when a kind is missing from
 * what is known, since a CustomResourceDefinition may have added it.
 */
export function discoveryMapper(transport: Transport): ResourceMapper {
  const known = new Map<string, Promise<readonly ResourceInfo[]>>()
  const versionOf = (apiVersion: string): Promise<readonly ResourceInfo[]> => {
    const found = known.get(apiVersion) ?? discoverVersion(transport, apiVersion)
    known.set(apiVersion, found)
    // A failure is of the moment: whoever asks next finds out anew.
    found.catch(() => {
      if (known.get(apiVersion) === found) known.delete(apiVersion)
    })
    return found
  }
  const lookUp = async (ref: KindRef): Promise<ResourceInfo | undefined> =>
    (await versionOf(ref.apiVersion)).find((resource) => resource.kind === ref.kind)
  return {
    find: async (ref) => {
      const first = await lookUp(ref)
      if (first !== undefined) return first
      known.delete(ref.apiVersion)
      const second = await lookUp(ref)
      if (second !== undefined) return second
      throw unknownKind(ref)
    },
    all: async () => {
      const versions = await discoverVersions(transport)
      return (await Promise.all(versions.map(versionOf))).flat()
    },
    invalidate: () => known.clear(),
  }
}

// kubectl's wording, because that is what people search for.
function unknownKind(ref: KindRef): ClientError {
  const message = `no matches for kind "${ref.kind}" in version "${ref.apiVersion}"`
  return new ClientError('API_UNKNOWN_KIND', message, { hint: 'ensure CRDs are installed first' })
}

async function discoverVersion(transport: Transport, apiVersion: string): Promise<readonly ResourceInfo[]> {
  const { group } = parseApiVersion(apiVersion)
  const path = group === '' ? `/api/${apiVersion}` : `/apis/${apiVersion}`
  const response = await transport({ method: 'GET', path, accept: 'application/json' })
  if (response.status === 404) return []
  const list = answerOf<{ resources?: readonly DiscoveredResource[] }>(response)
  return (list.resources ?? [])
    .filter((resource) => !resource.name.includes('/'))
    .map(({ name, kind, namespaced, verbs }) => ({ apiVersion, kind, plural: name, namespaced, verbs }))
}

async function discoverVersions(transport: Transport): Promise<readonly string[]> {
  const [core, groups] = await Promise.all([
    transport({ method: 'GET', path: '/api', accept: 'application/json' }),
    transport({ method: 'GET', path: '/apis', accept: 'application/json' }),
  ])
  const { versions } = answerOf<{ versions?: readonly string[] }>(core)
  const list = answerOf<{ groups?: readonly { versions: readonly { groupVersion: string }[] }[] }>(groups)
  return [
    ...(versions ?? []),
    ...(list.groups ?? []).flatMap((group) => group.versions.map((version) => version.groupVersion)),
  ]
}

/** The path of a kind's collection, or of one object in it. */
export function pathOf(
  resource: ResourceInfo,
  at: { namespace?: string | undefined; name?: string | undefined; subresource?: string | undefined },
): string {
  const { group } = gvkOf(resource)
  const base = group === '' ? `/api/${resource.apiVersion}` : `/apis/${formatApiVersion(gvkOf(resource))}`
  const scope =
    resource.namespaced && at.namespace !== undefined && at.namespace !== ''
      ? `/namespaces/${encodeURIComponent(at.namespace)}`
      : ''
  const name = at.name === undefined ? '' : `/${encodeURIComponent(at.name)}`
  const subresource = at.subresource === undefined ? '' : `/${at.subresource}`
  return `${base}${scope}/${resource.plural}${name}${subresource}`
}
