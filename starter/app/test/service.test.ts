import assert from 'node:assert/strict'
import { once } from 'node:events'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, test } from 'node:test'
import { pino } from 'pino'
import { readConfig } from '../src/config.ts'
import { createHealth } from '../src/health.ts'
import { createPublicServer } from '../src/http.ts'
import { identify } from '../src/identity.ts'
import { createManagementServer } from '../src/management.ts'
import { createMetrics } from '../src/metrics.ts'
import { createRoutes } from '../src/routes.ts'
import { shutDown } from '../src/shutdown.ts'

const servers: Server[] = []
after(() => servers.forEach((server) => server.close().closeAllConnections()))

async function start(env: Record<string, string> = {}) {
  const lines: Record<string, unknown>[] = []
  const log = pino(
    { level: 'info' },
    { write: (line: string) => void lines.push(JSON.parse(line) as Record<string, unknown>) },
  )
  const config = readConfig({ ENVIRONMENT: 'test', POD_NAME: 'pod-1', TREE: 'tree-0123456789abcdef', ...env }, 'host')
  const health = createHealth({
    eventLoopLimitMs: 1000,
    longestDelayMs: () => 0,
    dependency: undefined,
    dependencyTtlMs: 1000,
    now: () => 0,
  })
  const metrics = createMetrics()
  const routes = createRoutes(identify(config, { name: 'service', version: '1.2.3' }), config)
  const publicServer = createPublicServer({ routes, metrics, health, log })
  const managementServer = createManagementServer(health, metrics)
  const [url, management] = await Promise.all([listen(publicServer), listen(managementServer)])
  health.started()
  return { url, management, lines, health, publicServer, managementServer, log }
}

async function listen(server: Server): Promise<string> {
  servers.push(server)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

test('the root answers JSON, and HTML to a browser', async () => {
  const { url } = await start()
  const data = await fetch(url)
  assert.deepEqual(await data.json(), {
    service: 'service',
    version: '1.2.3+tree-0123456',
    environment: 'test',
    colour: '#64748b',
    pod: 'pod-1',
    commit: '',
    digest: '',
  })
  const page = await fetch(url, { headers: { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' } })
  assert.match(page.headers.get('content-type') ?? '', /^text\/html/)
  assert.match(page.headers.get('content-security-policy') ?? '', /script-src 'sha256-/)
  assert.match(await page.text(), /<dt>pod<\/dt><dd>pod-1<\/dd>/)
})

test('unknown paths are 404 and other methods 405', async () => {
  const { url } = await start()
  for (const path of ['/healthz', '/livez', '/metrics', '/work', '//', '/..%2f'])
    assert.equal((await fetch(url + path)).status, 404, path)
  const post = await fetch(url, { method: 'POST', body: 'x' })
  assert.deepEqual([post.status, post.headers.get('allow')], [405, 'GET, HEAD'])
})

test('work exists only when it is switched on, and takes bounded times', async () => {
  const { url } = await start({ WORK_ENDPOINT: 'true' })
  const done = (await (await fetch(`${url}/work?ms=20`)).json()) as { ms: number; rounds: number }
  assert.equal(done.ms, 20)
  assert.ok(done.rounds > 0)
  for (const ms of ['10001', '-1', 'x', '1e3']) assert.equal((await fetch(`${url}/work?ms=${ms}`)).status, 400, ms)
})

test('request ids are kept when they are safe and made when not', async () => {
  const { url, lines } = await start()
  const kept = await fetch(url, { headers: { 'x-request-id': 'abc-1' } })
  assert.equal(kept.headers.get('x-request-id'), 'abc-1')
  const made = await fetch(url, { headers: { 'x-request-id': 'a b"c' } })
  assert.match(made.headers.get('x-request-id') ?? '', /^[0-9a-f-]{36}$/)
  await Promise.all([kept.text(), made.text()])
  assert.ok(lines.some((line) => line['id'] === 'abc-1' && line['status'] === 200))
})

test('metrics count by route and status', async () => {
  const { url, management } = await start()
  await Promise.all([fetch(url), fetch(url), fetch(`${url}/nowhere`)].map(async (answer) => (await answer).text()))
  const metrics = await (await fetch(`${management}/metrics`)).text()
  assert.match(metrics, /^http_requests_total\{method="GET",route="\/",status="200"\} 2$/m)
  assert.match(metrics, /^http_requests_total\{method="GET",route="none",status="404"\} 1$/m)
  assert.match(metrics, /^nodejs_eventloop_lag_seconds /m)
})

test('draining: not ready, still serving, connections asked to close', async () => {
  const service = await start()
  service.health.drain()
  assert.equal((await fetch(`${service.management}/readyz`)).status, 503)
  const answer = await fetch(service.url)
  assert.deepEqual([answer.status, answer.headers.get('connection')], [200, 'close'])
})

test('a shutdown waits for open requests, up to its limit', async () => {
  const service = await start({ WORK_ENDPOINT: 'true' })
  const slow = fetch(`${service.url}/work?ms=200`)
  await once(service.publicServer, 'request')
  assert.equal(await shutDown({ ...service, drainMs: 0, shutdownMs: 5000 }), true)
  assert.equal((await slow).status, 200)

  const late = await start({ WORK_ENDPOINT: 'true' })
  const lost = fetch(`${late.url}/work?ms=5000`).then(
    (answer) => `answered ${answer.status}`,
    (error: unknown) => String(error),
  )
  await once(late.publicServer, 'request')
  assert.equal(await shutDown({ ...late, drainMs: 0, shutdownMs: 50 }), false)
  assert.match(await lost, /fetch failed/)
})
