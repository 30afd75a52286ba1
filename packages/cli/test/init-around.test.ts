import { execFile } from 'node:child_process'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { eventually } from '@slipway/testkit'
import { auditWorkflow, parseWorkflow } from '@slipway/workflows'
import { describe, expect, onTestFinished, test } from 'vitest'
import { Sandbox } from './slipway.ts'

const LONG = 240_000

// As `express()` is wired, on Node's own server: no registry is asked in a test.
const SERVER = `const { createServer } = require('node:http')
const routes = new Map()
const app = { get: (path, handler) => routes.set(path, handler) }
app.get('/', (request, response) => response.end('hello from ' + process.env.ENVIRONMENT + '\\n'))
app.get('/api/health', (request, response) => response.end('fine'))
createServer((request, response) => {
  const handler = routes.get(request.url)
  if (handler) return handler(request, response)
  response.statusCode = 404
  response.end()
}).listen(process.env.PORT || 3000)
`
const DOCKERFILE = `FROM node:24-slim
WORKDIR /app
COPY package.json server.js ./
EXPOSE 3000
CMD ["node", "server.js"]
`
const APP = {
  Dockerfile: DOCKERFILE,
  'package.json': '{"name":"express","version":"1.0.0","scripts":{"test":"true"}}\n',
  'server.js': SERVER,
  'README.md': 'mine\n',
}

const CHART = {
  'charts/web/Chart.yaml': 'apiVersion: v2\nname: web\nversion: 1.0.0\nappVersion: "7"\n',
  'charts/web/values.yaml':
    'replicas: 2\nimage:\n  repository: registry.example.com/team/web\n  tag: ""\n  digest: ""\n',
  'charts/web/values-prod.yaml': 'replicas: 3\n',
  'charts/web/templates/all.yaml': `apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ .Release.Name }}
spec:
  replicas: {{ .Values.replicas }}
  selector:
    matchLabels: {app: {{ .Release.Name }}}
  template:
    metadata:
      labels: {app: {{ .Release.Name }}}
    spec:
      containers:
        - name: web
          image: "{{ .Values.image.repository }}{{ with .Values.image.digest }}@{{ . }}{{ else }}:{{ .Values.image.tag | default .Chart.AppVersion }}{{ end }}"
          ports: [{containerPort: 3000}]
          readinessProbe:
            httpGet: {path: /api/health, port: 3000}
---
apiVersion: v1
kind: Service
metadata:
  name: {{ .Release.Name }}
spec:
  selector: {app: {{ .Release.Name }}}
  ports: [{port: 80, targetPort: 3000}]
`,
}

async function repository(
  files: Readonly<Record<string, string>>,
  remote = 'git@github.com:Acme/Express.git',
): Promise<Sandbox> {
  const sandbox = await Sandbox.empty()
  onTestFinished(() => sandbox.remove())
  await sandbox.git('init', '--quiet', '--initial-branch=main')
  await sandbox.git('remote', 'add', 'origin', remote)
  await fill(sandbox, files)
  return sandbox
}

async function fill(sandbox: Sandbox, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(sandbox.directory, path)), { recursive: true })
    await writeFile(join(sandbox.directory, path), text)
  }
}

// What it says to do next, done, but for the last line, which runs until Ctrl-C.
async function goOn(sandbox: Sandbox, printed: string): Promise<void> {
  const steps = printed
    .slice(printed.indexOf('\nnext:\n') + 7)
    .trim()
    .split('\n')
  expect(steps.at(-1)?.trim()).toBe('slipway up --trust')
  for (const step of steps.slice(0, -1).flatMap((line) => line.trim().split(' && '))) {
    const [, ...words] = [...step.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '')
    await sandbox.git(...words)
  }
}

const read = (sandbox: Sandbox, path: string): Promise<string> => readFile(join(sandbox.directory, path), 'utf8')

async function audited(sandbox: Sandbox): Promise<string[]> {
  const paths = (await sandbox.git('ls-files', '.github/workflows')).split('\n')
  const findings = await Promise.all(
    paths.map(async (path) => {
      const text = await read(sandbox, path)
      const { workflow, diagnostics } = parseWorkflow(text, path)
      if (workflow === undefined) return diagnostics.map(({ message }) => `${path}: ${message}`)
      return auditWorkflow(text, path).map((finding) => `${path}: ${JSON.stringify(finding)}`)
    }),
  )
  return findings.flat()
}

// What is no source of the image does not change its hash.
async function checkScripts(sandbox: Sandbox): Promise<void> {
  const bash = async (...args: string[]): Promise<string> =>
    (await promisify(execFile)('bash', args, { cwd: sandbox.directory, env: sandbox.env })).stdout.trim()
  for (const script of (await sandbox.git('ls-files', '.github/scripts')).split('\n')) await bash('-n', script)
  const before = await bash('.github/scripts/sources.sh', 'HEAD')
  expect(before).toMatch(/^[0-9a-f]{40}$/)
  await sandbox.edit('deploy/environments/staging/image.yaml', 'commit: ""', `commit: "${'0'.repeat(40)}"`)
  expect(await bash('.github/scripts/sources.sh', 'HEAD')).toBe(before)
  await sandbox.edit('server.js', 'fine', 'very fine')
  expect(await bash('.github/scripts/sources.sh', 'HEAD')).not.toBe(before)
}

describe('slipway init around an Express app with its Dockerfile', { timeout: LONG }, () => {
  test(
    'finds its port and its health route, changes nothing of it, and ends in up Healthy on its own branches',
    async () => {
      const sandbox = await repository(APP)
      await sandbox.commit('My app')
      const { code, stdout, stderr } = await sandbox.slipway('init')
      expect([code, stderr]).toEqual([0, ''])
      expect(stdout).toContain('port 3000 (EXPOSE of Dockerfile), ready when: GET /api/health (server.js)')
      for (const [path, text] of Object.entries(APP)) expect(await read(sandbox, path)).toBe(text)
      expect(await read(sandbox, 'deploy/chart/values.yaml')).toContain('repository: ghcr.io/acme/express')
      await goOn(sandbox, stdout)
      expect((await sandbox.slipway('init')).stdout).toContain('wrote 0 files')
      expect(await sandbox.git('status', '--porcelain')).toBe('')
      const texts = await sandbox
        .git('grep', '--word-regexp', '--extended-regexp', 'shop|master|9090|app/')
        .catch(() => '')
      expect(texts).toBe('')
      expect(await audited(sandbox)).toEqual([])
      await checkScripts(sandbox)
      const digest = `image.digest=sha256:${'1'.repeat(64)}`
      const lint = await sandbox.slipway('helm', 'lint', '--strict', 'deploy/chart', '--set', digest)
      expect([lint.code, lint.stdout]).toEqual([0, expect.stringContaining('0 chart(s) failed')])
      const { environments } = await sandbox.up()
      expect(environments.map(({ name, branch, health }) => [name, branch, health])).toEqual([
        ['production', 'main', 'Healthy'],
        ['staging', 'stg', 'Healthy'],
      ])
      const { url, images } = await sandbox.environment('staging')
      expect(await (await fetch(url)).text()).toBe('hello from staging\n')
      expect(images[0]?.name).toBe('ghcr.io/acme/express')
    },
    LONG,
  )

  test('goes to the branches that are there', async () => {
    const sandbox = await repository(APP)
    await sandbox.commit('My app')
    await sandbox.git('checkout', '--quiet', '-b', 'develop')
    const { stdout } = await sandbox.slipway('init')
    expect(await read(sandbox, 'argocd/applications/staging.yaml')).toContain('targetRevision: develop')
    expect(await read(sandbox, 'argocd/root.yaml')).toContain('targetRevision: main')
    expect(await read(sandbox, '.github/workflows/release.yaml')).toContain('branches: [develop]')
    expect(stdout).toContain('git checkout main\n')
    expect(stdout).toContain('git checkout develop && git merge main\n')
  })

  test.each([
    [
      'a server that listens where it wants to',
      { 'server.js': 'http.createServer().listen(4000)' },
      '4000 (server.js)',
      'open port',
    ],
    [
      'a HEALTHCHECK',
      { Dockerfile: `${DOCKERFILE}HEALTHCHECK CMD curl -f http://localhost:3000/up || exit 1\n` },
      '3000 (EXPOSE of Dockerfile)',
      'GET /up (HEALTHCHECK of Dockerfile)',
    ],
    [
      'a port of the environment',
      { Dockerfile: 'FROM node:24\nENV PORT=5000\nCOPY . .\nCMD ["node", "server.js"]\n' },
      '5000 (ENV PORT of Dockerfile)',
      'GET /api/health (server.js)',
    ],
    [
      'a fallback in the sources',
      { Dockerfile: 'FROM node:24\nCOPY . .\nCMD ["node", "server.js"]\n' },
      '3000 (server.js)',
      'GET /api/health (server.js)',
    ],
  ])('reads %s', async (_, files, port, probe) => {
    const sandbox = await repository({ ...APP, ...files })
    const { stdout } = await sandbox.slipway('init')
    expect(stdout).toContain(`port ${port}, ready when: ${probe}`)
  })

  test.each([
    ['a service without a Dockerfile', { 'package.json': '{}' }, 'no Dockerfile'],
    [
      'several Dockerfiles',
      { 'a/Dockerfile': 'FROM node:24\n', 'b/Dockerfile': 'FROM node:24\n' },
      'a/Dockerfile, b/Dockerfile',
    ],
  ])('refuses %s, and changes nothing', async (_, files, words) => {
    const sandbox = await repository(files)
    const { code, stderr } = await sandbox.slipway('init')
    expect([code, stderr]).toEqual([1, expect.stringContaining(words)])
    expect(stderr).toContain('[CLI_DOCKERFILE]')
    expect((await sandbox.git('ls-files', '--others')).split('\n').sort()).toEqual(Object.keys(files).sort())
  })
})

describe('slipway init in a repository with its own chart', { timeout: LONG }, () => {
  test(
    'points Applications to it, wires its image, changes nothing of it, and ends in up Healthy',
    async () => {
      const mine = { ...APP, ...CHART }
      const sandbox = await repository(mine)
      const { code, stdout, stderr } = await sandbox.slipway('init')
      expect([code, stderr]).toEqual([0, ''])
      expect(stdout).toContain('Dockerfile builds ghcr.io/acme/express, which charts/web runs')
      await goOn(sandbox, stdout)
      for (const [path, text] of Object.entries(mine)) expect(await read(sandbox, path)).toBe(text)
      expect(await sandbox.git('ls-files', 'deploy')).not.toContain('deploy/chart/')
      expect((await sandbox.slipway('init')).stdout).toContain('wrote 0 files')
      expect(await sandbox.git('status', '--porcelain')).toBe('')
      expect(await audited(sandbox)).toEqual([])
      const { environments } = await sandbox.up()
      expect(environments.map(({ name, health, pods }) => [name, health, pods.length])).toEqual([
        ['production', 'Healthy', 3],
        ['staging', 'Healthy', 2],
      ])
      const { url, images } = await sandbox.environment('production')
      await eventually(async () => expect((await fetch(url)).status).toBe(200), { within: 10_000 })
      const rendered = await sandbox.slipway('render', 'production')
      expect(rendered.stdout).toContain(`image: ghcr.io/acme/express@${images[0]?.digest}`)
      // The chart has taken the digest itself: nothing had to be put in its place.
      expect(rendered.stdout).not.toContain('slipway/images')
    },
    LONG,
  )

  test(
    'that knows only a tag gets no release workflow, says so, and comes up all the same',
    async () => {
      const template = CHART['charts/web/templates/all.yaml'].replace(
        /image: ".*"/,
        'image: "{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}"',
      )
      const sandbox = await repository({ ...APP, ...CHART, 'charts/web/templates/all.yaml': template })
      const { code, stdout } = await sandbox.slipway('init')
      expect(code).toBe(0)
      expect(stdout).toContain('it takes no image.digest, so no workflow')
      expect(stdout).not.toContain('.github/')
      await goOn(sandbox, stdout)
      await sandbox.up()
      expect((await sandbox.environment('staging')).images[0]?.name).toBe('ghcr.io/acme/express')
    },
    LONG,
  )

  const values = (text: string): Record<string, string> => ({ ...APP, ...CHART, 'charts/web/values.yaml': text })
  test.each([
    ['no Dockerfile', CHART, 'no Dockerfile builds what it runs'],
    [
      'several charts',
      { ...APP, ...CHART, 'charts/other/Chart.yaml': 'apiVersion: v2\nname: b\nversion: 1.0.0\n' },
      'charts/other, charts/web',
    ],
    ['no image in its values', values('replicas: 2\n'), 'has neither image.repository nor image'],
    [
      'a registry apart',
      values('image:\n  registry: docker.io\n  repository: a/b\n'),
      'image.registry and image.repository',
    ],
    [
      'several images',
      values('web:\n  image:\n    repository: a\nworker:\n  image:\n    repository: b\n'),
      'web.image.repository, worker.image.repository',
    ],
    [
      'an image that its values do not name',
      {
        ...APP,
        ...CHART,
        'charts/web/templates/all.yaml':
          'apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: a, image: nginx}]}\n',
      },
      'it renders nginx',
    ],
    [
      'a chart that does not render',
      { ...APP, ...CHART, 'charts/web/templates/b.yaml': '{{ .Values.a.b.c }}' },
      'does not render with its own values',
    ],
  ])('refuses %s by name, and changes nothing', async (_, files, words) => {
    const sandbox = await repository(files)
    const { code, stderr } = await sandbox.slipway('init')
    expect([code, stderr]).toEqual([1, expect.stringContaining(words)])
    expect(stderr).toContain('[CLI_OWN_CHART]')
    expect((await sandbox.git('ls-files', '--others')).split('\n').sort()).toEqual(Object.keys(files).sort())
  })
})
