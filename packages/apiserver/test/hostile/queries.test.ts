import { request } from 'node:https'
import type { IncomingMessage } from 'node:http'
import type { PodStreams } from '@slipway/apiserver'
import { expect, onTestFinished, test } from 'vitest'
import { eventually } from '@slipway/testkit'
import { inDefault, startServer, type TestServer } from '../https.ts'

const PODS = inDefault('pods')

test('resource versions that are none, or of the future, are refused and never answered with the newest', async () => {
  const { ask } = await startServer()
  for (const version of ['abc', '-1', '1.5', '2e70', '1180591620717411303424', ' 1'])
    for (const query of [
      `resourceVersion=${encodeURIComponent(version)}`,
      `watch=1&resourceVersion=${encodeURIComponent(version)}`,
    ]) {
      const { object } = await ask('GET', `${PODS}?${query}`)
      expect.soft(object, query).toMatchObject({ code: 400 })
    }
  const future = await ask('GET', `${PODS}?resourceVersion=999999`)
  expect(future.object).toMatchObject({ code: 504, reason: 'Timeout' })
  expect(future.object.message).toContain('Too large resource version')
})

test('continue tokens that nobody gave are refused', async () => {
  const { ask } = await startServer()
  for (const name of ['a', 'b']) await ask('POST', inDefault('configmaps'), { body: { metadata: { name } } })
  await ask('POST', inDefault('secrets'), { body: { metadata: { name: 'z' } } })
  const forge = (token: object): string => Buffer.from(JSON.stringify(token)).toString('base64url')
  for (const token of [
    'x',
    '%00',
    forge({}),
    forge({ v: 'meta.k8s.io/v1', rv: 1 }),
    forge({ rv: 'x', start: 'y' }),
    forge({ v: 'meta.k8s.io/v1', rv: 1, start: '../secrets/' }),
  ]) {
    const { status, text } = await ask('GET', `${inDefault('configmaps')}?limit=1&continue=${token}`)
    expect.soft(status, token).toBe(400)
    expect.soft(text).not.toContain('"z"')
  }
  const page = await ask('GET', `${inDefault('configmaps')}?limit=1`)
  const token = (page.object.metadata as { continue?: string }).continue ?? ''
  const foreign = await ask('GET', `${inDefault('secrets')}?continue=${token}`)
  expect(foreign.object.items?.every(({ metadata }) => metadata.namespace === 'default') ?? true).toBe(true)
})

test('initial events without their match, and unknown fields of a selector, are refused', async () => {
  const { ask } = await startServer()
  expect((await ask('GET', `${PODS}?watch=1&sendInitialEvents=true`)).status).toBe(422)
  expect((await ask('GET', `${PODS}?fieldSelector=spec.bogus%3D1`)).object).toMatchObject({ code: 400 })
  expect((await ask('GET', `${PODS}?labelSelector=${encodeURIComponent('a in (')}`)).object).toMatchObject({
    code: 400,
  })
})

test('a watch needs the right to watch, also through a list path', async () => {
  const server = await startServer()
  const token = await server.tokenOf('default', 'robot')
  expect((await server.ask('GET', `${PODS}?watch=1`, { token })).status).toBe(403)
  expect((await server.ask('GET', '/api/v1/secrets?watch=true', { token })).status).toBe(403)
  const anonymous = await server.ask('GET', `${PODS}?watch=1`, { token: '' })
  expect(anonymous.status).toBe(401)
})

test('a name that is there and one that is not are the same without the right to read', async () => {
  const server = await startServer()
  await server.ask('POST', inDefault('configmaps'), { body: { metadata: { name: 'there' } } })
  const token = await server.tokenOf('default', 'robot')
  const read = async (name: string) => {
    const { status, text } = await server.ask('GET', inDefault('configmaps', name), { token })
    return [status, text.replaceAll(name, 'X')]
  }
  expect(await read('there')).toEqual(await read('none1'))
  const space = async (name: string) => {
    const { status, text } = await server.ask('GET', `/api/v1/namespaces/${name}/pods`, { token })
    return [status, text.replaceAll(name, 'X')]
  }
  expect(await space('kube-system')).toEqual(await space('nowhere-at-all'))
})

test('nobody becomes an admin by asking for it', async () => {
  const server = await startServer()
  const token = await server.tokenOf('default', 'robot')
  for (const headers of [
    { 'impersonate-user': 'admin' },
    { 'impersonate-user': 'x', 'impersonate-group': 'system:masters' },
    { 'impersonate-group': 'system:masters' },
    { 'impersonate-uid': 'admin' },
    { 'impersonate-user': 'x', 'impersonate-extra-scopes': 'a' },
  ]) {
    const { status } = await server.ask('GET', '/api/v1/secrets', { token, headers: headers as Record<string, string> })
    expect.soft(status, JSON.stringify(headers)).toBe(403)
  }
})

test.each(['none', 'HS256', 'ES256'])('a token that says %s for itself is nobody', async (alg) => {
  const server = await startServer()
  const real = await server.tokenOf('default', 'robot')
  const [, payload = '', signature = ''] = real.split('.')
  const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as Record<string, unknown>
  const admin = encode({ ...claims, sub: 'admin', groups: ['system:masters'] })
  for (const token of [
    `${encode({ alg })}.${admin}.`,
    `${encode({ alg })}.${admin}.${signature}`,
    `${encode({ alg })}.${payload}.`,
  ])
    expect.soft((await server.ask('GET', '/apis', { token })).status, token).toBe(401)
})

test('a cluster-scoped resource is not found through a namespace', async () => {
  const { ask } = await startServer()
  for (const path of [
    '/api/v1/namespaces/default/nodes',
    '/api/v1/namespaces/default/nodes/n',
    '/apis/rbac.authorization.k8s.io/v1/namespaces/default/clusterroles/cluster-admin',
  ])
    expect.soft((await ask('GET', path)).status, path).toBe(404)
  const body = { metadata: { name: 'n' } }
  expect((await ask('POST', '/api/v1/namespaces/default/nodes', { body })).status).toBe(404)
})

test.each(['127.0.0.1', '169.254.169.254', '::1', 'fe80::1', '224.0.0.1', '0.0.0.0', '::ffff:127.0.0.1'])(
  'endpoints at %s are invalid',
  async (ip) => {
    const { ask } = await startServer()
    const endpoints = { metadata: { name: 'e' }, subsets: [{ addresses: [{ ip }], ports: [{ port: 1 }] }] }
    expect.soft((await ask('POST', inDefault('endpoints'), { body: endpoints })).status).toBe(422)
    const addressType = ip.includes(':') ? 'IPv6' : 'IPv4'
    const slice = { metadata: { name: 'e' }, addressType, endpoints: [{ addresses: [ip] }], ports: [] }
    const path = '/apis/discovery.k8s.io/v1/namespaces/default/endpointslices'
    expect.soft((await ask('POST', path, { body: slice })).status).toBe(422)
  },
)

test('what is proxied reaches pods and no address, whatever an endpoint says', async () => {
  const dialled: string[] = []
  const refuse = (): never => {
    throw new Error('refused')
  }
  const dial: PodStreams['dial'] = async (pod) => {
    dialled.push(pod.metadata.name ?? '')
    throw new Error('refused')
  }
  const { ask } = await startServer({ streams: { exec: refuse, attach: refuse, dial } })
  await ask('POST', inDefault('services'), { body: { metadata: { name: 's' }, spec: { ports: [{ port: 80 }] } } })
  const slice = (name: string, targetRef: object) =>
    ask('POST', '/apis/discovery.k8s.io/v1/namespaces/default/endpointslices', {
      body: {
        metadata: { name, labels: { 'kubernetes.io/service-name': 's' } },
        addressType: 'IPv4',
        ports: [{ port: 80 }],
        endpoints: [{ addresses: ['203.0.113.7'], ...targetRef }],
      },
    })
  await slice('nobody', {})
  await slice('node', { targetRef: { kind: 'Node', name: 'n' } })
  await slice('gone', { targetRef: { kind: 'Pod', name: '../secrets/x', namespace: 'kube-system' } })
  for (const [path, status] of [
    [`${inDefault('services', 's')}/proxy/`, 503],
    [`${inDefault('services', 'kubernetes')}/proxy/`, 503],
    [`${inDefault('services', 'https:s:80')}/proxy/`, 400],
    [`${inDefault('pods', 'p')}/proxy/`, 404],
    ['/api/v1/nodes/n/proxy/', 501],
  ] as const)
    expect.soft((await ask('GET', path)).status, path).toBe(status)
  expect(dialled).toEqual([])
})

async function silentWatch(server: TestServer, path: string): Promise<IncomingMessage> {
  const { hostname: host, port } = server.url
  const headers = { authorization: `Bearer ${server.token}` }
  return new Promise((resolve, reject) => {
    const sent = request({ host, port, path, ca: server.ca, headers, agent: false }, (response) => {
      response.pause()
      resolve(response)
    })
    sent.on('error', reject)
    onTestFinished(() => void sent.destroy())
    sent.end()
  })
}

test('a watcher that never reads holds up nobody', async () => {
  const server = await startServer()
  await silentWatch(server, `${inDefault('configmaps')}?watch=1`)
  const value = 'x'.repeat(100_000)
  await server.ask('POST', inDefault('configmaps'), { body: { metadata: { name: 'a' }, data: { value } } })
  const started = performance.now()
  for (let at = 0; at < 200; at++) {
    const body = { data: { value: `${value}${at}` } }
    const { status } = await server.ask('PATCH', inDefault('configmaps', 'a'), {
      body,
      type: 'application/merge-patch+json',
    })
    expect(status).toBe(200)
  }
  expect(performance.now() - started).toBeLessThan(20_000)
  const events = await server.watch(`${inDefault('configmaps')}?watch=1`, 1)
  expect(events[0]?.type).toBe('ADDED')
})

test('two hundred watchers all see one change', async () => {
  const server = await startServer()
  const seen: boolean[] = []
  const watches = await Promise.all(
    Array.from({ length: 200 }, () => silentWatch(server, `${inDefault('configmaps')}?watch=1`)),
  )
  for (const [at, watch] of watches.entries()) {
    watch.on('data', (chunk: Buffer) => {
      if (chunk.toString().includes('"changed"')) seen[at] = true
    })
    watch.resume()
  }
  await server.ask('POST', inDefault('configmaps'), { body: { metadata: { name: 'changed' } } })
  await eventually(() => expect(seen.filter(Boolean)).toHaveLength(200))
})
