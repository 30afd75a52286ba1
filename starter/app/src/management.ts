import { createServer, type Server } from 'node:http'
import type { Health, Verdict } from './health.ts'
import type { Metrics } from './metrics.ts'
import { type Answer, send, text } from './respond.ts'

/** The management server: probes and metrics, on a port that no Ingress reaches. */
export function createManagementServer(health: Health, metrics: Metrics): Server {
  const routes = new Map<string, () => Promise<Answer>>([
    ['/livez', async () => verdict(health.live())],
    ['/readyz', async () => verdict(await health.ready())],
    ['/startupz', async () => verdict(health.startup())],
    [
      '/metrics',
      async () => ({ status: 200, type: metrics.registry.contentType, body: await metrics.registry.metrics() }),
    ],
  ])
  return createServer((request, response) => {
    const route = routes.get((request.url ?? '/').split('?')[0] ?? '/')
    const answer = route ? route() : Promise.resolve(text(404, 'not found'))
    answer
      .catch((error: unknown) => text(500, String(error)))
      .then((known) => send(response, known, request.method !== 'HEAD'))
      .catch(() => response.destroy())
  })
}

function verdict(verdict: Verdict): Answer {
  return text(verdict.ok ? 200 : 503, verdict.reason)
}
