import { eventually } from '@slipway/testkit'
import { expect, test } from 'vitest'
import { testCluster, type TestCluster } from './cluster.ts'

const MAP = { apiVersion: 'v1', kind: 'ConfigMap' }

async function make(cluster: TestCluster, name: string, owner?: object, namespace = 'default'): Promise<string> {
  const ownerReferences = owner === undefined ? [] : [owner]
  const made = await cluster.client.create({ ...MAP, metadata: { name, namespace, ownerReferences } } as never)
  return made.metadata.uid ?? ''
}

const owner = (kind: string, name: string, uid: string): object => ({ apiVersion: 'v1', kind, name, uid })

test('an owner of the same name, of another namespace or of another scope takes nothing with it', async () => {
  const cluster = await testCluster()
  await cluster.client.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'other' } })
  const uid = await make(cluster, 'owner')
  const foreign = await make(cluster, 'owner', undefined, 'other')
  await make(cluster, 'kept')
  await make(cluster, 'child', owner('ConfigMap', 'owner', uid))
  await make(cluster, 'owned-by-node', owner('Node', 'n1', await nodeUid(cluster)))
  await make(cluster, 'elsewhere', owner('ConfigMap', 'owner', foreign))
  await cluster.client.delete({ ...MAP, namespace: 'default', name: 'owner' }, { propagationPolicy: 'Background' })
  await eventually(async () => {
    const names = (await cluster.client.list(MAP, { namespace: 'default' })).items.map(({ metadata }) => metadata.name)
    expect(names).not.toContain('child')
  })
  const names = async (namespace: string): Promise<unknown[]> =>
    (await cluster.client.list(MAP, { namespace })).items.map(({ metadata }) => metadata.name)
  expect(await names('default')).toEqual(expect.arrayContaining(['kept', 'owned-by-node']))
  expect(await names('other')).toContain('owner')
  expect((await cluster.client.get({ apiVersion: 'v1', kind: 'Node', name: 'n1' })).metadata.name).toBe('n1')
})

async function nodeUid(cluster: TestCluster): Promise<string> {
  return (await cluster.client.get({ apiVersion: 'v1', kind: 'Node', name: 'n1' })).metadata.uid ?? ''
}
