import type { ApiRequest, ApiResponse } from '@slipway/objects'
import type { Registry } from '../registry/registry.ts'
import { aggregatedDiscovery, apiGroup, apiGroupList, apiResourceList, apiVersions } from './documents.ts'

const AGGREGATED =
  /application\/json\s*;\s*(?=[^,]*g=apidiscovery\.k8s\.io)(?=[^,]*as=APIGroupDiscoveryList)[^,]*v=(v2beta1|v2)\b/

/** Serves `/api`, `/apis` and below as discovery; undefined for paths that are none of its. */
export function serveDiscovery(
  registry: Registry,
  request: Pick<ApiRequest, 'accept' | 'host'> & { path: string },
): ApiResponse | undefined {
  const parts = request.path.split('/').filter((part) => part !== '')
  const [root = '', first, second, ...more] = parts
  if ((root !== 'api' && root !== 'apis') || more.length > 0) return undefined
  if (first === undefined) return rootDocument(registry, root, request)
  if (root === 'api') return second === undefined ? answer(apiResourceList(registry, '', first)) : undefined
  return answer(second === undefined ? apiGroup(registry, first) : apiResourceList(registry, first, second))
}

// Clients send several accepted types in order of preference; the first that is an aggregated form wins over the plain one, which every client lists last.
function rootDocument(
  registry: Registry,
  root: 'api' | 'apis',
  { accept = '', host }: Pick<ApiRequest, 'accept' | 'host'>,
): ApiResponse {
  const version = AGGREGATED.exec(accept)?.[1]
  if (version !== 'v2' && version !== 'v2beta1') {
    return { status: 200, object: root === 'api' ? apiVersions(registry, host) : apiGroupList(registry) }
  }
  const contentType = `application/json;g=apidiscovery.k8s.io;v=${version};as=APIGroupDiscoveryList`
  return { status: 200, headers: { 'content-type': contentType }, object: aggregatedDiscovery(registry, root, version) }
}

function answer(object: object | undefined): ApiResponse | undefined {
  return object === undefined ? undefined : { status: 200, object }
}
