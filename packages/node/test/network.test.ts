import { makeCertificates } from '@slipway/apiserver'
import { eventually } from '@slipway/testkit'
import { createServer } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { type NetworkCluster, networkCluster } from './network-cluster.ts'

// Answers over HTTP, HTTPS and plain TCP, each with its own name.
async function server(): Promise<string> {
  const { certificate: cert, key } = await makeCertificates()
  return `
const name = process.env.HOSTNAME
require('node:http').createServer((request, response) => response.end('http ' + name)).listen(8080)
require('node:https').createServer(${JSON.stringify({ cert, key })}, (request, response) => response.end('https ' + name)).listen(8443)
require('node:net').createServer((socket) => socket.end('tcp ' + name)).listen(9000)
`
}

// Calls a URL in every way that Node has; the answers, or the codes of errors.
const CALLS = `
const http = require('node:http'), https = require('node:https'), net = require('node:net'), tls = require('node:tls')
const body = (stream) => new Promise((resolve, reject) => { let text = ''; stream.setEncoding('utf8'); stream.on('data', (chunk) => { text += chunk }); stream.on('end', () => resolve(text)); stream.on('error', reject) })
const request = (client, url, options) => new Promise((resolve, reject) => client.get(url, options, (response) => body(response).then(resolve, reject)).on('error', reject))
const agent = new http.Agent({ keepAlive: true, maxSockets: 1 })
const calls = {
  get: (host, [port]) => request(http, 'http://' + host + ':' + port, {}),
  noAgent: (host, [port]) => request(http, 'http://' + host + ':' + port, { agent: false }),
  keepAlive: async (host, [port]) => { const url = 'http://' + host + ':' + port; return (await request(http, url, { agent })) + ', ' + (await request(http, url, { agent })) },
  fetch: async (host, [port]) => (await fetch('http://' + host + ':' + port)).text(),
  https: (host, [, port]) => request(https, 'https://' + host + ':' + port, { rejectUnauthorized: false }),
  tls: (host, [, port]) => new Promise((resolve, reject) => { const socket = tls.connect({ host, port, rejectUnauthorized: false }); socket.on('error', reject); socket.write('GET / HTTP/1.0\\r\\n\\r\\n'); body(socket).then((text) => resolve(text.split('\\r\\n\\r\\n')[1]), reject) }),
  net: (host, [, , port]) => body(net.connect(port, host)),
}
const all = async (targets) => {
  const found = {}
  const one = async (name, host, ports) => { found[name + ' ' + host] = await calls[name](host, ports).catch((error) => (error.cause ?? error).code ?? String(error)) }
  await Promise.all(targets.flatMap(([host, ports]) => Object.keys(calls).map((name) => one(name, host, ports))))
  agent.destroy()
  process.stdout.write(JSON.stringify(found))
}
`
const POD_PORTS = [8080, 8443, 9000]
const SERVICE_PORTS = [80, 443, 9]
const SPEC = {
  selector: { app: 'web' },
  ports: [
    { name: 'http', port: 80, targetPort: 8080 },
    { name: 'https', port: 443, targetPort: 8443 },
    { name: 'tcp', port: 9, targetPort: 9000 },
  ],
}

const callAll = (cluster: NetworkCluster, pod: string, targets: readonly [string, readonly number[]][]) =>
  cluster.run(pod, `${CALLS}all(${JSON.stringify(targets)})`)

function answers(host: string, name: string): Record<string, string> {
  const http = `http ${name}`
  return {
    [`get ${host}`]: http,
    [`noAgent ${host}`]: http,
    [`keepAlive ${host}`]: `${http}, ${http}`,
    [`fetch ${host}`]: http,
    [`https ${host}`]: `https ${name}`,
    [`tls ${host}`]: `https ${name}`,
    [`net ${host}`]: `tcp ${name}`,
  }
}

test('a pod reaches Services by every name and address, pods by theirs and itself by localhost, with every client of Node', async () => {
  const cluster = await networkCluster()
  await cluster.addImage('web:1', await server())
  const clusterIP = await cluster.service('web', SPEC)
  const podIP = await cluster.ready('web')
  await cluster.ready('client')
  await eventually(() => expect(cluster.proxy.endpoint(clusterIP, 80, 'x')).toBeDefined())
  const services = ['web', 'web.default', 'web.default.svc', 'web.default.svc.cluster.local', clusterIP]
  const found = await callAll(cluster, 'client', [
    ...services.map((host) => [host, SERVICE_PORTS] as [string, number[]]),
    [podIP, POD_PORTS],
    ['localhost', POD_PORTS],
    ['127.0.0.1', POD_PORTS],
  ])
  expect(found).toEqual(
    Object.assign(
      {},
      ...[...services, podIP].map((host) => answers(host, 'web')),
      ...['localhost', '127.0.0.1'].map((host) => answers(host, 'client')),
    ),
  )
})

test('a pod is refused at once what nobody listens on, and the programs of the host on its localhost', async () => {
  const host = createServer((_request, response) => response.end('host')).listen(0, '127.0.0.1')
  await once(host, 'listening')
  onTestFinished(() => void host.close())
  const hostPort = (host.address() as AddressInfo).port
  const cluster = await networkCluster()
  await cluster.addImage('web:1', await server())
  const clusterIP = await cluster.service('empty', { selector: { app: 'nobody' }, ports: SPEC.ports })
  await cluster.ready('client')
  const targets: [string, number[]][] = [
    ['empty', SERVICE_PORTS],
    [clusterIP, SERVICE_PORTS],
    [clusterIP, [81, 82, 83]],
    ['localhost', [hostPort, hostPort, hostPort]],
  ]
  const found = (await callAll(cluster, 'client', targets)) as Record<string, string>
  expect([...new Set(Object.values(found))]).toEqual(['ECONNREFUSED'])
  const error = await cluster.run(
    'client',
    `require('node:net').connect(80, '${clusterIP}').on('error', ({ message, code, errno, syscall, address, port }) => console.log(JSON.stringify({ message, code, errno, syscall, address, port })))`,
  )
  expect(error).toEqual({
    message: `connect ECONNREFUSED ${clusterIP}:80`,
    code: 'ECONNREFUSED',
    errno: process.platform === 'darwin' ? -61 : -111,
    syscall: 'connect',
    address: clusterIP,
    port: 80,
  })
})

test('sockets behave while the way is asked for as while a connection is made', async () => {
  const cluster = await networkCluster()
  await cluster.addImage(
    'web:1',
    `const net = require('node:net')
    require('node:http2').createServer().on('stream', (stream) => { stream.respond(); stream.end('h2') }).listen(8080)
    net.createServer({ allowHalfOpen: true }, (socket) => socket.on('error', () => {}).pipe(socket)).listen(9000)`,
  )
  const ip = await cluster.ready('web')
  await cluster.ready('client')
  const text = `
const net = require('node:net'), http = require('node:http'), http2 = require('node:http2')
const IP = '${ip}', WEB = '10-244-' + IP.split('.').slice(2).join('-') + '.default.pod.cluster.local'
const body = (stream) => new Promise((resolve, reject) => { let text = ''; stream.setEncoding('utf8'); stream.on('data', (chunk) => { text += chunk }); stream.on('end', () => resolve(text)); stream.on('error', ({ code }) => resolve(code)) })
const cases = {
  opening: async () => { const socket = net.connect(9000, IP); const found = [socket.connecting, socket.pending, socket.readyState]; socket.setNoDelay().setKeepAlive(true).unref().ref(); socket.end('early'); return [...found, await body(socket)] },
  peer: () => new Promise((resolve) => { const socket = net.connect(9000, WEB, () => { const { remoteAddress, remotePort, remoteFamily } = socket; socket.destroy(); resolve([remoteAddress, remotePort, remoteFamily]) }) }),
  destroyed: () => new Promise((resolve) => { const seen = []; const socket = net.connect(9000, IP); for (const event of ['connect', 'error', 'close']) socket.on(event, () => seen.push(event)); socket.destroy(); socket.on('close', () => setImmediate(() => setImmediate(() => resolve(seen)))) }),
  aborted: () => new Promise((resolve) => { const controller = new AbortController(); http.get('http://' + WEB + ':9000', { signal: controller.signal }).on('error', ({ name }) => resolve(name)); controller.abort() }),
  again: async () => { const socket = net.connect(9000, IP); socket.end('one'); const closed = new Promise((resolve) => socket.once('close', resolve)); const first = await body(socket); await closed; const next = body(socket.connect(9000, IP)); socket.end('two'); return [first, await next] },
  lookup: () => new Promise((resolve) => { const socket = net.connect({ port: 9000, host: 'anything.example', lookup: (name, options, done) => done(null, IP, 4) }, () => { socket.destroy(); resolve(socket.remoteAddress ?? 'connected') }).on('error', ({ code }) => resolve(code)) }),
  event: () => new Promise((resolve) => { net.connect(9000, WEB).on('lookup', (error, address, family, host) => resolve([error, address, family, host === WEB])).on('connect', function () { this.destroy() }) }),
  http2: async () => { const session = http2.connect('http://' + IP + ':8080'); const text = await body(session.request({ ':path': '/' })); session.close(); return text },
  timeout: () => new Promise((resolve) => { const socket = net.connect({ port: 9000, host: IP, timeout: 50 }); socket.on('timeout', () => { socket.destroy(); resolve('timeout') }) }),
  missing: () => new Promise((resolve) => { net.connect(9000, '10.244.200.200').on('error', ({ code }) => resolve(code)) }),
}
;(async () => { const found = {}; for (const [name, run] of Object.entries(cases)) found[name] = await Promise.race([run(), new Promise((resolve) => setTimeout(resolve, 5000, 'hangs').unref())]); process.stdout.write(JSON.stringify(found), () => process.exit()) })()`
  expect(await cluster.run('client', text)).toEqual({
    opening: [true, true, 'opening', 'early'],
    peer: [ip, 9000, 'IPv4'],
    destroyed: ['close'],
    aborted: 'AbortError',
    again: ['one', 'two'],
    lookup: expect.stringMatching(/connected|10\.244\./),
    event: [null, ip, 4, true],
    http2: 'h2',
    timeout: 'timeout',
    missing: 'EHOSTUNREACH',
  })
})

test('the host port of a pod answers on 127.0.0.1 while it runs, and an event says where it cannot', async () => {
  const taken = createServer((_request, response) => response.end('host')).listen(0, '127.0.0.1')
  await once(taken, 'listening')
  onTestFinished(() => void taken.close())
  const { port } = taken.address() as AddressInfo
  const free = createServer().listen(0, '127.0.0.1')
  await once(free, 'listening')
  const { port: hostPort } = free.address() as AddressInfo
  free.close()
  await once(free, 'close')
  const cluster = await networkCluster()
  await cluster.addImage('web:1', await server())
  const ports = [
    { containerPort: 8080, hostPort },
    { containerPort: 9000, hostPort: port },
    { containerPort: 53, hostPort: 53, protocol: 'UDP' },
  ]
  await cluster.ready('web', { container: { ports } })
  const ask = async (): Promise<string> =>
    (await fetch(`http://127.0.0.1:${hostPort}`, { headers: { connection: 'close' } })).text()
  await eventually(async () => expect(await ask()).toBe('http web'))
  await eventually(async () =>
    expect(await cluster.events('web')).toEqual(
      expect.arrayContaining([
        expect.stringMatching(new RegExp(`^HostPortNotOpened: host port ${port}/TCP is not opened: another program`)),
        'HostPortNotOpened: host port 53/UDP is not opened: only TCP is carried',
      ]),
    ),
  )
  await cluster.client.delete({ apiVersion: 'v1', kind: 'Pod', namespace: 'default', name: 'web' })
  await eventually(() => expect(ask()).rejects.toThrow(), { within: 20_000 })
})

test('a Service with an EndpointSlice of its own leads to the address of the node', async () => {
  const cluster = await networkCluster()
  await cluster.addImage('web:1', await server())
  const api = createServer((_request, response) => response.end('api')).listen(0, '127.0.0.1')
  await once(api, 'listening')
  onTestFinished(() => void api.close())
  const { port } = api.address() as AddressInfo
  const ip = '10.244.0.1'
  cluster.runner.table.add({ run: 'node', ip, port, hostPort: port, local: false, pid: process.pid })
  const clusterIP = await cluster.service('api', { ports: [{ port: 80 }] })
  await cluster.client.create({
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { name: 'api', namespace: 'default', labels: { 'kubernetes.io/service-name': 'api' } },
    addressType: 'IPv4',
    endpoints: [{ addresses: [ip] }],
    ports: [{ name: '', port, protocol: 'TCP' }],
  } as never)
  await cluster.ready('client')
  await eventually(() => expect(cluster.proxy.endpoint(clusterIP, 80, 'x')).toBeDefined())
  const text = `fetch('http://api').then(async (response) => console.log(JSON.stringify(await response.text())))`
  expect(await cluster.run('client', text)).toBe('api')
})
