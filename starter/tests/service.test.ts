import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { eventually } from '@slipway/testkit'
import { spawnSync } from 'node:child_process'
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { openPage } from './support/browser.ts'
import { buildService, type Pod, startPod } from './support/service.ts'
import { run, tool } from './support/starter.ts'

const LONG = 180_000
const chromium = tool('chromium')
const python = tool('python3', (path) => spawnSync(path, ['-c', 'import prometheus_client']).status === 0)
// Reads the metrics as Prometheus's own client for Python does, and prints name, type and number of samples of each family.
const PARSE = `
import json, sys
from prometheus_client.parser import text_string_to_metric_families
print(json.dumps([[f.name, f.type, len(f.samples), bool(f.documentation)] for f in text_string_to_metric_families(sys.stdin.read())]))
`
type Family = readonly [name: string, type: string, samples: number, documented: boolean]

let built: Awaited<ReturnType<typeof buildService>>

describe.skipIf(!chromium && !python)(
  'the service (needs chromium, or python3 with prometheus_client)',
  { timeout: LONG },
  () => {
    beforeAll(async () => {
      built = await buildService()
    }, LONG)

    test.skipIf(!python)(
      "its metrics are read by Prometheus's client (needs python3 with prometheus_client)",
      async () => {
        const pod = await startPod(folderOf(built), {})
        onTestFinished(() => pod.stop())
        await Promise.all([fetch(pod.url), fetch(`${pod.url}/nowhere`)].map(async (answer) => (await answer).text()))
        const metrics = await (await fetch(`${pod.management}/metrics`)).text()
        const parsed = await run(python ?? '', ['-c', PARSE], { input: metrics })
        expect(parsed.stderr).toBe('')
        const families = new Map((JSON.parse(parsed.stdout) as Family[]).map((family) => [family[0], family]))
        expect(families.get('http_requests')).toEqual(['http_requests', 'counter', 2, true])
        expect(families.get('http_request_duration_seconds')?.[1]).toBe('histogram')
        expect(families.get('http_requests_in_flight')?.[1]).toBe('gauge')
        expect(families.get('nodejs_eventloop_lag_seconds')?.[1]).toBe('gauge')
        for (const [name, , , documented] of families.values()) expect([name, documented]).toEqual([name, true])
      },
    )

    test.skipIf(!chromium)(
      'its page shows pods and versions changing during a rollout, and no failed request (needs chromium)',
      async () => {
        const folder = folderOf(built)
        const pod = (name: string, tree: string): Promise<Pod> =>
          startPod(folder, {
            ENVIRONMENT: 'staging',
            COLOUR: '#d97706',
            POD_NAME: name,
            TREE: tree,
            DRAIN_SECONDS: '1',
            IMAGE_COMMIT: '0123456789abcdef0123456789abcdef01234567',
            IMAGE_DIGEST: `sha256:${tree.slice(5).repeat(8)}`,
          })
        const old = [await pod('shop-6d4f-x7k2p', 'tree-4a1b2c3d'), await pod('shop-6d4f-m9qzt', 'tree-4a1b2c3d')]
        const ready = [...old]
        const page = await openPage(chromium ?? '', await serviceOf(ready))
        onTestFinished(() => page.close())
        const seen = (): Promise<string> => page.evaluate<string>("document.getElementById('pods')?.innerText ?? ''")
        const cells = (): Promise<number> => page.evaluate<number>("document.querySelectorAll('#strip i').length")
        await eventually(async () => expect(await cells()).toBeGreaterThan(12), { within: 60_000, every: 250 })
        expect(await seen()).toContain('shop-6d4f-m9qzt 1.0.0+tree-4a1b2c3')

        // A rolling update: a new pod is added before an old one is drained.
        for (const [index, name] of ['shop-7f9b-c4wvn', 'shop-7f9b-h2jds'].entries()) {
          const next = await pod(name, 'tree-9e8f7a6b')
          onTestFinished(() => next.stop())
          ready.push(next)
          ready.shift()
          await old[index]?.stop()
          const before = await cells()
          await eventually(async () => expect(await cells()).toBeGreaterThan(before + 8), {
            within: 60_000,
            every: 250,
          })
        }
        const colours = await page.evaluate<number>(
          "new Set([...document.querySelectorAll('#strip i')].map((cell) => cell.style.background)).size",
        )
        expect(colours).toBe(4)
        for (const name of ['shop-6d4f-x7k2p', 'shop-7f9b-c4wvn', 'shop-7f9b-h2jds 1.0.0+tree-9e8f7a6'])
          expect(await seen()).toContain(name)
        expect(await page.evaluate("document.getElementById('failures').textContent")).toBe('0')
        expect(await page.evaluate('getComputedStyle(document.body).borderTopColor')).toBe('rgb(217, 119, 6)')
        const picture = await page.screenshot()
        expect(picture.subarray(1, 4).toString()).toBe('PNG')
        // How the picture in docs/ is made.
        if (process.env['SCREENSHOT']) writeFileSync(process.env['SCREENSHOT'], picture)
      },
    )
  },
)

function folderOf(result: typeof built): string {
  if ('failure' in result) throw new Error(result.failure)
  return result.folder
}

/** What a Service does: each request goes to the next pod that is ready. */
async function serviceOf(ready: readonly Pod[]): Promise<string> {
  let turn = 0
  const server = createServer((incoming, outgoing) => {
    const target = ready[turn++ % ready.length]?.url ?? ''
    const forwarded = request(`${target}${incoming.url}`, { headers: incoming.headers, agent: false }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, { ...answer.headers, connection: 'keep-alive' })
      answer.pipe(outgoing)
    })
    forwarded.once('error', () => outgoing.writeHead(502).end())
    forwarded.end()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.close().closeAllConnections()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
}
