import { spawn, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { listen, makeCertificates, startApiServer } from '@slipway/apiserver'
import { createClient } from '@slipway/client'
import { startControllers } from '@slipway/controllers'
import { type LocalImage, type NodeAgent, type Pod, startNode, startProcessRunner, startReaper } from '@slipway/node'
import { type KubeObject, systemClock } from '@slipway/objects'
import { openMemoryStore } from '@slipway/store'
import { eventually, temporaryDirectory } from '@slipway/testkit'
import { describe, expect, onTestFinished, test } from 'vitest'
import { findKubectl } from '../../../conformance/kubectl/lib/kubectl.mjs'
import { podStreams } from '../src/streams.ts'

const kubectl = findKubectl()
const TOKEN = 'kubectl'
// Ends when a line comes, with what it got.
const ASK = `console.log('ready'); process.stdin.once('data', (data) => { console.log('got ' + String(data).trim()); process.exit(7) })
process.stdin.on('end', () => { console.log('end of input'); process.exit(0) })`

interface Ran {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

// The API over TLS, controllers, and a node with real processes.
async function cluster() {
  const directory = await temporaryDirectory()
  const links: { node?: NodeAgent } = {}
  const reaper = startReaper()
  const runner = await startProcessRunner({
    directory: join(directory, 'pods'),
    socket: join(directory, 'gateway'),
    services: () => undefined,
    reaper,
    marker: 'kubectl-test',
  })
  const api = await startApiServer({
    store: openMemoryStore<KubeObject>(),
    streams: podStreams({ node: () => links.node, locate: (ip, port) => runner.locate(ip, port) }),
    extensions: {
      logs: async (pod, query, signal) => (links.node as NodeAgent).logs(pod as Pod, query, signal),
    },
  })
  const certificates = await makeCertificates()
  const authentication = { adminToken: TOKEN, tokens: api.tokens, now: () => Date.now() / 1000 }
  const listener = await listen({ handle: api.handle, upgrade: api.upgrade, certificates, authentication })
  const client = createClient(api.handle, { userAgent: 'test' })
  const manager = await startControllers({ client, ca: 'PEM', clock: systemClock })
  const rootfs = join(directory, 'image')
  await mkdir(join(rootfs, 'app'), { recursive: true })
  await writeFile(join(rootfs, 'app/main.js'), ASK)
  const image: LocalImage = {
    id: 'ask@sha256:0',
    rootfs,
    entrypoint: ['node'],
    cmd: ['main.js'],
    env: [],
    workingDir: '/app',
  }
  const newId = (): string => randomBytes(32).toString('hex')
  const node = await startNode({ client, clock: systemClock, runner, images: { find: async () => image }, newId })
  links.node = node
  onTestFinished(async () => {
    await node.stop(100)
    await manager.stop()
    await runner.close()
    reaper.close()
    await listener.close()
    await api.stop()
  })
  await eventually(() =>
    client.get({ apiVersion: 'v1', kind: 'ServiceAccount', namespace: 'default', name: 'default' }),
  )
  const kubeconfig = join(directory, 'kubeconfig')
  await writeFile(kubeconfig, configOf(listener.url, certificates.ca))
  return { client, kubeconfig, run: (args: readonly string[], input = '') => start(kubeconfig, args, input) }
}

function configOf(server: string, ca: string): string {
  const authority = Buffer.from(ca).toString('base64')
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'c', cluster: { server, 'certificate-authority-data': authority } }],
    users: [{ name: 'u', user: { token: TOKEN } }],
    contexts: [{ name: 'c', context: { cluster: 'c', user: 'u' } }],
    'current-context': 'c',
  })
}

function start(kubeconfig: string, args: readonly string[], input: string): Promise<Ran> {
  const child = spawn(kubectl.path ?? '', args, { env: { ...process.env, KUBECONFIG: kubeconfig } })
  onTestFinished(() => void child.kill())
  const said = { stdout: '', stderr: '' }
  child.stdout.on('data', (chunk) => (said.stdout += String(chunk)))
  child.stderr.on('data', (chunk) => (said.stderr += String(chunk)))
  child.stdin.end(input)
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, ...said })))
}

describe.skipIf(kubectl.path === undefined)('real kubectl', () => {
  test('run --rm -i gives the program its input and ends with it', async () => {
    const { run } = await cluster()
    const answer = await run(
      ['run', 'x', '--image=ask', '--restart=Never', '--rm', '-i', '--pod-running-timeout=20s'],
      'hello\n',
    )
    expect(answer.stdout).toContain('got hello')
    expect(answer.stdout).toContain('pod "x" deleted')
    expect(answer.code).toBe(7)
  })

  test('logs -f follows to the end, attach -i writes, exec tells both outputs', async () => {
    const { client, run } = await cluster()
    const containers = [{ name: 'main', image: 'ask', stdin: true }]
    const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p', namespace: 'default' } }
    await client.create({ ...pod, spec: { restartPolicy: 'Never', containers } })
    await eventually(async () => expect((await run(['logs', 'p'])).stdout).toBe('ready\n'))
    const followed = run(['logs', '-f', 'p'])
    expect(await run(['exec', 'p', '--', 'sh', '-c', 'echo out; echo err >&2'])).toEqual({
      code: 0,
      stdout: 'out\n',
      stderr: 'err\n',
    })
    const attached = await run(['attach', '-i', '-q', 'p'], 'word\n')
    expect(attached).toMatchObject({ code: 0, stdout: 'got word\n' })
    expect(await followed).toEqual({ code: 0, stdout: 'ready\ngot word\n', stderr: '' })
    expect(await run(['logs', '-f', '--tail=1', 'p'])).toEqual({ code: 0, stdout: 'got word\n', stderr: '' })
  })

  // `script` gives kubectl a real terminal, as a user has one.
  test.skipIf(process.platform !== 'linux' || spawnSync('script', ['--version']).status !== 0)(
    'exec -it is a session of lines, and says that there is no terminal',
    async () => {
      const { client, kubeconfig, run } = await cluster()
      const containers = [{ name: 'main', image: 'ask', stdin: true }]
      const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p', namespace: 'default' } }
      await client.create({ ...pod, spec: { containers } })
      await eventually(async () => expect((await run(['logs', 'p'])).stdout).toBe('ready\n'))
      const env = { ...process.env, KUBECONFIG: kubeconfig }
      const child = spawn('script', ['-qec', `${kubectl.path} exec -it p -- sh`, '/dev/null'], { env })
      onTestFinished(() => void child.kill())
      let screen = ''
      child.stdout.on('data', (chunk) => (screen += String(chunk)))
      await eventually(() => expect(screen).toContain('slipway: pods have no terminal here'))
      child.stdin.write('echo $((20+3)); echo wrong >&2\r')
      await eventually(() => expect(screen).toMatch(/echo wrong >&2\r\n(23\r\nwrong|wrong\r\n23)\r\n/))
      child.stdin.write('exit 5\r')
      const code = await new Promise((resolve) => child.once('close', resolve))
      expect([code, screen.trim().split('\r\n').at(-1)]).toEqual([5, 'command terminated with exit code 5'])
    },
  )
})
