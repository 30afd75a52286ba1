import { startApiServer } from '@slipway/apiserver'
import { createClient, type Client } from '@slipway/client'
import { systemClock } from '@slipway/objects'
import { type Proxy, type ProxyOptions, startProxy } from '@slipway/proxy'
import { openMemoryStore } from '@slipway/store'
import { eventually, FakeClock } from '@slipway/testkit'
import { createServer } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { describe, expect, onTestFinished, test } from 'vitest'
import { Balancer } from '../src/balance.ts'
import { serviceVariables } from '../src/environment.ts'
import { parseZoneName, searchedNames } from '../src/names.ts'
import { usableEndpoints } from '../src/service.ts'

const SERVICE = { apiVersion: 'v1', kind: 'Service' }

async function answering(text: string): Promise<number> {
  const server = createServer((_request, response) => response.end(text)).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  return (server.address() as AddressInfo).port
}

async function started(
  ports: ReadonlyMap<string, number>,
  options: Partial<ProxyOptions> = {},
): Promise<{ client: Client; proxy: Proxy }> {
  const api = await startApiServer({ store: openMemoryStore() })
  const client = createClient(api.handle)
  const addressOf = (ip: string): { host: string; port: number } | undefined => {
    const port = ports.get(ip)
    return port === undefined ? undefined : { host: '127.0.0.1', port }
  }
  const proxy = await startProxy({ client, clock: systemClock, addressOf, ...options })
  onTestFinished(async () => {
    await proxy.stop()
    await api.stop()
  })
  await client.create({
    ...SERVICE,
    metadata: { name: 'web', namespace: 'default' },
    spec: { ports: [{ name: 'http', port: 80, targetPort: 8080 }] },
  })
  await eventually(() => expect(urlOf(proxy)).toBeDefined())
  return { client, proxy }
}

const urlOf = (proxy: Proxy): string | undefined => proxy.urls().find(({ name }) => name === 'web')?.url

const FROM = { namespace: 'default', name: 'client', ip: '10.244.9.9' }

function addressesOf(proxy: Proxy, name: string): readonly string[] {
  const answer = proxy.lookUp(name, FROM)
  return answer.kind === 'addresses' ? answer.addresses : []
}

const slice = (ips: Record<string, object>): object => ({
  apiVersion: 'discovery.k8s.io/v1',
  kind: 'EndpointSlice',
  metadata: { name: 'web-1', namespace: 'default', labels: { 'kubernetes.io/service-name': 'web' } },
  addressType: 'IPv4',
  ports: [{ name: 'http', port: 8080, protocol: 'TCP' }],
  endpoints: Object.entries(ips).map(([ip, conditions]) => ({ addresses: [ip], conditions })),
})

describe('a Service', () => {
  test('has a URL that balances over its ready endpoints', async () => {
    const { client, proxy } = await started(
      new Map([
        ['10.244.0.2', await answering('a')],
        ['10.244.0.3', await answering('b')],
        ['10.244.0.4', await answering('c')],
      ]),
    )
    await client.create(
      slice({ '10.244.0.2': { ready: true }, '10.244.0.3': { ready: true }, '10.244.0.4': { ready: false } }) as never,
    )
    const url = urlOf(proxy) ?? ''
    await eventually(async () =>
      expect(await (await fetch(url, { headers: { connection: 'close' } })).text()).toBeTruthy(),
    )
    const seen = new Set<string>()
    for (let call = 0; call < 6; call++) seen.add(await (await fetch(url, { headers: { connection: 'close' } })).text())
    expect([...seen].sort()).toEqual(['a', 'b'])
  })

  test('without ready endpoints refuses the connection, and its URL stays', async () => {
    const { proxy } = await started(new Map())
    await expect(fetch(urlOf(proxy) ?? '')).rejects.toThrow()
    expect(urlOf(proxy)).toBeDefined()
  })

  test('has the port of the last time, and says where it is when another program has taken that', async () => {
    const first = await started(new Map())
    const { hostPort = 0 } = first.proxy.urls().find(({ name }) => name === 'web') ?? {}
    await first.proxy.stop()
    const remembered = new Map([['default/web:80', hostPort]])
    const said: string[] = []
    const onError = (message: string): void => void said.push(message)
    const second = await started(new Map(), { remembered, onError })
    expect([urlOf(second.proxy), said]).toEqual([`http://127.0.0.1:${hostPort}`, []])
    await second.proxy.stop()
    const taken = createServer().listen({ port: hostPort, host: '127.0.0.1' })
    await once(taken, 'listening')
    onTestFinished(() => void taken.close())
    const third = await started(new Map(), { remembered, onError })
    expect(urlOf(third.proxy)).not.toBe(`http://127.0.0.1:${hostPort}`)
    expect(said).toEqual([
      `Service default/web port 80 is at ${urlOf(third.proxy)} now: another program has its port of the last time, ${hostPort}`,
    ])
    await third.proxy.stop()
    // A port that nobody asked for is none to speak of.
    const fourth = await started(new Map(), { onError })
    expect([urlOf(fourth.proxy) === undefined, said.length]).toEqual([false, 1])
  })

  test('loses its URL with its object', async () => {
    const { client, proxy } = await started(new Map())
    const url = urlOf(proxy) ?? ''
    await client.delete({ ...SERVICE, namespace: 'default', name: 'web' })
    await eventually(() => expect(urlOf(proxy)).toBeUndefined())
    await eventually(() => expect(fetch(url)).rejects.toThrow())
  })

  test('is found by its names and addresses', async () => {
    const { client, proxy } = await started(new Map())
    await client.create(slice({ '10.244.0.2': { ready: true } }) as never)
    const [ip = ''] = addressesOf(proxy, 'web')
    expect(ip).toMatch(/^10\.96\./)
    for (const name of [
      'web.default',
      'Web.default.svc',
      'web.default.svc.cluster.local',
      'web.default.svc.cluster.local.',
    ])
      expect(addressesOf(proxy, name)).toEqual([ip])
    expect(proxy.lookUp('web.', FROM)).toEqual({ kind: 'missing' })
    expect(proxy.lookUp('none.default.svc.cluster.local', FROM)).toEqual({ kind: 'missing' })
    expect(proxy.lookUp('web.example.com', FROM)).toEqual({ kind: 'outside' })
    await eventually(() => expect(proxy.endpoint(ip, 80, 'x')).toMatchObject({ ip: '10.244.0.2', port: 8080 }))
    expect(proxy.endpoint(ip, 81, 'x')).toBeUndefined()
    expect(proxy.names(ip)).toEqual(['web.default.svc.cluster.local'])
    expect(proxy.records('_http._tcp.web.default.svc.cluster.local')).toEqual([
      { name: 'web.default.svc.cluster.local', port: 80, priority: 0, weight: 100 },
    ])
    expect(proxy.records('_http._udp.web.default.svc.cluster.local')).toEqual([])
    expect(proxy.serviceEnv('default')).toMatchObject({
      WEB_SERVICE_HOST: ip,
      WEB_SERVICE_PORT: '80',
      WEB_SERVICE_PORT_HTTP: '80',
      WEB_PORT_80_TCP_ADDR: ip,
    })
    expect(proxy.serviceEnv('elsewhere')).toMatchObject({ KUBERNETES_SERVICE_HOST: '10.96.0.1' })
    expect(Object.keys(proxy.serviceEnv('elsewhere')).filter((variable) => variable.startsWith('WEB_'))).toEqual([])
  })
})

test('endpoints that terminate but serve are used when no other is ready', () => {
  const both = slice({
    '10.244.0.2': { ready: false, serving: true, terminating: true },
    '10.244.0.3': { ready: false, serving: false, terminating: true },
  })
  expect(usableEndpoints([both as never], 'http').map(({ ip }) => ip)).toEqual(['10.244.0.2'])
})

test('names are searched as in a pod, and read by the schema of the zone', () => {
  expect(searchedNames('Web', 'staging')).toEqual([
    'web.staging.svc.cluster.local',
    'web.svc.cluster.local',
    'web.cluster.local',
    'web',
  ])
  expect(searchedNames('web.prod.svc.', 'staging')).toEqual(['web.prod.svc'])
  expect(parseZoneName('web.prod.svc.cluster.local')).toEqual({ kind: 'service', namespace: 'prod', service: 'web' })
  expect(parseZoneName('web-0.web.prod.svc.cluster.local')).toMatchObject({ kind: 'endpoint', endpoint: 'web-0' })
  expect(parseZoneName('_http._tcp.web.prod.svc.cluster.local')).toMatchObject({ port: 'http', protocol: 'tcp' })
  expect(parseZoneName('10-244-0-2.prod.pod.cluster.local')).toMatchObject({ kind: 'pod', ip: '10.244.0.2' })
  for (const name of [
    'web.prod.svc',
    'web.prod.svc.example.com',
    'prod.svc.cluster.local',
    'a.b.web.prod.svc.cluster.local',
  ])
    expect(parseZoneName(name)).toBeUndefined()
})

test('a client of a Service with sessionAffinity stays with its endpoint until it was silent for too long', async () => {
  const clock = new FakeClock()
  const balancer = new Balancer(clock)
  const endpoints = ['a', 'b', 'c'].map((ip) => ({ ip, port: 80 }))
  const service = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'web' },
    spec: { sessionAffinity: 'ClientIP', sessionAffinityConfig: { clientIP: { timeoutSeconds: 60 } } },
  }
  const choose = (client: string, from = endpoints): string | undefined =>
    balancer.choose(from, service, { key: 'web', client })?.ip
  expect([choose('x'), choose('y'), choose('x')]).toEqual(['a', 'b', 'a'])
  await clock.advance(59_000)
  expect(choose('x')).toBe('a')
  await clock.advance(59_000)
  expect([choose('x'), choose('y')]).toEqual(['a', 'c'])
  const without = endpoints.filter(({ ip }) => ip !== 'a')
  const other = choose('x', without)
  expect(['b', 'c']).toContain(other)
  expect(choose('x')).toBe(other)
  const { sessionAffinity: _, ...plain } = service.spec
  const each = [1, 2, 3].map(
    () => balancer.choose(endpoints, { ...service, spec: plain }, { key: 'p', client: 'x' })?.ip,
  )
  expect(each).toEqual(['a', 'b', 'c'])
})

describe('what a Service asks for', () => {
  const events = async (client: Client, name: string): Promise<string[]> => {
    const { items } = await client.list(
      { apiVersion: 'v1', kind: 'Event' },
      { namespace: 'default', fieldSelector: `involvedObject.name=${name}` },
    )
    return items.map((event) => `${String(event['reason'])}: ${String(event['message'])}`)
  }

  test('and is not done is named in an event: ports that are not TCP, external addresses', async () => {
    const { client } = await started(new Map())
    const ports = [
      { name: 'dns', port: 53, protocol: 'UDP' },
      { name: 'http', port: 80 },
    ]
    await client.create({
      ...SERVICE,
      metadata: { name: 'dns', namespace: 'default' },
      spec: { ports, externalIPs: ['192.0.2.1'] },
    })
    await eventually(async () =>
      expect(await events(client, 'dns')).toEqual([
        'NotEnforced: stored, not honoured by the proxy: spec.ports[0] (UDP 53: only TCP is carried), spec.externalIPs (no address but the cluster IP answers)',
      ]),
    )
    expect(await events(client, 'web')).toEqual([])
  })

  test('as a node port is where its URL is, or an event says where else', async () => {
    const { client, proxy } = await started(new Map())
    const nodePort = async (name: string): Promise<{ wanted: number; got: number | undefined }> => {
      const made = await client.create({
        ...SERVICE,
        metadata: { name, namespace: 'default' },
        spec: { type: 'NodePort', ports: [{ port: 80 }] },
      })
      const [port] = (made as unknown as { spec: { ports: { nodePort: number }[] } }).spec.ports
      const url = await eventually(() => {
        const found = proxy.urls().find((each) => each.name === name)
        expect(found).toBeDefined()
        return found
      })
      return { wanted: port?.nodePort ?? 0, got: url?.hostPort }
    }
    const first = await nodePort('first')
    expect(first.got).toBe(first.wanted)
    const taken = createServer().listen({ port: first.wanted + 1, host: '127.0.0.1' })
    await once(taken, 'listening')
    onTestFinished(() => void taken.close())
    await client.create({
      ...SERVICE,
      metadata: { name: 'second', namespace: 'default' },
      spec: { type: 'NodePort', ports: [{ port: 80, nodePort: first.wanted + 1 }] },
    })
    await eventually(async () =>
      expect(await events(client, 'second')).toEqual([
        expect.stringMatching(
          new RegExp(
            `^NodePortTaken: node port ${first.wanted + 1} is taken on 127.0.0.1 by another program: the Service answers at http`,
          ),
        ),
      ]),
    )
  })
})

test('a headless Service has no variables', () => {
  const service = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'db-main' },
    spec: { clusterIP: 'None', ports: [{ port: 5432 }] },
  }
  expect(serviceVariables([service])).toEqual({})
  expect(Object.keys(serviceVariables([{ ...service, spec: { ...service.spec, clusterIP: '10.96.0.9' } }]))).toContain(
    'DB_MAIN_SERVICE_HOST',
  )
})
