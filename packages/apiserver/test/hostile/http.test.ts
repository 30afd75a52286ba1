import { once } from 'node:events'
import { connect, type TLSSocket } from 'node:tls'
import { gzipSync } from 'node:zlib'
import { expect, onTestFinished, test } from 'vitest'
import { inDefault, startServer, type TestServer } from '../https.ts'

/** Sends bytes as they are and gives everything that comes back until the server closes. */
async function raw(server: TestServer, head: readonly string[], body: string | Buffer = ''): Promise<string> {
  const socket = await dial(server)
  let answer = ''
  socket.on('data', (chunk: Buffer) => {
    answer += chunk.toString()
  })
  socket.on('error', () => undefined)
  socket.write(`${head.join('\r\n')}\r\n\r\n`)
  socket.write(body)
  await once(socket, 'close')
  return answer
}

async function dial(server: TestServer): Promise<TLSSocket> {
  const socket = connect({ host: server.url.hostname, port: Number(server.url.port), ca: server.ca })
  await once(socket, 'secureConnect')
  onTestFinished(() => void socket.destroy())
  return socket
}

const UPGRADE = [
  'Connection: Upgrade',
  'Upgrade: websocket',
  'Sec-WebSocket-Version: 13',
  `Sec-WebSocket-Key: ${Buffer.alloc(16).toString('base64')}`,
  'Sec-WebSocket-Protocol: v5.channel.k8s.io',
]

function get(path: string, ...headers: string[]): string[] {
  return [`GET ${path} HTTP/1.1`, ...headers]
}

test('a foreign Host is refused, with and without a token, also in an upgrade', async () => {
  const server = await startServer()
  const token = `Authorization: Bearer ${server.token}`
  const exec = `${inDefault('pods', 'p')}/exec?command=id&stdout=true`
  for (const host of ['evil.example', 'evil.example:443', '127.0.0.1.evil.example', 'localhost.', '']) {
    const refused = await raw(server, get('/api', `Host: ${host}`, token, 'Connection: close'))
    expect(refused).toMatch(/^HTTP\/1\.1 (403|400) /)
    expect(refused).not.toContain('APIVersions')
    expect(await raw(server, get(exec, `Host: ${host}`, token, ...UPGRADE))).toMatch(/^HTTP\/1\.1 (403|400) /)
  }
  expect(await raw(server, get('/healthz', 'Host: evil.example', 'Connection: close'))).toMatch(/^HTTP\/1\.1 403 /)
})

test('a page of another origin is refused, also in an upgrade', async () => {
  const server = await startServer()
  const exec = `${inDefault('pods', 'p')}/exec?command=id&stdout=true`
  for (const origin of ['https://evil.example', 'null', 'http://127.0.0.1.evil.example']) {
    const headers = { origin }
    expect((await server.ask('GET', '/api', { headers })).object).toMatchObject({ code: 403, reason: 'Forbidden' })
    const lines = ['Host: localhost', `Origin: ${origin}`, `Authorization: Bearer ${server.token}`, ...UPGRADE]
    expect(await raw(server, get(exec, ...lines))).toMatch(/^HTTP\/1\.1 403 /)
  }
  expect((await server.ask('GET', '/api', { headers: { origin: server.url.origin } })).status).toBe(200)
})

test('a body of 3 MiB and one byte is refused with 413 and the connection is closed', async () => {
  const server = await startServer()
  const value = 'x'.repeat(3 * 1024 * 1024)
  const head = [
    `POST ${inDefault('configmaps')} HTTP/1.1`,
    'Host: localhost',
    `Authorization: Bearer ${server.token}`,
    'Content-Type: application/json',
  ]
  const whole = JSON.stringify({ metadata: { name: 'a' }, data: { value } })
  const announced = await raw(server, [...head, `Content-Length: ${whole.length}`], whole)
  expect(announced).toMatch(/^HTTP\/1\.1 413 /)
  expect(announced).toContain('"reason":"RequestEntityTooLarge"')
  const chunk = `100000\r\n${'x'.repeat(0x100000)}\r\n`
  expect(await raw(server, [...head, 'Transfer-Encoding: chunked'], chunk.repeat(4))).toMatch(/^HTTP\/1\.1 413 /)
  const lie = await raw(server, [...head, 'Content-Length: 99999999999'], 'x')
  expect(lie).toMatch(/^HTTP\/1\.1 413 /)
})

test('a compressed body is refused unread', async () => {
  const server = await startServer()
  const body = gzipSync(Buffer.alloc(64 * 1024 * 1024))
  const headers = { 'content-encoding': 'gzip' }
  const { object } = await server.ask('POST', inDefault('configmaps'), { body, headers })
  expect(object).toMatchObject({ code: 400, reason: 'BadRequest' })
})

test('names that are paths reach no other resource', async () => {
  const server = await startServer()
  await server.ask('POST', inDefault('secrets'), { body: { metadata: { name: 'a' }, stringData: { k: 'hidden' } } })
  const names = ['..', '.', 'a%2Fb', '%2e%2e', '..%2f..%2fsecrets%2fa', '%2e%2e/secrets/a', '..%2fother', '%00', '%']
  for (const name of names) {
    const answer = await raw(server, [
      `GET ${inDefault('configmaps')}/${name} HTTP/1.1`,
      'Host: localhost',
      `Authorization: Bearer ${server.token}`,
      'Connection: close',
    ])
    expect.soft(answer, name).toMatch(/^HTTP\/1\.1 40[04] /)
    expect.soft(answer, name).not.toContain('aGlkZGVu')
  }
  for (const name of ['..', '.', 'a/b', 'a%2Fb', '../secrets/a']) {
    const { object } = await server.ask('POST', inDefault('configmaps'), { body: { metadata: { name } } })
    expect.soft(object, name).toMatchObject({ code: 422, reason: 'Invalid' })
  }
  const outside = await server.ask('GET', '/api/v1/namespaces/default/configmaps/x/../../secrets/a')
  expect(outside.status).toBe(404)
})

test('an upgrade that is refused leaves no connection to reuse', async () => {
  const server = await startServer()
  const exec = `${inDefault('pods', 'none')}/exec?command=id&stdout=true`
  const token = `Authorization: Bearer ${server.token}`
  const second = `GET /api HTTP/1.1\r\nHost: localhost\r\n${token}\r\n\r\n`
  const answer = await raw(server, get(exec, 'Host: localhost', token, ...UPGRADE), second)
  expect(answer).toMatch(/^HTTP\/1\.1 404 /)
  expect(answer.match(/HTTP\/1\.1/g)).toHaveLength(1)
  const nowhere = await raw(server, get('/api/v1/nodes', 'Host: localhost', token, ...UPGRADE), second)
  expect(nowhere.match(/HTTP\/1\.1/g)).toHaveLength(1)
})

test('only loopback is listened on', async () => {
  const server = await startServer()
  expect(server.url.hostname).toBe('127.0.0.1')
})

test('an error says nothing of the machine: no path, no stack', async () => {
  const server = await startServer()
  const answers = [
    await server.ask('POST', inDefault('configmaps'), { body: Buffer.from('{'), type: 'application/json' }),
    await server.ask('POST', inDefault('configmaps'), {
      body: Buffer.from([0x6b, 0x38, 0x73, 0, 255]),
      type: PROTOBUF,
    }),
    await server.ask('PATCH', inDefault('configmaps', 'x'), { body: [null], type: 'application/json-patch+json' }),
    await server.ask('GET', '/api/v1/watch/%E0%A4%A'),
    await server.ask('GET', '//evil.example/api'),
  ]
  for (const { status, text } of answers) {
    expect.soft(status, text).toBeGreaterThanOrEqual(400)
    expect.soft(status, text).toBeLessThan(500)
    expect.soft(text).not.toMatch(/\.ts:\d|node_modules|\/home\/|file:\/\//)
  }
})

const PROTOBUF = 'application/vnd.kubernetes.protobuf'
