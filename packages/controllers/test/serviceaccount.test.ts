import type { KubeObject } from '@slipway/objects'
import { eventually } from '@slipway/testkit'
import { describe, expect, test } from 'vitest'
import { testCluster } from './cluster.ts'

const NAMESPACE = { apiVersion: 'v1', kind: 'Namespace' }
const ACCOUNT = { apiVersion: 'v1', kind: 'ServiceAccount', namespace: 'default' }
const SECRET = { apiVersion: 'v1', kind: 'Secret', namespace: 'default', name: 'token' }
const NOW = Date.UTC(2026, 0, 1) / 1000

const secret = (account: string): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name: 'token', namespace: 'default', annotations: { 'kubernetes.io/service-account.name': account } },
  type: 'kubernetes.io/service-account-token',
})

describe('a namespace', () => {
  test('has its ServiceAccount and the certificate authority, and has them back when they go', async () => {
    const { client, errors } = await testCluster()
    await client.create({ ...NAMESPACE, metadata: { name: 'shop' } })
    const account = { ...ACCOUNT, namespace: 'shop', name: 'default' }
    const authority = { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'shop', name: 'kube-root-ca.crt' }
    const both = async (): Promise<(string | undefined)[]> => {
      const found = [await client.get(account), await client.get(authority)]
      expect(found[1]?.['data']).toEqual({ 'ca.crt': 'PEM' })
      return found.map(({ metadata }) => metadata.uid)
    }
    const first = await eventually(both)
    await client.delete(account)
    await client.delete(authority)
    const second = await eventually(both)
    expect(second.some((uid) => first.includes(uid))).toBe(false)
    await client.patch(authority, { type: 'merge', body: { data: { 'ca.crt': 'forged' } } })
    await eventually(both)
    expect(errors).toEqual([])
  })
})

describe('a Secret that asks for a token', () => {
  test('gets one of its ServiceAccount, which holds as long as the Secret does', async () => {
    const { client, tokens, errors } = await testCluster()
    await client.create({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'robot', namespace: 'default' } })
    const { metadata } = await client.get({ ...ACCOUNT, name: 'robot' })
    await client.create(secret('robot'))
    const filled = await eventually(async () => {
      const found = await client.get(SECRET)
      expect(found['data']).toMatchObject({
        'ca.crt': 'UEVN',
        namespace: 'ZGVmYXVsdA==',
        token: expect.any(String) as string,
      })
      return found
    })
    expect(filled.metadata.annotations?.['kubernetes.io/service-account.uid']).toBe(metadata.uid)
    const token = Buffer.from((filled['data'] as { token: string }).token, 'base64').toString()
    const subject = { namespace: 'default', name: 'robot', uid: metadata.uid }
    expect(tokens.verify(token, NOW)).toEqual(subject)
    expect(tokens.verify(token, NOW + 1e9)).toEqual(subject)
    await client.delete(SECRET)
    expect(tokens.verify(token, NOW)).toBeUndefined()
    await client.create(secret('robot'))
    expect(tokens.verify(tokens.issueForSecret({ ...subject, uid: 'another' }, 'token'), NOW)).toBeUndefined()
    expect(errors).toEqual([])
  })

  test('goes with its ServiceAccount, and at once when there is none', async () => {
    const { client } = await testCluster()
    await client.create({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'robot', namespace: 'default' } })
    await client.create(secret('robot'))
    await eventually(async () => expect((await client.get(SECRET))['data']).toBeDefined())
    await client.delete({ ...ACCOUNT, name: 'robot' })
    await eventually(() => expect(client.get(SECRET)).rejects.toThrow('not found'))
    await client.create(secret('nobody'))
    await eventually(() => expect(client.get(SECRET)).rejects.toThrow('not found'))
  })
})

test('a ClusterRole that is made of others has their rules, by name and none twice, and follows them', async () => {
  const { client, errors } = await testCluster()
  const role = { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole' }
  const rule = (resource: string): object => ({ apiGroups: ['example.com'], resources: [resource], verbs: ['get'] })
  const labels = { 'example.com/part': 'yes' }
  await client.create({
    ...role,
    metadata: { name: 'whole', labels },
    aggregationRule: { clusterRoleSelectors: [{ matchLabels: labels }] },
    rules: [],
  })
  await client.create({ ...role, metadata: { name: 'b', labels }, rules: [rule('bs'), rule('as')] })
  await client.create({ ...role, metadata: { name: 'a', labels }, rules: [rule('as')] })
  await client.create({ ...role, metadata: { name: 'c' }, rules: [rule('cs')] })
  const has = (...rules: object[]): Promise<void> =>
    eventually(async () => expect((await client.get({ ...role, name: 'whole' }))['rules']).toEqual(rules))
  await has(rule('as'), rule('bs'))
  await client.patch({ ...role, name: 'c' }, { type: 'merge', body: { metadata: { labels } } })
  await has(rule('as'), rule('bs'), rule('cs'))
  await client.delete({ ...role, name: 'b' })
  await has(rule('as'), rule('cs'))
  expect(errors).toEqual([])
})
