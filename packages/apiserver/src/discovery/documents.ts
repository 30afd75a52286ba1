import { createHash } from 'node:crypto'
import type { ResourceDefinition, SubresourceDefinition } from '../registry/definition.ts'
import type { Registry } from '../registry/registry.ts'

interface LegacyResource {
  readonly name: string
  readonly singularName: string
  readonly namespaced: boolean
  readonly group?: string
  readonly version?: string
  readonly kind: string
  readonly verbs: readonly string[]
  readonly shortNames?: readonly string[]
  readonly categories?: readonly string[]
  readonly storageVersionHash?: string
}

/** `/api`: the versions of the core group, and the address by which the client got here, if it came by a network. */
export function apiVersions(registry: Registry, host: string | undefined): object {
  return {
    kind: 'APIVersions',
    versions: registry.groups().get('') ?? [],
    serverAddressByClientCIDRs: host === undefined ? [] : [{ clientCIDR: '0.0.0.0/0', serverAddress: host }],
  }
}

/** `/apis`: all named groups with their versions, preferred first. */
export function apiGroupList(registry: Registry): object {
  return {
    kind: 'APIGroupList',
    apiVersion: 'v1',
    groups: namedGroups(registry).map(([group, versions]) => groupBody(group, versions)),
  }
}

/** `/apis/<group>`, or undefined for a group that is not served. */
export function apiGroup(registry: Registry, group: string): object | undefined {
  const versions = registry.groups().get(group)
  return group === '' || versions === undefined
    ? undefined
    : { kind: 'APIGroup', apiVersion: 'v1', ...groupBody(group, versions) }
}

/** `/api/v1` and `/apis/<group>/<version>`, or undefined for a version that is not served. */
export function apiResourceList(registry: Registry, group: string, version: string): object | undefined {
  const resources = registry.inVersion(group, version)
  if (resources.length === 0) return undefined
  const groupVersion = group === '' ? version : `${group}/${version}`
  // The real server leaves the core group's list without an apiVersion.
  const apiVersion = group === '' ? {} : { apiVersion: 'v1' }
  return { kind: 'APIResourceList', ...apiVersion, groupVersion, resources: resources.flatMap(legacyResources) }
}

/**
 * The aggregated form of `/api` and `/apis` (`apidiscovery.k8s.io`): everything in one document, which clients since 1.26 ask for.
 */
export function aggregatedDiscovery(registry: Registry, root: 'api' | 'apis', version: 'v2' | 'v2beta1'): object {
  const groups = root === 'api' ? [['', registry.groups().get('') ?? []] as const] : namedGroups(registry)
  return {
    kind: 'APIGroupDiscoveryList',
    apiVersion: `apidiscovery.k8s.io/${version}`,
    metadata: {},
    items: groups.map(([group, versions]) => ({
      metadata: { ...(group === '' ? {} : { name: group }), creationTimestamp: null },
      versions: versions.map((of) => ({
        version: of,
        freshness: 'Current',
        resources: registry.inVersion(group, of).map(aggregatedResource),
      })),
    })),
  }
}

function namedGroups(registry: Registry): (readonly [string, readonly string[]])[] {
  return [...registry.groups()].filter(([group]) => group !== '')
}

function groupBody(name: string, versions: readonly string[]): object {
  const all = versions.map((version) => ({ groupVersion: `${name}/${version}`, version }))
  return { name, versions: all, preferredVersion: all[0] }
}

function legacyResources(resource: ResourceDefinition): LegacyResource[] {
  const { shortNames, categories } = resource
  const main: LegacyResource = {
    name: resource.plural,
    singularName: resource.singular,
    namespaced: resource.namespaced,
    kind: resource.kind,
    verbs: resource.verbs,
    ...(shortNames.length === 0 ? {} : { shortNames }),
    ...(categories.length === 0 ? {} : { categories }),
    ...(resource.verbs.includes('watch') ? { storageVersionHash: storageHash(resource) } : {}),
  }
  return [main, ...resource.subresources.map((sub) => legacySubresource(resource, sub))]
}

// By it clients learn that objects moved to another version: k8s.io/apiserver/pkg/endpoints/discovery/storageversionhash.go.
function storageHash({ kind, storage: { group, version } }: ResourceDefinition): string {
  return createHash('sha256').update(`${group}/${version}/${kind}`).digest().subarray(0, 8).toString('base64')
}

function legacySubresource(resource: ResourceDefinition, sub: SubresourceDefinition): LegacyResource {
  const foreign = sub.group !== resource.group || sub.version !== resource.version
  return {
    name: `${resource.plural}/${sub.name}`,
    singularName: '',
    namespaced: resource.namespaced,
    ...(foreign ? { group: sub.group, version: sub.version } : {}),
    kind: sub.kind,
    verbs: sub.verbs,
  }
}

function aggregatedResource(resource: ResourceDefinition): object {
  const { group, version, kind, plural, singular, namespaced, verbs, shortNames, categories, subresources } = resource
  return {
    resource: plural,
    responseKind: { group, version, kind },
    scope: namespaced ? 'Namespaced' : 'Cluster',
    singularResource: singular,
    verbs,
    ...(shortNames.length === 0 ? {} : { shortNames }),
    ...(categories.length === 0 ? {} : { categories }),
    ...(subresources.length === 0 ? {} : { subresources: subresources.map(aggregatedSubresource) }),
  }
}

function aggregatedSubresource(sub: SubresourceDefinition): object {
  return {
    subresource: sub.name,
    responseKind: { group: sub.group, version: sub.version, kind: sub.kind },
    verbs: sub.verbs,
  }
}
