import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { type Status, type KubeObject, type Transport, type UserInfo } from '@slipway/objects'
import type { Store } from '@slipway/store'
import { type WebSocket, WebSocketServer } from 'ws'
import { authenticate } from '../http/authentication.ts'
import { assertLoopback, pathOf } from '../http/guard.ts'
import type { Upgrade, UpgradeHandler } from '../http/upgrade.ts'
import { parseRequest, type ResourceRequest } from '../request.ts'
import { badRequest, internalError, noSuchPath, StatusError } from '../status.ts'
import { unreachableNode } from './node-address.ts'
import { serveChannels, serveSpdyExec } from './exec.ts'
import { servePortForward } from './port-forward.ts'
import type { SpdySession, SpdyTransport } from './spdy.ts'
import type { PodStreams, StreamRequest } from './types.ts'

const CHANNELS = ['v5.channel.k8s.io', 'v4.channel.k8s.io']
const TUNNEL = 'SPDY/3.1+portforward.k8s.io'
const SUBRESOURCES = new Set(['exec', 'attach', 'portforward'])

/** What upgrades need: the API for looking pods up as the asking user, and the node's streams. */
export interface UpgradeOptions {
  readonly handle: Transport
  /** Undefined where no node serves streams: every request is refused. */
  readonly streams: PodStreams | undefined
  readonly store: Store<KubeObject>
  /** @throws StatusError Forbidden */
  readonly authorize: (user: UserInfo, request: ResourceRequest) => void
}

interface Call {
  readonly streams: PodStreams
  readonly pod: KubeObject
  readonly info: ResourceRequest
  readonly request: StreamRequest
}

/** Serves exec, attach and port-forward: over WebSocket, and over SPDY for older clients. A refusal is answered as a `Status` before the upgrade. */
export function streamUpgrades(options: UpgradeOptions): UpgradeHandler {
  const server = new WebSocketServer({
    noServer: true,
    handleProtocols: (offered) => CHANNELS.find((protocol) => offered.has(protocol)) ?? false,
  })
  // The tunnel's name has a slash, which no library takes for a protocol's: it is taken out of the request and put into the answer here.
  const tunnels = new WeakSet<IncomingMessage>()
  server.on('headers', (lines, request) => {
    if (tunnels.has(request)) lines.push(`Sec-WebSocket-Protocol: ${TUNNEL}`)
  })
  return (upgrade) => {
    // The client may go at any moment, also in the middle of the handshake.
    upgrade.socket.on('error', () => upgrade.socket.destroy())
    if (takeTunnel(upgrade.request)) tunnels.add(upgrade.request)
    serve(upgrade, server, options).catch((error: unknown) => {
      refuse(upgrade.socket, error instanceof StatusError ? error.status : internalError(String(error)).status)
    })
  }
}

function takeTunnel({ headers }: IncomingMessage): boolean {
  const offered = (headers['sec-websocket-protocol'] ?? '').split(',').map((protocol) => protocol.trim())
  if (!offered.includes(TUNNEL)) return false
  const rest = offered.filter((protocol) => protocol !== TUNNEL && protocol !== '')
  if (rest.length === 0) delete headers['sec-websocket-protocol']
  else headers['sec-websocket-protocol'] = rest.join(', ')
  return true
}

async function serve(upgrade: Upgrade, server: WebSocketServer, options: UpgradeOptions): Promise<void> {
  const call = await callOf(upgrade, options)
  const protocol = String(upgrade.request.headers.upgrade ?? '').toLowerCase()
  if (protocol === 'websocket') {
    await overWebSocket(upgrade, server, call)
  } else if (protocol === 'spdy/3.1') {
    await overSpdy(upgrade, call)
  } else {
    throw badRequest('you must specify an upgrade to WebSocket or SPDY/3.1')
  }
}

async function callOf({ request, authentication }: Upgrade, options: UpgradeOptions): Promise<Call> {
  assertLoopback(request)
  const user = authenticate(request.headers, authentication)
  const path = pathOf(request)
  const info = parseRequest({ method: 'GET', path })
  if (info.kind !== 'resource' || info.group !== '' || info.resource !== 'pods' || !SUBRESOURCES.has(info.subresource))
    throw noSuchPath()
  options.authorize(user, { ...info, verb: 'create' })
  const response = await options.handle({
    method: 'GET',
    path: `/api/v1/namespaces/${info.namespace}/pods/${info.name}`,
  })
  if (response.status !== 200) throw new StatusError(response.object as Status)
  const pod = response.object as KubeObject
  if (options.streams === undefined) throw unreachableNode(options, pod)
  const on = (name: string): boolean => ['1', 'true'].includes(info.query.get(name) ?? '')
  return {
    pod,
    streams: options.streams,
    info,
    request: {
      container: info.query.get('container') ?? undefined,
      command: info.query.getAll('command'),
      stdin: on('stdin'),
      stdout: on('stdout'),
      stderr: on('stderr'),
      tty: on('tty'),
    },
  }
}

async function overWebSocket(upgrade: Upgrade, server: WebSocketServer, call: Call): Promise<void> {
  const open = (): Promise<WebSocket> =>
    new Promise((resolve) => {
      server.handleUpgrade(upgrade.request, upgrade.socket, upgrade.head, (socket) => resolve(socket))
    })
  if (call.info.subresource === 'portforward') {
    const socket = await open()
    const session = servePortForward(messagesOf(socket), call)
    socket.on('message', (data: Buffer) => session.receive(data))
    socket.once('close', () => session.close())
    return
  }
  const process = await startProcess(call)
  await serveChannels(await open(), process, call.request)
}

function startProcess({ pod, info, request, streams }: Call): ReturnType<PodStreams['exec']> {
  return info.subresource === 'exec' ? streams.exec(pod, request) : streams.attach(pod, request)
}

function messagesOf(socket: WebSocket): SpdyTransport {
  return {
    write: (bytes) => {
      if (socket.readyState === socket.OPEN) socket.send(bytes)
    },
    close: () => socket.close(1000),
  }
}

const STREAM_PROTOCOLS = ['v4.channel.k8s.io', 'v3.channel.k8s.io', 'v2.channel.k8s.io', 'portforward.k8s.io']

async function overSpdy({ request, socket, head }: Upgrade, call: Call): Promise<void> {
  // A client takes a session that ends without a status for a success: what cannot start is refused before there is one.
  const process = call.info.subresource === 'portforward' ? undefined : await startProcess(call)
  const offered = String(request.headers['x-stream-protocol-version'] ?? '').split(/,\s*/)
  const chosen = STREAM_PROTOCOLS.find((protocol) => offered.includes(protocol))
  const lines = [
    'HTTP/1.1 101 Switching Protocols',
    'Connection: Upgrade',
    'Upgrade: SPDY/3.1',
    ...(chosen === undefined ? [] : [`X-Stream-Protocol-Version: ${chosen}`]),
  ]
  socket.write(`${lines.join('\r\n')}\r\n\r\n`)
  const transport: SpdyTransport = { write: (bytes) => socket.write(bytes), close: () => socket.end() }
  const session: SpdySession =
    process === undefined ? servePortForward(transport, call) : serveSpdyExec(transport, process, call.request)
  if (head.length > 0) session.receive(head)
  socket.on('data', (chunk: Buffer) => session.receive(chunk))
  socket.once('close', () => {
    session.close()
    process?.kill()
  })
}

/** Answers an upgrade that is refused, and closes. */
export function refuse(socket: Duplex, status: Status): void {
  const body = JSON.stringify(status)
  const code = status.code ?? 500
  socket.end(
    `HTTP/1.1 ${code} ${status.reason ?? 'Error'}\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  )
}
