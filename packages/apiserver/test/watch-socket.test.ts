import { once } from 'node:events'
import { eventually } from '@slipway/testkit'
import { expect, onTestFinished, test } from 'vitest'
import { WebSocket } from 'ws'
import { inDefault, startServer, type TestServer } from './https.ts'

interface Event {
  readonly type: string
  readonly object: { readonly metadata: { readonly name: string } }
}

function open(server: TestServer, path: string, protocols: string[] = [], token = server.token): WebSocket {
  const headers = token === '' ? {} : { authorization: `Bearer ${token}` }
  const socket = new WebSocket(`wss://${server.url.host}${path}`, protocols, { ca: server.ca, headers })
  socket.on('error', () => undefined)
  onTestFinished(() => socket.terminate())
  return socket
}

function collect(socket: WebSocket): Event[] {
  const events: Event[] = []
  socket.on('message', (data: Buffer, isBinary) => {
    if (!isBinary) events.push(JSON.parse(data.toString()) as Event)
  })
  return events
}

const shown = (events: readonly Event[]): string[] =>
  events.map(({ type, object }) => `${type} ${object.metadata.name}`)

test('a watch over WebSocket sends each event as a message, and ends with its client', async () => {
  const server = await startServer()
  await server.ask('POST', inDefault('configmaps'), { body: { metadata: { name: 'a' } } })
  const socket = open(server, `${inDefault('configmaps')}?watch=true`)
  const events = collect(socket)
  await eventually(() => expect(shown(events)).toEqual(['ADDED a']))
  await server.ask('POST', inDefault('configmaps'), { body: { metadata: { name: 'b' } } })
  await server.ask('DELETE', inDefault('configmaps', 'a'))
  await eventually(() => expect(shown(events)).toEqual(['ADDED a', 'ADDED b', 'DELETED a']))
  socket.close()
  await once(socket, 'close')
})

test('a browser sends its token as a protocol, and gets the other one that it offers', async () => {
  const server = await startServer()
  const bearer = `base64url.bearer.authorization.k8s.io.${Buffer.from(server.token).toString('base64url')}`
  const socket = open(server, `${inDefault('configmaps')}?watch=true`, [bearer, 'v4.base64.binary.k8s.io'], '')
  await once(socket, 'open')
  expect(socket.protocol).toBe('v4.base64.binary.k8s.io')
})

test('a watch that ends by its timeout closes the connection', async () => {
  const server = await startServer()
  const socket = open(server, `${inDefault('configmaps')}?watch=true&timeoutSeconds=1`)
  const [code] = (await once(socket, 'close')) as [number]
  expect(code).toBe(1000)
})

test.each([
  ['a stranger', `${inDefault('configmaps')}?watch=true`, 'nobody', 401],
  ['a revision that is not there yet', `${inDefault('configmaps')}?watch=true&resourceVersion=999999`, undefined, 504],
  ['a resource that is not there', '/api/v1/nosuch?watch=true', undefined, 404],
])('%s is refused before the upgrade', async (_, path, token, status) => {
  const server = await startServer()
  const socket = open(server, path, [], token ?? server.token)
  const [, response] = (await once(socket, 'unexpected-response')) as [unknown, { statusCode: number }]
  expect(response.statusCode).toBe(status)
})
