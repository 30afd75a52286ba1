import { type ChildProcess, spawn } from 'node:child_process'
import { generateKeyPairSync } from 'node:crypto'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { eventually } from '@slipway/testkit'
import { expect } from 'vitest'
import { type Run, run, temporary, tool } from './starter.ts'

/** A real Kubernetes API without controllers: objects go through its validation and admission, and stay as they are. */
export interface RealApi {
  /** The path of a kubeconfig for it. */
  readonly kubeconfig: string
  kubectl(args: readonly string[], input?: string): Promise<Run>
  stop(): Promise<void>
}

const [etcd, apiserver, kubectl] = ['etcd', 'kube-apiserver', 'kubectl'].map((name) => tool(name))

/** Whether its programs are on this machine. */
export const hasRealApi = Boolean(etcd && apiserver && kubectl)

export async function startRealApi(): Promise<RealApi> {
  const directory = temporary()
  const [client, peer, port] = await Promise.all([freePort(), freePort(), freePort()])
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  writeFileSync(join(directory, 'sa.key'), privateKey.export({ type: 'pkcs1', format: 'pem' }))
  writeFileSync(join(directory, 'sa.pub'), publicKey.export({ type: 'spki', format: 'pem' }))
  writeFileSync(join(directory, 'tokens.csv'), 'admin-token,admin,admin,"system:masters"\n')
  const url = (at: number): string => `http://127.0.0.1:${at}`
  const etcdFlags = `--data-dir etcd --listen-client-urls ${url(client)} --advertise-client-urls ${url(client)}
    --listen-peer-urls ${url(peer)} --initial-advertise-peer-urls ${url(peer)} --initial-cluster default=${url(peer)}`
  // Without the plug-in ServiceAccount: nobody makes the default account of a namespace here.
  const apiserverFlags = `--etcd-servers=${url(client)} --bind-address=127.0.0.1 --secure-port=${port} --cert-dir=pki
    --service-account-issuer=https://kubernetes.default.svc --service-account-key-file=sa.pub
    --service-account-signing-key-file=sa.key --service-cluster-ip-range=10.96.0.0/16 --token-auth-file=tokens.csv
    --authorization-mode=RBAC --disable-admission-plugins=ServiceAccount`
  const started = [start(etcd, directory, etcdFlags), start(apiserver, directory, apiserverFlags)]
  const kubeconfig = join(directory, 'kubeconfig')
  writeFileSync(kubeconfig, kubeconfigOf(port))
  const common = [
    `--server=https://127.0.0.1:${port}`,
    '--token=admin-token',
    '--insecure-skip-tls-verify',
    `--cache-dir=${join(directory, 'cache')}`,
  ]
  const call = (args: readonly string[], input = ''): Promise<Run> =>
    run(kubectl ?? '', [...args, ...common], { input, env: { PATH: process.env['PATH'], HOME: directory } })
  await eventually(async () => expect((await call(['get', '--raw', '/readyz'])).stdout).toBe('ok'), {
    within: 60_000,
    every: 250,
  })
  return { kubeconfig, kubectl: call, stop: () => stop(started) }
}

function kubeconfigOf(port: number): string {
  const cluster = { server: `https://127.0.0.1:${port}`, 'insecure-skip-tls-verify': true }
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'real', cluster }],
    users: [{ name: 'admin', user: { token: 'admin-token' } }],
    contexts: [{ name: 'real', context: { cluster: 'real', user: 'admin' } }],
    'current-context': 'real',
  })
}

function start(program: string | undefined, cwd: string, flags: string): ChildProcess {
  return spawn(program ?? '', flags.split(/\s+/), { cwd, stdio: 'ignore' })
}

async function stop(started: readonly ChildProcess[]): Promise<void> {
  for (const child of [...started].reverse()) {
    if (child.exitCode !== null) continue
    child.kill('SIGKILL')
    await once(child, 'exit')
  }
}

async function freePort(): Promise<number> {
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
