import { systemClock } from '@slipway/objects'
import { renderInThread, type RenderRequest, type RenderThread } from '@slipway/reconciler'
import { temporaryDirectory } from '@slipway/testkit'
import { build } from 'esbuild'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { chartRequest } from './requests.ts'

async function thread(timeout = 30_000): Promise<RenderThread> {
  const outfile = join(await temporaryDirectory(), 'thread.mjs')
  await build({
    entryPoints: [fileURLToPath(new URL('../src/render/thread.ts', import.meta.url))],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    conditions: ['source'],
    banner: {
      js: "import { createRequire as slipwayRequire } from 'node:module'; const require = slipwayRequire(import.meta.url);",
    },
  })
  const started = renderInThread({ script: pathToFileURL(outfile), clock: systemClock, timeout })
  onTestFinished(() => started.close())
  return started
}

function chart(template: string, label: string): RenderRequest {
  const files = {
    'chart/Chart.yaml': 'apiVersion: v2\nname: web\nversion: 1.0.0\n',
    'chart/values.yaml': 'text: hello\n',
    'chart/templates/a.yaml': template,
  }
  return chartRequest(files, label)
}

const MAP = 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\ndata:\n  text: {{ .Values.text }}\n'
const ENDLESS = `{{- define "again" }}{{ range until 100000 }}{{ range until 100000 }}{{ end }}{{ end }}{{ end }}${MAP}  more: {{ include "again" . | quote }}\n`

test('a source renders in the thread as it does here, and twice from the tree that was sent once', async () => {
  const { render } = await thread()
  for (const count of [1, 2]) {
    const { type, objects } = await render(chart(MAP, 'c1'))
    expect(type, `time ${count}`).toBe('Helm')
    expect(objects.map(({ object }) => object)).toMatchObject([{ kind: 'ConfigMap', data: { text: 'hello' } }])
  }
})

test('a thread that was started ahead renders all the same', async () => {
  const started = await thread()
  started.start()
  started.start()
  expect((await started.render(chart(MAP, 'c0'))).type).toBe('Helm')
})

test('a fault keeps its code, message and hint', async () => {
  const { render } = await thread()
  await expect(render(chart('{{ .Values.a.b.c }}', 'c2'))).rejects.toMatchObject({
    code: 'RECONCILER_RENDER',
    message: expect.stringContaining('templates/a.yaml:1:') as string,
  })
  await expect(render({ ...chart(MAP, 'c3'), source: { repoURL: 'x', path: 'nowhere' } })).rejects.toMatchObject({
    code: 'RECONCILER_SOURCE',
  })
})

test('templates may be as deep as with Helm, and are refused in its words beyond', async () => {
  const { render } = await thread()
  const down = '{{ define "down" }}{{ if gt . 0 }}{{ include "down" (sub . 1) }}{{ end }}{{ end }}'
  const deep = (count: number, label: string): RenderRequest =>
    chart(`${down}${MAP}  deep: "{{ include "down" ${count} }}"\n`, label)
  expect((await render(deep(900, 'd1'))).objects).toHaveLength(1)
  await expect(render(deep(1100, 'd2'))).rejects.toMatchObject({
    message: expect.stringContaining('rendering template has a nested reference name: down') as string,
  })
})

test('a chart that does not end is ended, the others go on, and this thread was never held up', async () => {
  const { render } = await thread(1500)
  let ticks = 0
  const timer = setInterval(() => ticks++, 20)
  onTestFinished(() => clearInterval(timer))
  const endless = render(chart(ENDLESS, 'c4'))
  const good = render(chart(MAP, 'c5'))
  await expect(endless).rejects.toThrow(/took longer than 1.5 s|steps/)
  expect((await good).objects).toHaveLength(1)
  expect(ticks).toBeGreaterThan(20)
}, 60_000)
