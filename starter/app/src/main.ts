import { readFileSync } from 'node:fs'
import { once } from 'node:events'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { hostname } from 'node:os'
import { performance } from 'node:perf_hooks'
import { pino } from 'pino'
import { type Config, ConfigError, readConfig } from './config.ts'
import { createHealth, watchEventLoop } from './health.ts'
import { createPublicServer } from './http.ts'
import { identify } from './identity.ts'
import { createManagementServer } from './management.ts'
import { createMetrics } from './metrics.ts'
import { createRoutes } from './routes.ts'
import { shutDown } from './shutdown.ts'

const EXIT_CONFIG = 78
const LIVENESS_WINDOW_MS = 10_000
const DEPENDENCY_TTL_MS = 5000
const DEPENDENCY_TIMEOUT_MS = 1000

const manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  name: string
  version: string
}

try {
  await run(readConfig(process.env, hostname()))
} catch (error) {
  const log = pino({ base: { service: manifest.name } })
  if (error instanceof ConfigError) log.fatal({ variable: error.variable }, error.message)
  else log.fatal({ error: String(error) }, 'cannot start')
  process.exitCode = error instanceof ConfigError ? EXIT_CONFIG : 1
}

async function run(config: Config): Promise<void> {
  const identity = identify(config, manifest)
  const log = pino({
    level: config.logLevel,
    base: { service: identity.service, environment: identity.environment, pod: identity.pod },
  })
  const metrics = createMetrics()
  const health = createHealth({
    eventLoopLimitMs: config.eventLoopLimitMs,
    longestDelayMs: watchEventLoop(LIVENESS_WINDOW_MS),
    dependency: config.dependencyUrl && dependencyCheck(config.dependencyUrl),
    dependencyTtlMs: DEPENDENCY_TTL_MS,
    now: () => performance.now(),
  })
  const routes = createRoutes(identity, config)
  const publicServer = createPublicServer({ routes, metrics, health, log })
  const managementServer = createManagementServer(health, metrics)

  const managementPort = await listen(managementServer, config.managementPort)
  const port = await listen(publicServer, config.port).catch((error: unknown) => {
    managementServer.close()
    throw error
  })
  health.started()
  const { version, commit, digest } = identity
  log.info({ version, commit, digest, port, managementPort, node: process.version }, 'started')

  const signal = await stopSignal()
  log.info({ signal }, 'stopping')
  await shutDown({
    health,
    publicServer,
    managementServer,
    log,
    drainMs: config.drainMs,
    shutdownMs: config.shutdownMs,
  })
  process.exit(0)
}

async function listen(server: Server, port: number): Promise<number> {
  server.listen(port)
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}

function stopSignal(): Promise<string> {
  return Promise.race([once(process, 'SIGTERM').then(() => 'SIGTERM'), once(process, 'SIGINT').then(() => 'SIGINT')])
}

function dependencyCheck(url: URL): () => Promise<boolean> {
  return async () => {
    const answer = await fetch(url, { signal: AbortSignal.timeout(DEPENDENCY_TIMEOUT_MS) })
    await answer.body?.cancel()
    return answer.ok
  }
}
