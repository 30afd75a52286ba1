import { eventually } from '@slipway/testkit'
import { once } from 'node:events'
import { connect } from 'node:net'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { isAlive } from './cluster.ts'
import { type NetworkCluster, networkCluster } from './network-cluster.ts'

const SERVER = `require('node:http').createServer((request, response) => response.end(process.env.HOSTNAME)).listen(8080)`
// A program that the hook does not reach: it stands for one of another language.
const unhooked = (text: string): string[] => ['sh', '-c', `NODE_OPTIONS= exec node -e ${JSON.stringify(text)}`]
const PROBE = { periodSeconds: 1 }

async function freePort(): Promise<number> {
  const { createServer } = await import('node:net')
  const server = createServer().listen(0)
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  await once(server, 'close')
  return port
}

const hasEvent = (cluster: NetworkCluster, pod: string, text: RegExp): Promise<string> =>
  eventually(async () => {
    const event = (await cluster.events(pod)).find((each) => text.test(each))
    expect(event).toBeDefined()
    return event ?? ''
  })

test('containers of a pod share its ports: the second that listens on one is told that it is in use', async () => {
  const cluster = await networkCluster()
  await cluster.addImage('web:1', SERVER)
  const second = `require('node:net').createServer().on('error', ({ code, port, message }) => { console.log(code, port, message); setInterval(() => {}, 1e6) }).listen(8080)`
  const containers = [
    { name: 'one', image: 'web:1', readinessProbe: { ...PROBE, tcpSocket: { port: 8080 } } },
    {
      name: 'two',
      image: 'web:1',
      // Not before the first has it.
      command: [
        'node',
        '-e',
        `const wait = () => require('node:net').connect(8080).on('connect', () => { ${second} }).on('error', () => setImmediate(wait)); wait()`,
      ],
    },
  ]
  await cluster.client.create({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'web', namespace: 'default' },
    spec: { containers },
  })
  await eventually(async () => {
    const log: string[] = []
    for await (const chunk of cluster.node.logs(
      await cluster.pod('web'),
      new URLSearchParams('container=two'),
      undefined,
    ))
      log.push(Buffer.from(chunk).toString())
    expect(log.join('')).toBe('EADDRINUSE 8080 listen EADDRINUSE: address already in use 0.0.0.0:8080\n')
  })
})

test('a server has its address at once, closes for others at once, and may listen again', async () => {
  const cluster = await networkCluster()
  await cluster.addImage('web:1', SERVER)
  const ip = await cluster.ready('web')
  const text = `
const net = require('node:net')
const server = net.createServer((socket) => socket.on('error', () => {}).end('x'))
server.listen(0)
const { port } = server.address()
const tried = (port) => new Promise((resolve) => net.connect(port).on('connect', function () { this.destroy(); resolve('open') }).on('error', ({ code }) => resolve(code)))
server.once('listening', async () => {
  const found = [port > 0, server.address().address, await tried(port)]
  server.close()
  await new Promise((resolve) => setImmediate(resolve))
  found.push(await tried(port))
  server.listen(port, () => tried(port).then((again) => { console.log(JSON.stringify([...found, again])); process.exit() }))
})`
  expect(await cluster.run('web', text)).toEqual([true, '0.0.0.0', 'open', 'ECONNREFUSED', 'open'])
  expect(await cluster.get(ip, 8080)).toBe('web')
})

test('workers of a cluster share a port, and the port stays while one of them is left', async () => {
  const cluster = await networkCluster()
  await cluster.addImage(
    'web:1',
    `const cluster = require('node:cluster')
    if (cluster.isPrimary) { cluster.fork(); cluster.fork() }
    else require('node:http').createServer((request, response) => { if (request.url === '/leave') cluster.worker.disconnect(); response.setHeader('connection', 'close'); response.end(String(process.pid)) }).listen(8080)`,
  )
  const ip = await cluster.ready('web')
  const pids = new Set<string>()
  await eventually(async () => {
    pids.add(await cluster.get(ip, 8080))
    expect(pids.size).toBe(2)
  })
  const left = await cluster.get(ip, 8080, '/leave')
  await eventually(() => expect(isAlive(Number(left))).toBe(false))
  pids.delete(left)
  expect(await cluster.get(ip, 8080)).toBe([...pids][0])
})

test('what foreign programs write to the gateway ends their connection and nothing else', async () => {
  const cluster = await networkCluster()
  await cluster.addImage('web:1', SERVER)
  const ip = await cluster.ready('web')
  const lines = ['LISTEN {', 'LISTEN {"port":"x"}', 'ROUTE null', 'GET / HTTP/1.1', 'x'.repeat(10_000), 'LOOKUP []']
  for (const line of lines) {
    const socket = connect(join(cluster.directory, 'gateway'))
    socket.on('error', () => undefined)
    socket.write(`${line}\n`)
    socket.resume()
    await once(socket, 'close')
  }
  expect(await cluster.get(ip, 8080)).toBe('web')
})

test('a program that no hook reaches is found by its sockets: by probes, Services and its own pod, and what it opens to the network is told', async () => {
  const cluster = await networkCluster()
  await cluster.addImage('web:1', SERVER)
  const [open, local] = [await freePort(), await freePort()]
  const text = `const http = require('http'); http.createServer((q, r) => r.end('open')).listen(${open}, '0.0.0.0'); http.createServer((q, r) => r.end('local')).listen(${local}, '127.0.0.1')`
  await cluster.service('web', { selector: { app: 'web' }, ports: [{ port: 80, targetPort: open }] })
  const readinessProbe = { ...PROBE, tcpSocket: { port: open } }
  const sidecar = { name: 'side', image: 'web:1', command: ['node', '-e', 'setInterval(() => {}, 1e6)'] }
  const ip = await cluster.ready('web', {
    container: { command: unhooked(text), readinessProbe },
    spec: { initContainers: [{ ...sidecar, restartPolicy: 'Always' }] },
  })
  await cluster.ready('client-1')
  const fetched = (url: string): string =>
    `(await fetch('${url}').then((response) => response.text(), ({ cause }) => cause.code))`
  const ask = (pod: string, urls: readonly string[]): Promise<unknown> =>
    cluster.run(pod, `(async () => console.log(JSON.stringify([${urls.map(fetched).join(',')}])))()`)
  expect(await ask('client-1', ['http://web', `http://${ip}:${open}`, `http://${ip}:${local}`])).toEqual([
    'open',
    'open',
    'ECONNREFUSED',
  ])
  expect(await ask('web', [`http://localhost:${local}`, `http://localhost:${open}`])).toEqual(['local', 'open'])
  expect(cluster.runner.addressOf(ip, local)).toBeUndefined()
  expect(await cluster.runner.locate(ip, local)).toEqual({ host: '127.0.0.1', port: local })
  const event = await hasEvent(cluster, 'web', /^OpenToNetwork/)
  expect(event).toContain(`listens on 0.0.0.0:${open}`)
  expect(await cluster.events('web')).not.toContainEqual(expect.stringContaining(`:${local}`))
})

test('a second copy of such a program ends with an event that names the port, who has it and what to do', async () => {
  const cluster = await networkCluster()
  await cluster.addImage('web:1', SERVER)
  const port = await freePort()
  const command = unhooked(`require('http').createServer((q, r) => r.end()).listen(${port}, '127.0.0.1')`)
  await cluster.createPod('first', { command })
  await eventually(() => expect(cluster.runner.table.onHost(port)).toBeDefined())
  await cluster.createPod('second', { command })
  const event = await hasEvent(cluster, 'second', /^PortConflict/)
  expect(event).toMatch(new RegExp(`port ${port} is taken on this machine by pod default/first \\(process \\d+\\)`))
  expect(event).toMatch(/Run one copy of it, give each another port, or use a container engine$/)
})

test('a command that calls its pod by a program that no hook reaches is told, once', async () => {
  const cluster = await networkCluster()
  await cluster.addImage('web:1', SERVER)
  const exec = { command: ['curl', '-f', 'http://localhost:8080'] }
  await cluster.createPod('web', { readinessProbe: { ...PROBE, exec } })
  const failed = /^Unhealthy: Readiness probe failed/
  await hasEvent(cluster, 'web', /^OutsideTheCluster: container main calls localhost by curl/)
  await eventually(async () => {
    const { items } = await cluster.client.list(
      { apiVersion: 'v1', kind: 'Event' },
      { namespace: 'default', fieldSelector: 'involvedObject.name=web' },
    )
    // Messages of curl tell how long it took: each may be an event of its own.
    const count = (text: RegExp): number =>
      items
        .filter((event) => text.test(`${String(event['reason'])}: ${String(event['message'])}`))
        .reduce((sum, event) => sum + Number(event['count']), 0)
    expect(count(failed)).toBeGreaterThan(1)
    expect(count(/^OutsideTheCluster/)).toBe(1)
  })
})
