import type { Server } from 'node:http'
import { setTimeout as wait } from 'node:timers/promises'
import type { Logger } from 'pino'
import type { Health } from './health.ts'

export interface Shutdown {
  readonly health: Health
  readonly publicServer: Server
  readonly managementServer: Server
  readonly log: Logger
  readonly drainMs: number
  readonly shutdownMs: number
}

/**
 * Not ready first; then serve for the drain time, because load balancers learn of it late; then finish what is open.
 * Resolves to true when every request got its answer in time.
 */
export async function shutDown(parts: Shutdown): Promise<boolean> {
  parts.health.drain()
  parts.log.info({ drainMs: parts.drainMs }, 'draining')
  await wait(parts.drainMs)
  const finished = await closeWithin(parts.publicServer, parts.shutdownMs)
  await closeWithin(parts.managementServer, 0)
  if (finished) parts.log.info('stopped')
  else parts.log.warn({ shutdownMs: parts.shutdownMs }, 'stopped with requests still open')
  return finished
}

async function closeWithin(server: Server, ms: number): Promise<boolean> {
  const late = new AbortController()
  const closed = new Promise<boolean>((resolve) => server.close(() => resolve(true)))
  server.closeIdleConnections()
  const timeout = wait(ms, false, { signal: late.signal }).catch(() => false)
  const finished = await Promise.race([closed, timeout])
  late.abort()
  server.closeAllConnections()
  return finished
}
