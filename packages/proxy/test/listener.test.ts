import { once } from 'node:events'
import { connect, createServer, type Server, type Socket } from 'node:net'
import type { AddressInfo } from 'node:net'
import { eventually } from '@slipway/testkit'
import { expect, onTestFinished, test } from 'vitest'
import { listenAndForward } from '../src/listener.ts'

const HOST = '127.0.0.1'
// More than the buffers of four sockets hold.
const MUCH = 64 * 1024 * 1024

async function endpoint(serve: (socket: Socket) => void): Promise<{ readonly server: Server; readonly port: number }> {
  const sockets = new Set<Socket>()
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.add(socket.on('error', () => undefined))
    serve(socket)
  }).listen(0, HOST)
  await once(server, 'listening')
  onTestFinished(() => {
    server.close()
    for (const socket of sockets) socket.destroy()
  })
  return { server, port: (server.address() as AddressInfo).port }
}

// The next connection goes to the next port.
async function forwardTo(...ports: readonly number[]): Promise<Socket> {
  const turns = [...ports]
  const listener = await listenAndForward(41_000, () => ({ host: HOST, port: turns.shift() ?? 0 }))
  const client = connect({ host: HOST, port: listener.port, allowHalfOpen: true })
  onTestFinished(async () => {
    client.destroy()
    await listener.close()
  })
  await once(client, 'connect')
  return client
}

test('nothing is retried: an endpoint that breaks off is seen by the caller, and no other endpoint is asked', async () => {
  let others = 0
  const broken = await endpoint((socket) => void socket.once('data', () => socket.resetAndDestroy()))
  const other = await endpoint(() => void others++)
  const client = await forwardTo(broken.port, other.port)
  const ended = new Promise((resolve) => client.once('error', resolve).once('close', resolve))
  client.write('GET / HTTP/1.1\r\n\r\n')
  await ended
  expect(others).toBe(0)
})

test('nothing is held back: bytes arrive as they are sent, and the end of one direction leaves the other open', async () => {
  const { port } = await endpoint((socket) => {
    socket.on('data', (bytes: Buffer) => socket.write(`got ${String(bytes)}`))
    socket.once('end', () => socket.end('bye'))
  })
  const client = await forwardTo(port)
  client.write('half a req')
  expect(String((await once(client, 'data'))[0])).toBe('got half a req')
  client.write('uest')
  expect(String((await once(client, 'data'))[0])).toBe('got uest')
  client.end()
  expect(String((await once(client, 'data'))[0])).toBe('bye')
})

test('nothing is stored: an endpoint that does not read holds its caller up', async () => {
  const { port } = await endpoint((socket) => void socket.pause())
  const client = await forwardTo(port)
  const chunk = Buffer.alloc(1024 * 1024)
  for (let sent = 0; sent < MUCH; sent += chunk.length) client.write(chunk)
  // What was passed on and taken by buffers ceases to grow long before all is sent.
  let seen = -1
  let times = 0
  await eventually(() => {
    times = client.writableLength === seen ? times + 1 : 0
    seen = client.writableLength
    expect(times).toBeGreaterThan(10)
  })
  expect(client.writableLength).toBeGreaterThan(MUCH / 2)
})
