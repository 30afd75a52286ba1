import { startApiServer } from '@slipway/apiserver'
import { createClient, type Client } from '@slipway/client'
import { keepLease } from '@slipway/node'
import type { KubeObject } from '@slipway/objects'
import { openMemoryStore } from '@slipway/store'
import { FakeClock } from '@slipway/testkit'
import { expect, onTestFinished, test } from 'vitest'

interface Lease extends KubeObject {
  readonly spec: { readonly holderIdentity: string; readonly renewTime: string; readonly leaseDurationSeconds: number }
}

async function lease(client: Client): Promise<Lease> {
  const kind = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease' }
  return client.get<Lease>({ ...kind, namespace: 'kube-node-lease', name: 'n1' })
}

test("a node's lease belongs to it and is renewed every ten seconds until the node stops", async () => {
  const clock = new FakeClock()
  const api = await startApiServer({ store: openMemoryStore(), clock })
  onTestFinished(() => api.stop())
  const client = createClient(api.handle, { userAgent: 'test' })
  const node = await client.create({ apiVersion: 'v1', kind: 'Node', metadata: { name: 'n1' }, spec: {} })
  const stop = await keepLease(client, { name: 'n1', clock })
  const first = await lease(client)
  expect(first.spec).toMatchObject({ holderIdentity: 'n1', leaseDurationSeconds: 40 })
  expect(first.metadata.ownerReferences?.[0]).toMatchObject({ kind: 'Node', uid: node.metadata.uid })
  await clock.advance(10_000)
  const second = await lease(client)
  expect(Date.parse(second.spec.renewTime) - Date.parse(first.spec.renewTime)).toBe(10_000)
  stop()
  await clock.advance(60_000)
  expect((await lease(client)).spec.renewTime).toBe(second.spec.renewTime)
})
