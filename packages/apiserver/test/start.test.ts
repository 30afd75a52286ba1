import { startApiServer } from '@slipway/apiserver'
import type { KubeObject } from '@slipway/objects'
import { openMemoryStore } from '@slipway/store'
import { expect, test } from 'vitest'

test('a second start over the same store finds what the first one made', async () => {
  const store = openMemoryStore<KubeObject>()
  await (await startApiServer({ store })).stop()
  const revision = store.revision
  const again = await startApiServer({ store })
  expect(store.revision).toBe(revision)
  const { object } = await again.handle({ method: 'GET', path: '/api/v1/namespaces/default/services/kubernetes' })
  expect(object).toMatchObject({ spec: { clusterIP: '10.96.0.1' } })
  const cidr = await again.handle({ method: 'GET', path: '/apis/networking.k8s.io/v1/servicecidrs/kubernetes' })
  expect(cidr.object).toMatchObject({
    spec: { cidrs: ['10.96.0.0/16'] },
    status: { conditions: [{ type: 'Ready', status: 'True', message: 'Kubernetes default Service CIDR is ready' }] },
  })
  await again.stop()
})
