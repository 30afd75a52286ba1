import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { connect, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { listen, makeCertificates, type PodStreams, startApiServer } from '@slipway/apiserver'
import type { KubeObject } from '@slipway/objects'
import { openMemoryStore } from '@slipway/store'
import { eventually, temporaryDirectory } from '@slipway/testkit'
import { expect, onTestFinished, test } from 'vitest'
import { findKubectl, runKubectl } from '../lib/kubectl.mjs'

const kubectl = findKubectl()
const path = kubectl.path ?? ''
const why = kubectl.path === undefined ? ` (skipped: ${kubectl.missing})` : ''
const TOKEN = 'conformance'

// Processes and ports of this machine stand for those of a node.
const streams: PodStreams = {
  exec: async (_pod, { command: [program = 'false', ...values] }) => {
    const child = spawn(program, values)
    const exited = once(child, 'close').then(([code]) => Number(code))
    return { stdin: child.stdin, stdout: child.stdout, stderr: child.stderr, exited, kill: () => child.kill() }
  },
  attach: (pod, wanted) => streams.exec(pod, wanted),
  dial: async (_pod, port) => {
    const socket = connect(port, '127.0.0.1')
    await once(socket, 'connect')
    return socket
  },
}

async function cluster(): Promise<{ cwd: string; kubeconfig: string }> {
  const api = await startApiServer({ store: openMemoryStore<KubeObject>(), streams })
  const certificates = await makeCertificates()
  const authentication = { adminToken: TOKEN, tokens: api.tokens, now: () => Date.now() / 1000 }
  const listener = await listen({ handle: api.handle, upgrade: api.upgrade, certificates, authentication })
  onTestFinished(async () => {
    await listener.close()
    await api.stop()
  })
  const root = '/api/v1/namespaces/default'
  await api.handle({ method: 'POST', path: `${root}/serviceaccounts`, body: { metadata: { name: 'default' } } })
  const spec = { containers: [{ name: 'c', image: 'i' }] }
  await api.handle({ method: 'POST', path: `${root}/pods`, body: { metadata: { name: 'p' }, spec } })
  const patch = {
    status: { phase: 'Running', containerStatuses: [{ name: 'c', ready: true, state: { running: {} } }] },
  }
  const contentType = 'application/merge-patch+json'
  await api.handle({ method: 'PATCH', path: `${root}/pods/p/status`, contentType, body: patch })
  const cwd = await temporaryDirectory()
  const kubeconfig = join(cwd, 'kubeconfig')
  const authority = Buffer.from(certificates.ca).toString('base64')
  await writeFile(
    kubeconfig,
    JSON.stringify({
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [{ name: 'c', cluster: { server: listener.url, 'certificate-authority-data': authority } }],
      users: [{ name: 'u', user: { token: TOKEN } }],
      contexts: [{ name: 'c', context: { cluster: 'c', user: 'u' } }],
      'current-context': 'c',
    }),
  )
  return { cwd, kubeconfig }
}

test.skipIf(path === '')(`kubectl exec brings output and exit code back${why}`, async () => {
  const place = await cluster()
  const answer = await runKubectl(path, ['exec', 'p', '--', 'sh', '-c', 'echo out; echo err >&2; exit 9'], place)
  expect(answer).toEqual({ code: 9, stdout: 'out\n', stderr: 'err\ncommand terminated with exit code 9\n' })
})

test.skipIf(path === '')(`kubectl port-forward carries HTTP through the tunnel${why}`, async () => {
  const { cwd, kubeconfig } = await cluster()
  const web = createServer((request, response) => response.end(`${request.url} ${'x'.repeat(200_000)}`))
  web.listen(0, '127.0.0.1')
  await once(web, 'listening')
  onTestFinished(() => void web.close())
  const { port } = web.address() as AddressInfo
  const env = { ...process.env, KUBECONFIG: kubeconfig, HOME: cwd }
  const child = spawn(path, ['port-forward', 'pod/p', `:${port}`, '-v=6'], { env })
  onTestFinished(() => void child.kill())
  let said = ''
  child.stdout.on('data', (chunk) => (said += String(chunk)))
  child.stderr.on('data', (chunk) => (said += String(chunk)))
  const local = await eventually(() => {
    const found = /Forwarding from 127\.0\.0\.1:(\d+)/.exec(said)?.[1]
    expect(found).toBeDefined()
    return found
  })
  const texts = await Promise.all(
    ['/a', '/b', '/c'].map(async (route) => (await fetch(`http://127.0.0.1:${local}${route}`)).text()),
  )
  expect(texts.map((text) => [text.slice(0, 2), text.length])).toEqual(['/a', '/b', '/c'].map((at) => [at, 200_003]))
  expect(said).not.toMatch(/fallback to (secondary|SPDY)/i)
  expect(said).not.toContain('error forwarding')
})
