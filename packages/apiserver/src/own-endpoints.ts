import { deepEqual, type KubeObject, type Transport } from '@slipway/objects'

const ENDPOINTS = '/api/v1/namespaces/default/endpoints'
const SLICES = '/apis/discovery.k8s.io/v1/namespaces/default/endpointslices'

/**
 * Says where the API server answers, for the Service `kubernetes` that has no selector: its Endpoints and its EndpointSlice, both of that name
 * (k8s.io/kubernetes/pkg/controlplane/reconcilers). The address is one of the cluster, where pods reach it; nobody mirrors these Endpoints, and no controller manages the slice.
 */
export async function publishOwnEndpoints(handle: Transport, at: { ip: string; port: number }): Promise<void> {
  const ports = [{ name: 'https', port: at.port, protocol: 'TCP' }]
  await put(handle, ENDPOINTS, {
    apiVersion: 'v1',
    kind: 'Endpoints',
    metadata: {
      name: 'kubernetes',
      namespace: 'default',
      labels: { 'endpointslice.kubernetes.io/skip-mirror': 'true' },
    },
    subsets: [{ addresses: [{ ip: at.ip }], ports }],
  })
  await put(handle, SLICES, {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: {
      name: 'kubernetes',
      namespace: 'default',
      labels: { 'kubernetes.io/service-name': 'kubernetes' },
    },
    addressType: 'IPv4',
    endpoints: [{ addresses: [at.ip], conditions: { ready: true } }],
    ports,
  })
}

async function put(handle: Transport, collection: string, object: KubeObject): Promise<void> {
  const path = `${collection}/${object.metadata.name ?? ''}`
  const common = { contentType: 'application/json', userAgent: 'slipway' }
  const present = await handle({ method: 'GET', path })
  const found = present.status === 200 ? (present.object as KubeObject) : undefined
  if (
    found !== undefined &&
    Object.keys(object).every((name) => name === 'metadata' || deepEqual(found[name], object[name]))
  )
    return
  const response =
    found === undefined
      ? await handle({ ...common, method: 'POST', path: collection, body: object })
      : await handle({ ...common, method: 'PUT', path, body: object })
  if (response.status >= 400) throw new Error(`cannot write ${path}: ${JSON.stringify(response.object)}`)
}
