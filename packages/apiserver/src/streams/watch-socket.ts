import type { Status, Transport, WatchEvent } from '@slipway/objects'
import { type WebSocket, WebSocketServer } from 'ws'
import { authenticate } from '../http/authentication.ts'
import { assertLoopback, pathOf } from '../http/guard.ts'
import type { Upgrade, UpgradeHandler } from '../http/upgrade.ts'
import { parseRequest } from '../request.ts'
import { internalError, StatusError } from '../status.ts'
import { refuse } from './upgrade.ts'

const BEARER = 'base64url.bearer.authorization.k8s.io.'

/**
 * Serves watches over WebSocket, as browsers ask for them: each event is a message of text. Other upgrades go on to `others`. A watch that is refused is
 * answered as a `Status` before the upgrade.
 */
export function watchUpgrades(handle: Transport, others: UpgradeHandler): UpgradeHandler {
  const server = new WebSocketServer({
    noServer: true,
    // What carries the token is no protocol of the connection.
    handleProtocols: (offered) => [...offered].find((protocol) => !protocol.startsWith(BEARER)) ?? false,
  })
  return (upgrade) => {
    if (!isWatch(upgrade)) {
      others(upgrade)
      return
    }
    upgrade.socket.on('error', () => upgrade.socket.destroy())
    serve(upgrade, server, handle).catch((error: unknown) => {
      refuse(upgrade.socket, error instanceof StatusError ? error.status : internalError(String(error)).status)
    })
  }
}

function isWatch({ request }: Upgrade): boolean {
  if (String(request.headers.upgrade ?? '').toLowerCase() !== 'websocket') return false
  try {
    const info = parseRequest({ method: 'GET', path: pathOf(request) })
    return info.kind === 'resource' && info.verb === 'watch'
  } catch {
    return false
  }
}

async function serve(upgrade: Upgrade, server: WebSocketServer, handle: Transport): Promise<void> {
  const { request, socket, head, authentication } = upgrade
  assertLoopback(request)
  const user = authenticate(request.headers, authentication)
  const end = new AbortController()
  socket.once('close', () => end.abort())
  const { accept } = request.headers
  const response = await handle({
    method: 'GET',
    path: pathOf(request),
    user,
    userAgent: request.headers['user-agent'] ?? '',
    signal: end.signal,
    ...(accept === undefined ? {} : { accept }),
  })
  const { events } = response
  if (events === undefined) throw new StatusError(response.object as Status)
  server.handleUpgrade(request, socket, head, (client) => {
    // A client that goes ends the watch; what it says is not listened to.
    client.once('close', () => end.abort())
    client.on('error', () => client.terminate())
    send(client, events).then(
      () => client.close(1000),
      () => client.terminate(),
    )
  })
}

async function send(client: WebSocket, events: AsyncIterable<WatchEvent>): Promise<void> {
  for await (const event of events) {
    if (client.readyState !== client.OPEN) return
    await new Promise<void>((resolve, reject) => {
      client.send(`${JSON.stringify(event)}\n`, (error) => (error ? reject(error) : resolve()))
    })
  }
}
