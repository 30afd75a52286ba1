import { spawn } from 'node:child_process'
import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { request } from 'node:https'
import { connect, createServer, type AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import type { PodStreams } from '@slipway/apiserver'
import { eventually } from '@slipway/testkit'
import { expect, onTestFinished, test } from 'vitest'
import { WebSocket } from 'ws'
import { inDefault, startServer, type TestServer } from './https.ts'
import { SpdyClient } from './spdy-client.ts'

// Real processes and sockets of this machine stand for those of a node.
const streams: PodStreams = {
  exec: async (_pod, { command: [program = 'false', ...values] }) => {
    const child = spawn(program, values)
    const exited = once(child, 'close').then(([code]) => Number(code))
    return { stdin: child.stdin, stdout: child.stdout, stderr: child.stderr, exited, kill: () => child.kill() }
  },
  attach: (pod, wanted) => streams.exec(pod, wanted),
  dial: async (_pod, port) => {
    const socket = connect(port, '127.0.0.1')
    await once(socket, 'connect')
    return socket
  },
}

async function withPod(options: { streams?: PodStreams } = { streams }): Promise<TestServer> {
  const server = await startServer(options)
  await server.ask('POST', inDefault('serviceaccounts'), { body: { metadata: { name: 'default' } } })
  const spec = { containers: [{ name: 'c', image: 'i' }] }
  await server.ask('POST', inDefault('pods'), { body: { metadata: { name: 'p' }, spec } })
  return server
}

function open(server: TestServer, path: string, protocol: string): WebSocket {
  const headers = { authorization: `Bearer ${server.token}` }
  const socket = new WebSocket(`wss://${server.url.host}${path}`, protocol, { ca: server.ca, headers })
  socket.on('error', () => undefined)
  onTestFinished(() => socket.terminate())
  return socket
}

function execPath(command: readonly string[], more = ''): string {
  const query = command.map((word) => `command=${encodeURIComponent(word)}`).join('&')
  return `${inDefault('pods', 'p')}/exec?stdout=true&stderr=true${more}&${query}`
}

interface Ran {
  readonly stdout: string
  readonly stderr: string
  readonly status: Record<string, unknown>
}

async function run(server: TestServer, command: readonly string[], input?: string): Promise<Ran> {
  const socket = open(server, execPath(command, input === undefined ? '' : '&stdin=true'), 'v5.channel.k8s.io')
  const channels = ['', '', '', '']
  socket.on('message', (data: Buffer) => {
    channels[data[0] ?? 0] += data.subarray(1).toString()
  })
  await once(socket, 'open')
  if (input !== undefined) {
    socket.send(Buffer.concat([Buffer.from([0]), Buffer.from(input)]))
    socket.send(Buffer.from([255, 0]))
  }
  await once(socket, 'close')
  const [, stdout = '', stderr = '', status = ''] = channels
  return { stdout, stderr, status: JSON.parse(status) as Record<string, unknown> }
}

test('exec over WebSocket carries input, both outputs and the exit code', async () => {
  const server = await withPod()
  const echo = await run(server, ['cat'], 'hello')
  expect(echo).toEqual({ stdout: 'hello', stderr: '', status: { metadata: {}, status: 'Success' } })
  const failed = await run(server, ['sh', '-c', 'echo out; echo err >&2; exit 7'])
  expect(failed).toMatchObject({
    stdout: 'out\n',
    stderr: 'err\n',
    status: {
      status: 'Failure',
      reason: 'NonZeroExitCode',
      details: { causes: [{ reason: 'ExitCode', message: '7' }] },
    },
  })
})

test('a client that goes ends its process', async () => {
  const server = await withPod()
  const socket = open(server, execPath(['sh', '-c', 'echo $$; exec sleep 100']), 'v5.channel.k8s.io')
  let pid = 0
  socket.on('message', (data: Buffer) => {
    pid ||= Number(data.subarray(1).toString())
  })
  await eventually(() => expect(pid).toBeGreaterThan(0))
  socket.close()
  await eventually(() => expect(() => process.kill(pid, 0)).toThrow())
})

async function echoPort(): Promise<number> {
  const echo = createServer((socket) => socket.pipe(socket))
  echo.listen(0, '127.0.0.1')
  await once(echo, 'listening')
  onTestFinished(() => void echo.close())
  return (echo.address() as AddressInfo).port
}

interface Connection {
  readonly error: number
  readonly data: number
}

// Two connections at once, one to a port where nobody listens, and the first once more.
async function forwardTwo(client: SpdyClient, port: string): Promise<void> {
  const connection = async (requestid: string, to = port): Promise<Connection> => ({
    error: await client.open({ streamtype: 'error', port: to, requestid }),
    data: await client.open({ streamtype: 'data', port: to, requestid }),
  })
  const [one, two] = [await connection('0'), await connection('1')]
  client.send(one.data, 'first')
  client.send(two.data, 'second')
  await eventually(() => {
    expect(client.text(one.data)).toBe('first')
    expect(client.text(two.data)).toBe('second')
  })
  const { error } = await connection('2', '1')
  await eventually(() => expect(client.text(error)).toContain('failed to connect to localhost:1 inside default/p'))
  client.send(one.data, ' more')
  await eventually(() => expect(client.text(one.data)).toBe('first more'))
}

test('port-forward over SPDY carries several connections', async () => {
  const server = await withPod()
  const { socket } = await upgrade(server, `${inDefault('pods', 'p')}/portforward`, SPDY)
  const client = new SpdyClient((bytes) => socket.write(bytes))
  onTestFinished(() => client.close())
  socket.on('data', (chunk: Buffer) => client.receive(chunk))
  await forwardTwo(client, String(await echoPort()))
})

const TUNNEL = 'SPDY/3.1+portforward.k8s.io'

// The name of the tunnel's protocol is none that a WebSocket library accepts: it has a slash.
test('port-forward tunnels SPDY through a WebSocket', async () => {
  const server = await withPod()
  const { socket, headers } = await upgrade(server, `${inDefault('pods', 'p')}/portforward`, {
    upgrade: 'websocket',
    'sec-websocket-version': '13',
    'sec-websocket-key': Buffer.alloc(16).toString('base64'),
    'sec-websocket-protocol': TUNNEL,
  })
  expect(headers['sec-websocket-protocol']).toBe(TUNNEL)
  const client = new SpdyClient((bytes) => socket.write(messageFrame(bytes)))
  onTestFinished(() => client.close())
  let buffered = Buffer.alloc(0)
  socket.on('data', (chunk: Buffer) => {
    buffered = Buffer.concat([buffered, chunk])
    for (let end = frameEnd(buffered); end <= buffered.length; end = frameEnd(buffered)) {
      client.receive(buffered.subarray(payloadAt(buffered), end))
      buffered = buffered.subarray(end)
    }
  })
  await forwardTwo(client, String(await echoPort()))
})

// A binary message of less than 64 KiB, masked with zeros.
function messageFrame(bytes: Buffer): Buffer {
  const head = Buffer.from([0x82, 0x80 | 126, bytes.length >> 8, bytes.length & 0xff, 0, 0, 0, 0])
  return Buffer.concat([head, bytes])
}

function payloadAt(frame: Buffer): number {
  return (frame[1] ?? 0) === 126 ? 4 : 2
}

function frameEnd(frame: Buffer): number {
  if (frame.length < 4) return Number.POSITIVE_INFINITY
  const short = frame[1] ?? 0
  return short === 126 ? 4 + frame.readUInt16BE(2) : 2 + short
}

const SPDY = { upgrade: 'SPDY/3.1', 'x-stream-protocol-version': 'v4.channel.k8s.io' }

function upgrade(
  server: TestServer,
  path: string,
  more: Record<string, string>,
): Promise<{ socket: Duplex; headers: IncomingMessage['headers'] }> {
  const headers = { authorization: `Bearer ${server.token}`, connection: 'Upgrade', ...more }
  const { hostname: host, port } = server.url
  return new Promise((resolve, reject) => {
    const sent = request({ host, port, path, method: 'GET', ca: server.ca, headers })
    sent.on('upgrade', (response, socket) => {
      onTestFinished(() => void socket.destroy())
      resolve({ socket, headers: response.headers })
    })
    sent.on('response', (response) => reject(new Error(`no upgrade: ${response.statusCode}`)))
    sent.on('error', reject)
    sent.end()
  })
}

test('exec over SPDY for older clients', async () => {
  const server = await withPod()
  const { socket } = await upgrade(server, execPath(['sh', '-c', 'tr a-z A-Z; exit 3'], '&stdin=true'), SPDY)
  const client = new SpdyClient((bytes) => socket.write(bytes))
  onTestFinished(() => client.close())
  socket.on('data', (chunk: Buffer) => client.receive(chunk))
  const error = await client.open({ streamtype: 'error' })
  const stdin = await client.open({ streamtype: 'stdin' })
  const stdout = await client.open({ streamtype: 'stdout' })
  await client.open({ streamtype: 'stderr' })
  client.send(stdin, 'hello', true)
  await eventually(() => expect(client.ended.has(error)).toBe(true))
  expect(client.text(stdout)).toBe('HELLO')
  expect(JSON.parse(client.text(error))).toMatchObject({ details: { causes: [{ message: '3' }] } })
})

test('exec over SPDY that cannot start is refused, one whose process is quick loses and doubles nothing, one that is left ends', async () => {
  const refusing = async (): Promise<never> => Promise.reject(new Error('container not found ("c")'))
  const server = await withPod({ streams: { ...streams, exec: refusing } })
  await expect(upgrade(server, execPath(['true']), SPDY)).rejects.toThrow('no upgrade: 500')
  const ended: string[] = []
  const exec: PodStreams['exec'] = async (pod, wanted) => {
    const process = await streams.exec(pod, wanted)
    void process.exited.then(() => ended.push(wanted.command.join(' ')))
    return process
  }
  const working = await withPod({ streams: { ...streams, exec } })
  const { socket } = await upgrade(working, execPath(['echo', 'quick']), SPDY)
  const client = new SpdyClient((bytes) => socket.write(bytes))
  onTestFinished(() => client.close())
  socket.on('data', (chunk: Buffer) => client.receive(chunk))
  await eventually(() => expect(ended).toEqual(['echo quick']))
  const error = await client.open({ streamtype: 'error' })
  const stdout = await client.open({ streamtype: 'stdout' })
  await client.open({ streamtype: 'stderr' })
  // As kubectl does with a terminal.
  await client.open({ streamtype: 'resize' })
  await eventually(() => expect(client.ended.has(error)).toBe(true))
  expect(client.text(stdout)).toBe('quick\n')
  const left = await upgrade(working, execPath(['sleep', '100']), SPDY)
  left.socket.destroy()
  await eventually(() => expect(ended).toEqual(['echo quick', 'sleep 100']))
})

async function refusalOf(socket: WebSocket): Promise<{ status: number; message: string }> {
  const [, response] = (await once(socket, 'unexpected-response')) as [unknown, IncomingMessage]
  const chunks: Buffer[] = []
  for await (const chunk of response) chunks.push(chunk as Buffer)
  const { message } = JSON.parse(Buffer.concat(chunks).toString()) as { message: string }
  return { status: response.statusCode ?? 0, message }
}

test('a stream is refused before it begins: no pod, no right, no node', async () => {
  const server = await withPod()
  const missing = open(server, `${inDefault('pods', 'none')}/exec?command=true&stdout=true`, 'v5.channel.k8s.io')
  expect(await refusalOf(missing)).toEqual({ status: 404, message: 'pods "none" not found' })
  const token = await server.tokenOf('default', 'robot')
  const robot = open({ ...server, token }, execPath(['true']), 'v5.channel.k8s.io')
  expect(await refusalOf(robot)).toMatchObject({
    status: 403,
    message: expect.stringContaining('cannot create resource "pods/exec"'),
  })
  const nodeless = open(await withPod({}), execPath(['true']), 'v5.channel.k8s.io')
  expect(await refusalOf(nodeless)).toMatchObject({ message: 'no preferred addresses found; known addresses: []' })
})
