import { publishOwnEndpoints, startApiServer } from '@slipway/apiserver'
import { createClient } from '@slipway/client'
import type { KubeObject } from '@slipway/objects'
import { openMemoryStore } from '@slipway/store'
import { expect, test } from 'vitest'

test('the Service kubernetes has the API server as its endpoint, at its port of this time', async () => {
  const store = openMemoryStore<KubeObject>()
  const api = await startApiServer({ store })
  const client = createClient(api.handle, { userAgent: 'test' })
  const at = { namespace: 'default', name: 'kubernetes' }
  for (const port of [6443, 7443]) {
    await publishOwnEndpoints(api.handle, { ip: '10.244.0.1', port })
    const revision = store.revision
    await publishOwnEndpoints(api.handle, { ip: '10.244.0.1', port })
    expect(store.revision).toBe(revision)
    const ports = [{ name: 'https', port, protocol: 'TCP' }]
    const endpoints = await client.get({ apiVersion: 'v1', kind: 'Endpoints', ...at })
    expect(endpoints['subsets']).toEqual([{ addresses: [{ ip: '10.244.0.1' }], ports }])
    expect(endpoints.metadata.labels).toEqual({ 'endpointslice.kubernetes.io/skip-mirror': 'true' })
    const slice = await client.get({ apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice', ...at })
    expect(slice).toMatchObject({
      addressType: 'IPv4',
      endpoints: [{ addresses: ['10.244.0.1'], conditions: { ready: true } }],
      ports,
    })
    expect(slice.metadata.labels).toEqual({ 'kubernetes.io/service-name': 'kubernetes' })
  }
  await api.stop()
})
