import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { memoryTree } from '@slipway/diag'
import { systemClock } from '@slipway/objects'
import { renderSource, workerRender, type RenderRequest, type WorkerRender } from '@slipway/reconciler'
import { temporaryDirectory } from '@slipway/testkit'
import { build } from 'esbuild'
import { expect, onTestFinished, test } from 'vitest'
import { chart } from './manifests.ts'

// As tools/build.mjs bundles it: Node runs no TypeScript.
async function compiledThread(): Promise<URL> {
  const outfile = join(await temporaryDirectory(), 'thread.mjs')
  const entry = fileURLToPath(new URL('../src/worker/thread.ts', import.meta.url))
  const banner = "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);"
  await build({
    entryPoints: [entry],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    conditions: ['source'],
    logLevel: 'error',
    banner: { js: banner },
  })
  return pathToFileURL(outfile)
}

function request(files: Readonly<Record<string, string>>, source: object = {}): RenderRequest {
  return {
    tree: memoryTree(files),
    source: { repoURL: 'x', path: 'chart', ...source },
    revision: '0'.repeat(40),
    application: { name: 'web', namespace: 'argocd', project: 'default' },
    namespace: 'x',
    refs: new Map([['values', memoryTree({ 'v.yaml': 'replicas: 7\n' })]]),
    kubeVersion: '1.36.3',
    apiVersions: ['v1', 'apps/v1'],
  }
}

async function worker(options: { limit?: number; memory?: number } = {}): Promise<WorkerRender> {
  const made = workerRender({ clock: systemClock, entry: await compiledThread(), ...options })
  onTestFinished(() => made.close())
  return made
}

const plain = async (render: WorkerRender['render'], of: RenderRequest): Promise<unknown> => {
  const { type, objects } = await render(of)
  return { type, objects: objects.map(({ object }) => object) }
}

test('a thread renders what this one does, values of another source included', async () => {
  const { render } = await worker()
  const of = request(chart, { helm: { valueFiles: ['$values/v.yaml'] } })
  const expected = await plain(renderSource, of)
  expect(await plain(render, of)).toEqual(expected)
  expect(JSON.stringify(expected)).toContain('"replicas":7')
  expect(await plain(render, of)).toEqual(expected)
})

test('its errors are the same', async () => {
  const { render } = await worker()
  const of = request({ ...chart, 'chart/templates/bad.yaml': '{{ fail "no" }}' })
  const expected = await renderSource(of).catch((error: unknown) => error)
  await expect(render(of)).rejects.toMatchObject({ message: (expected as Error).message, code: 'RECONCILER_RENDER' })
  await expect(render(request(chart, { path: 'none' }))).rejects.toThrow('none: app path does not exist')
})

test('a template without end is killed, and the next rendering works', async () => {
  const endless =
    '{{- define "x" }}{{ range until 100000 }}{{ range until 100000 }}{{ end }}{{ end }}{{ end }}{{ include "x" . }}'
  const { render } = await worker({ limit: 1_500 })
  await expect(render(request({ ...chart, 'chart/templates/bad.yaml': endless }))).rejects.toMatchObject({
    code: 'RECONCILER_RENDER',
  })
  expect(
    await plain(render, request({ 'chart/a.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n' })),
  ).toMatchObject({ type: 'Directory' })
})
