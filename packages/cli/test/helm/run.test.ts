import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { dirname, join } from 'node:path'
import { loadChart } from '@slipway/chart'
import { nodePack } from '@slipway/chart/node'
import { memoryTree } from '@slipway/diag'
import { temporaryDirectory } from '@slipway/testkit'
import { afterAll, expect, onTestFinished, test } from 'vitest'
import { runHelm } from '../../src/helm/index.ts'

const META = 'apiVersion: v2\nname: c\nversion: 1.0.0\n'
const PLAIN = {
  'Chart.yaml': META,
  'values.yaml': 'greeting: hello\nnested:\n  list: [a, b]\n',
  'templates/map.yaml': 'kind: ConfigMap\nmetadata: {name: {{ .Release.Name }}}\ntext: {{ .Values.greeting }}\n',
}

async function folderOf(files: Readonly<Record<string, string>>): Promise<string> {
  const directory = await temporaryDirectory()
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, path)), { recursive: true })
    writeFileSync(join(directory, path), text)
  }
  return directory
}

interface Ran {
  readonly code: number
  readonly out: string
  readonly err: string
}

async function helm(cwd: string, ...args: string[]): Promise<Ran> {
  const [out, err]: [string[], string[]] = [[], []]
  const io = {
    stdout: { write: (text: string) => out.push(text) > 0 },
    stderr: { write: (text: string) => err.push(text) > 0 },
    cwd,
    env: { HOME: cwd, TZ: 'UTC' },
    now: () => Date.UTC(2026, 0, 2),
  }
  const code = await runHelm(args, io)
  return { code, out: out.join(''), err: err.join('') }
}

const closing: (() => void)[] = []
afterAll(() => closing.forEach((close) => close()))

/** Serves bytes by path; what is asked for is noted. */
async function serve(
  files: Readonly<Record<string, { body: string | Uint8Array; type?: string }>>,
): Promise<{ url: string; host: string; asked: string[] }> {
  const asked: string[] = []
  const server = createServer((request, response) => {
    const path = request.url ?? ''
    asked.push(path)
    const found = files[path]
    if (found === undefined) return response.writeHead(404).end()
    response.writeHead(200, { 'content-type': found.type ?? 'application/octet-stream' }).end(found.body)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closing.push(() => server.close())
  const { port } = server.address() as AddressInfo
  return { url: `http://127.0.0.1:${port}`, host: `127.0.0.1:${port}`, asked }
}

const sha256 = (data: Uint8Array | string): string => createHash('sha256').update(data).digest('hex')
const packed = nodePack(
  loadChart(
    memoryTree({ 'Chart.yaml': 'apiVersion: v2\nname: sub\nversion: 1.2.3\n', 'templates/s.yaml': 'kind: Sub\n' }),
  ),
  0,
).data

test('template prints what helm does', async () => {
  expect(await helm(await folderOf(PLAIN), 'template', 'rel', '.')).toEqual({
    code: 0,
    out: '---\n# Source: c/templates/map.yaml\nkind: ConfigMap\nmetadata: {name: rel}\ntext: hello\n',
    err: '',
  })
})

test('values of files and flags count in the order of helm', async () => {
  const folder = await folderOf({ ...PLAIN, 'a.yaml': 'greeting: a\n', 'b.yaml': 'greeting: b\n' })
  expect((await helm(folder, 'template', '.', '-f', 'a.yaml', '-f', 'b.yaml')).out).toContain('text: b\n')
  expect((await helm(folder, 'template', '.', '--set', 'greeting=c', '-f', 'a.yaml')).out).toContain('text: c\n')
})

test('errors are those of helm', async () => {
  const folder = await folderOf({ 'Chart.yaml': META, 'templates/a.yaml': '{{ fail "no" }}' })
  expect(await helm(folder, 'template', '.')).toEqual({
    code: 1,
    out: '',
    err: 'Error: execution error at (c/templates/a.yaml:1:3): no\n\nUse --debug flag to render out invalid YAML\n',
  })
  expect((await helm(folder, 'template', 'nowhere/x')).err).toBe('Error: repo nowhere not found\n')
  expect((await helm(folder, 'launch')).err).toContain('unknown command "launch" for "helm"')
})

test('a terminal is shown the code of an error and what to do, a pipe the words alone', async () => {
  const cwd = await folderOf({ 'web/values.yaml': '' })
  const shown = async (isTTY: boolean): Promise<string> => {
    let text = ''
    const stderr = { write: (part: string) => (text += part) !== '', isTTY }
    await runHelm(['template', 'web'], { stdout: stderr, stderr, cwd, env: {} } as unknown as Parameters<
      typeof runHelm
    >[1])
    return text
  }
  expect(await shown(false)).toBe('Error: Chart.yaml file is missing\n')
  expect(await shown(true)).toBe(
    'Error: Chart.yaml file is missing\n  [CHART_LOAD]\n  hint: Add Chart.yaml or correct the path.\n',
  )
})

test('--compat helm3 words errors as Helm 3 does', async () => {
  const folder = await folderOf({ 'Chart.yaml': META, 'templates/a.yaml': '{{ .Values.a.b }}' })
  expect((await helm(folder, '--compat', 'helm3', 'template', '.')).err).toContain(
    'Error: template: c/templates/a.yaml:1:10: executing "c/templates/a.yaml" at <.Values.a.b>: nil pointer evaluating interface {}.b',
  )
  expect((await helm(folder, 'template', '.', '--compat=helm5')).err).toBe('Error: --compat is helm3 or helm4\n')
})

test('lint tells what is wrong and fails', async () => {
  const folder = await folderOf({ 'Chart.yaml': META, 'templates/a.yaml': 'a: {{ .Values.x.y }}\n' })
  const { code, out } = await helm(folder, 'lint', '.')
  expect(code).toBe(1)
  expect(out).toContain('[ERROR] templates/: ')
})

test('show prints parts of a chart', async () => {
  const folder = await folderOf(PLAIN)
  expect((await helm(folder, 'show', 'values', '.')).out).toBe(`${PLAIN['values.yaml']}\n`)
  expect((await helm(folder, 'show', 'values', '.', '--jsonpath', '{.greeting}')).out).toBe('hello')
  expect((await helm(folder, 'show', 'values', '.', '--jsonpath={.nested.list[1]}{.nested.list[*]}')).out).toBe('ba b')
})

test('dependency update fetches, checks the digest and locks', async () => {
  const index = (digest: string): string =>
    `apiVersion: v1\nentries:\n  sub:\n  - {name: sub, version: 1.2.3, digest: ${digest}, urls: [sub-1.2.3.tgz]}\n`
  const files = { '/index.yaml': { body: index(sha256(packed)) }, '/sub-1.2.3.tgz': { body: packed } }
  const { url } = await serve(files)
  const folder = await folderOf({
    ...PLAIN,
    'Chart.yaml': `${META}dependencies: [{name: sub, version: ^1.0.0, repository: "${url}"}]\n`,
  })
  expect(await helm(folder, 'dependency', 'update', '.')).toMatchObject({ code: 0, err: '' })
  expect(readdirSync(join(folder, 'charts'))).toEqual(['sub-1.2.3.tgz'])
  expect(readFileSync(join(folder, 'Chart.lock'), 'utf8')).toMatch(/version: 1\.2\.3\ndigest: sha256:[0-9a-f]{64}\n/)
  files['/index.yaml'].body = index('f'.repeat(64))
  const { code, err } = await helm(folder, 'dependency', 'update', '.')
  expect(code).toBe(1)
  expect(err).toContain(
    `digest of sub-1.2.3.tgz is ${sha256(packed)}, and the index of the repository says ${'f'.repeat(64)}`,
  )
})

test('an index without entries or with empty versions is an error or nothing, never a crash', async () => {
  const { url } = await serve({
    '/index.yaml': { body: 'apiVersion: v1\n' },
    '/b/index.yaml': { body: 'entries: {sub: [null, {version: null}]}\n' },
  })
  for (const repository of [url, `${url}/b`]) {
    const folder = await folderOf({
      ...PLAIN,
      'Chart.yaml': `${META}dependencies: [{name: sub, version: 1.2.3, repository: "${repository}"}]\n`,
    })
    expect((await helm(folder, 'dependency', 'update', '.')).code).toBe(1)
  }
})

test('an index without an end is cut off, and says how large it may be', async () => {
  const chunk = Buffer.alloc(1 << 20, '# more\n')
  let isOpen = true
  const server = createServer((_, response) => {
    response.on('close', () => {
      isOpen = false
    })
    const more = (): void => {
      while (isOpen && response.write(chunk));
      if (isOpen) response.once('drain', more)
    }
    more()
  })
  onTestFinished(() => void server.close())
  await new Promise<void>((done) => void server.listen(0, '127.0.0.1', done))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const folder = await folderOf({
    ...PLAIN,
    'Chart.yaml': `${META}dependencies: [{name: sub, version: 1.2.3, repository: "${url}"}]\n`,
  })
  const { code, err } = await helm(folder, 'dependency', 'update', '.')
  expect({ code, err }).toMatchObject({
    code: 1,
    err: expect.stringContaining(`${url}/index.yaml : it has more than 100 MiB`),
  })
  await expect.poll(() => isOpen).toBe(false)
})

test('a lock file that is a link is not written through', async () => {
  const folder = await folderOf({
    'c/Chart.yaml': `${META}dependencies: [{name: sub, version: 1.2.3, repository: "file://../sub"}]\n`,
    'sub/Chart.yaml': 'apiVersion: v2\nname: sub\nversion: 1.2.3\n',
    target: 'mine',
  })
  symlinkSync('../target', join(folder, 'c/Chart.lock'))
  expect((await helm(join(folder, 'c'), 'dependency', 'update', '.')).code).toBe(1)
  expect(readFileSync(join(folder, 'target'), 'utf8')).toBe('mine')
})

async function registry(): Promise<{ host: string; asked: string[] }> {
  const config = '{}'
  const manifest = JSON.stringify({
    schemaVersion: 2,
    config: {
      mediaType: 'application/vnd.cncf.helm.config.v1+json',
      digest: `sha256:${sha256(config)}`,
      size: config.length,
    },
    layers: [
      {
        mediaType: 'application/vnd.cncf.helm.chart.content.v1.tar+gzip',
        digest: `sha256:${sha256(packed)}`,
        size: packed.length,
      },
    ],
  })
  const type = 'application/vnd.oci.image.manifest.v1+json'
  return serve({
    '/v2/charts/sub/tags/list': { body: JSON.stringify({ name: 'charts/sub', tags: ['1.2.3', '1.0.0', 'latest'] }) },
    '/v2/charts/sub/manifests/1.2.3': { body: manifest, type },
    [`/v2/charts/sub/blobs/sha256:${sha256(packed)}`]: { body: packed },
    '/v2/charts/bad/manifests/1.2.3': { body: manifest, type },
    [`/v2/charts/bad/blobs/sha256:${sha256(packed)}`]: { body: 'other' },
  })
}

test('charts and dependencies come from registries', async () => {
  const { host } = await registry()
  const folder = await folderOf({
    ...PLAIN,
    'Chart.yaml': `${META}dependencies: [{name: sub, version: ">=1.1.0", repository: "oci://${host}/charts"}]\n`,
  })
  expect(
    (await helm(folder, 'template', 'rel', `oci://${host}/charts/sub`, '--version', '1.2.3', '--plain-http')).out,
  ).toContain('kind: Sub')
  expect(await helm(folder, 'dependency', 'update', '.', '--plain-http')).toMatchObject({ code: 0 })
  expect(existsSync(join(folder, 'charts/sub-1.2.3.tgz'))).toBe(true)
})

test('what a registry gives under another digest is refused', async () => {
  const { host } = await registry()
  const { code, err } = await helm(
    await folderOf(PLAIN),
    'template',
    `oci://${host}/charts/bad`,
    '--version',
    '1.2.3',
    '--plain-http',
  )
  expect(code).toBe(1)
  expect(err).toContain('digest')
})

test('--dry-run=server asks the cluster for its version, its APIs and what templates look up', async () => {
  const json = (body: object): { body: string; type: string } => ({
    body: JSON.stringify(body),
    type: 'application/json',
  })
  const { url } = await serve({
    '/version': json({ gitVersion: 'v1.31.2' }),
    '/apis': json({ groups: [{ versions: [{ groupVersion: 'example.org/v1' }] }] }),
    '/api/v1': json({ groupVersion: 'v1', resources: [{ name: 'secrets', kind: 'Secret', namespaced: true }] }),
    '/apis/example.org/v1': json({
      groupVersion: 'example.org/v1',
      resources: [{ name: 'things', kind: 'Thing', namespaced: true }],
    }),
    '/api/v1/namespaces/default/secrets/a': json({ kind: 'Secret', data: { next: 'b' } }),
    '/api/v1/namespaces/default/secrets/b': json({ kind: 'Secret', data: { value: 'found' } }),
  })
  const template =
    'kind: A\nversion: {{ .Capabilities.KubeVersion }}\nthings: {{ .Capabilities.APIVersions.Has "example.org/v1/Thing" }}\n' +
    '{{ $a := lookup "v1" "Secret" .Release.Namespace "a" }}value: {{ with $a.data }}{{ (lookup "v1" "Secret" "default" .next).data.value }}{{ end }}\n' +
    'none: {{ lookup "v1" "Secret" "default" "none" | toJson }}\n'
  const folder = await folderOf({ 'Chart.yaml': META, 'templates/a.yaml': template })
  const { out, err } = await helm(folder, 'template', '.', '--dry-run=server', '--kube-apiserver', url)
  expect(err).toBe('')
  expect(out).toContain('version: v1.31.2\nthings: true\nvalue: found\nnone: {}\n')
  const { code, err: reason } = await helm(
    folder,
    'template',
    '.',
    '--validate',
    '--kube-apiserver',
    'http://127.0.0.1:9',
  )
  expect(code).toBe(1)
  expect(reason).toContain("Flag --validate has been deprecated, use '--dry-run=server' instead\n")
  expect(reason).toContain('Error: cluster reachability check failed: kubernetes cluster unreachable: ')
})

const bundle = join(import.meta.dirname, '../../dist/bundle/slipway.mjs')

test.skipIf(!existsSync(bundle))('templates go a thousand includes deep, and no further', async () => {
  const deep =
    '{{ define "x" }}{{ if gt . 0 }}{{ include "x" (sub . 1) }}{{ else }}end{{ end }}{{ end }}a: {{ include "x" (int64 990) }}'
  const run = (template: string): Promise<string> =>
    folderOf({ 'Chart.yaml': META, 'templates/a.yaml': template }).then((cwd) =>
      execFileSync(process.execPath, [bundle, 'helm', 'template', '.'], { cwd, encoding: 'utf8', stdio: 'pipe' }),
    )
  expect(await run(deep)).toContain('a: end')
  await expect(run('{{ define "x" }}{{ include "x" . }}{{ end }}{{ include "x" . }}')).rejects.toThrow(
    'rendering template has a nested reference name: x: unable to execute template',
  )
})
