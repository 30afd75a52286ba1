import { eventually } from '@slipway/testkit'
import type { Client } from '@slipway/client'
import type { KubeObject, OwnerReference } from '@slipway/objects'
import { expect, test } from 'vitest'
import { testCluster } from './cluster.ts'

const MAP = { apiVersion: 'v1', kind: 'ConfigMap' }

async function make(client: Client, name: string, owners: readonly OwnerReference[] = []): Promise<KubeObject> {
  return client.create({ ...MAP, metadata: { name, namespace: 'default', ownerReferences: [...owners] } })
}

function owner(object: KubeObject, blockOwnerDeletion?: boolean): OwnerReference {
  const { name = '', uid = '' } = object.metadata
  return { ...MAP, name, uid, ...(blockOwnerDeletion === undefined ? {} : { blockOwnerDeletion }) }
}

const at = (name: string) => ({ ...MAP, namespace: 'default', name })

async function present(client: Client): Promise<string[]> {
  const { items } = await client.list(MAP, { namespace: 'default' })
  return items.map(({ metadata }) => metadata.name ?? '').filter((name) => name !== 'kube-root-ca.crt')
}

test('a circle of owners that block one another goes, deleted in the foreground at any of its places', async () => {
  const { client } = await testCluster()
  const first = await make(client, 'a')
  const second = await make(client, 'b', [owner(first, true)])
  const third = await make(client, 'c', [owner(second, true)])
  await client.patch(at('a'), { type: 'merge', body: { metadata: { ownerReferences: [owner(third, true)] } } })
  await client.delete(at('b'), { propagationPolicy: 'Foreground' })
  await eventually(async () => expect(await present(client)).toEqual([]))
})

test('a circle goes in the background, too', async () => {
  const { client } = await testCluster()
  const first = await make(client, 'a')
  const second = await make(client, 'b', [owner(first)])
  await client.patch(at('a'), { type: 'merge', body: { metadata: { ownerReferences: [owner(second)] } } })
  await client.delete(at('a'), { propagationPolicy: 'Background' })
  await eventually(async () => expect(await present(client)).toEqual([]))
})

test('what has another owner stays when one waits for it, and loses that one', async () => {
  const { client } = await testCluster()
  const waiting = await make(client, 'waiting')
  const solid = await make(client, 'solid')
  await make(client, 'both', [owner(waiting, true), owner(solid)])
  await make(client, 'one', [owner(waiting, true)])
  await client.delete(at('waiting'), { propagationPolicy: 'Foreground' })
  await eventually(async () => expect(await present(client)).toEqual(['both', 'solid']))
  const { metadata } = await client.get(at('both'))
  expect(metadata.ownerReferences).toEqual([expect.objectContaining({ name: 'solid' })])
})

test('in the foreground an owner outlives what blocks it, and not what does not', async () => {
  const { client } = await testCluster()
  const parent = await make(client, 'parent')
  const held = await make(client, 'blocking', [owner(parent, true)])
  await client.patch(at('blocking'), { type: 'merge', body: { metadata: { finalizers: ['example.com/hold'] } } })
  await make(client, 'free', [owner(parent)])
  await client.patch(at('free'), { type: 'merge', body: { metadata: { finalizers: ['example.com/hold'] } } })
  await client.delete(at('parent'), { propagationPolicy: 'Foreground' })
  await eventually(async () => {
    const child = await client.get(at('blocking'))
    expect(child.metadata.deletionTimestamp).toBeDefined()
  })
  expect((await client.get(at('parent'))).metadata.finalizers).toEqual(['foregroundDeletion'])
  await client.patch(at('blocking'), {
    type: 'merge',
    body: { metadata: { uid: held.metadata.uid, finalizers: null } },
  })
  await eventually(async () => expect(await present(client)).toEqual(['free']))
})

test('orphans lose the owner that goes and keep the others', async () => {
  const { client } = await testCluster()
  const [going, staying] = [await make(client, 'going'), await make(client, 'staying')]
  await make(client, 'child', [owner(going), owner(staying)])
  await client.delete(at('going'), { propagationPolicy: 'Orphan' })
  await eventually(async () => expect(await present(client)).toEqual(['child', 'staying']))
  const { metadata } = await client.get(at('child'))
  expect(metadata.ownerReferences).toEqual([expect.objectContaining({ name: 'staying' })])
})

test('what names an owner that never was goes; what is made while its owner goes follows it', async () => {
  const { client } = await testCluster()
  await make(client, 'lost', [{ ...MAP, name: 'nobody', uid: 'd5d5f0c4-0000-4000-8000-000000000000' }])
  await eventually(async () => expect(await present(client)).toEqual([]))
  const parent = await make(client, 'parent')
  await client.delete(at('parent'), { propagationPolicy: 'Background' })
  await make(client, 'late', [owner(parent)])
  await eventually(async () => expect(await present(client)).toEqual([]))
})
