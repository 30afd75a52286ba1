import { startApiServer } from '@slipway/apiserver'
import { createClient, type Client } from '@slipway/client'
import { systemClock } from '@slipway/objects'
import { type Proxy, startProxy } from '@slipway/proxy'
import { openMemoryStore } from '@slipway/store'
import { eventually } from '@slipway/testkit'
import { createServer } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { describe, expect, onTestFinished, test } from 'vitest'
import { serviceVariables } from '../src/environment.ts'
import { parseServiceName } from '../src/names.ts'
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

async function started(ports: ReadonlyMap<string, number>): Promise<{ client: Client; proxy: Proxy }> {
  const api = await startApiServer({ store: openMemoryStore() })
  const client = createClient(api.handle)
  const addressOf = (ip: string): { host: string; port: number } | undefined => {
    const port = ports.get(ip)
    return port === undefined ? undefined : { host: '127.0.0.1', port }
  }
  const proxy = await startProxy({ client, clock: systemClock, addressOf })
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
    const ip = proxy.resolve('web', '10.244.9.9') ?? ''
    expect(ip).toMatch(/^10\.96\./)
    expect(proxy.resolve('web.default.svc.cluster.local', '')).toBe(ip)
    expect(proxy.resolve('web.other', '')).toBeUndefined()
    await eventually(() => expect(proxy.endpoint(ip, 80)).toMatchObject({ ip: '10.244.0.2', port: 8080 }))
    expect(proxy.endpoint(ip, 81)).toBeUndefined()
    expect(proxy.serviceEnv('default')).toMatchObject({
      WEB_SERVICE_HOST: ip,
      WEB_SERVICE_PORT: '80',
      WEB_SERVICE_PORT_HTTP: '80',
      WEB_PORT_80_TCP_ADDR: ip,
    })
  })
})

test('endpoints that terminate but serve are used when no other is ready', () => {
  const both = slice({
    '10.244.0.2': { ready: false, serving: true, terminating: true },
    '10.244.0.3': { ready: false, serving: false, terminating: true },
  })
  expect(usableEndpoints([both as never], 'http').map(({ ip }) => ip)).toEqual(['10.244.0.2'])
})

test('names are read with the search list of the pod', () => {
  expect(parseServiceName('web', 'staging')).toEqual({ name: 'web', namespace: 'staging' })
  expect(parseServiceName('web.prod.svc.', 'staging')).toEqual({ name: 'web', namespace: 'prod' })
  expect(parseServiceName('api.example.com', 'staging')).toBeUndefined()
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
