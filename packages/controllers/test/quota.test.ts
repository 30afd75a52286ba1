import type { KubeObject } from '@slipway/objects'
import { eventually } from '@slipway/testkit'
import { expect, test } from 'vitest'
import { testCluster } from './cluster.ts'

test("a quota's status shows what is used of each name, zero where nothing is, and nothing for kinds that nobody serves", async () => {
  const { client, errors } = await testCluster()
  const hard = {
    configmaps: '5',
    secrets: '5',
    'services.nodeports': '1',
    'requests.storage': '10Gi',
    'count/replicasets.apps': '3',
    'count/unknown.example.com': '1',
  }
  const metadata = { name: 'quota', namespace: 'default' }
  await client.create({ apiVersion: 'v1', kind: 'ResourceQuota', metadata, spec: { hard } })
  await client.create({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 's', namespace: 'default' } })
  const used = async (): Promise<unknown> => {
    const quota = await client.get<KubeObject>({ apiVersion: 'v1', kind: 'ResourceQuota', ...metadata })
    return quota['status']
  }
  await eventually(async () =>
    expect(await used()).toEqual({
      hard,
      used: {
        // kube-root-ca.crt
        configmaps: '1',
        secrets: '1',
        'services.nodeports': '0',
        'requests.storage': '0',
        'count/replicasets.apps': '0',
      },
    }),
  )
  await client.delete({ apiVersion: 'v1', kind: 'Secret', namespace: 'default', name: 's' })
  await eventually(async () => expect(await used()).toMatchObject({ used: { secrets: '0' } }))
  expect(errors).toEqual([])
})
