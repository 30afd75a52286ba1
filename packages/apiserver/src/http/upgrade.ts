import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import type { Authentication } from './authentication.ts'

/** A request to turn a connection into a stream: a WebSocket, or SPDY. */
export interface Upgrade {
  readonly request: IncomingMessage
  readonly socket: Duplex
  readonly head: Buffer
  readonly authentication: Authentication
}

/** Takes over the socket of an upgrade. */
export type UpgradeHandler = (upgrade: Upgrade) => void
