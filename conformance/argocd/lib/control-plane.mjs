import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createClient, httpTransport } from '@slipway/client'
import { freePort, until } from './processes.mjs'

const TOKEN = 'admin-token'

/** Starts a real etcd, API server, controller manager and scheduler on loopback ports; gives a client, a kubeconfig and when the API server first answered, on the clock of `performance`. */
export async function startControlPlane({ folder, bin, group }) {
  const api = await startApiServer({ folder, bin, group })
  const { client, kubeconfig } = api
  const [managers, scheduler] = await Promise.all([freePort(), freePort()])
  group.start('kube-controller-manager', join(bin, 'kube-controller-manager'), [
    `--kubeconfig=${kubeconfig}`,
    `--service-account-private-key-file=${join(folder, 'pki', 'sa.key')}`,
    '--use-service-account-credentials=false',
    '--leader-elect=false',
    '--bind-address=127.0.0.1',
    `--secure-port=${managers}`,
    '--controllers=*,-node-lifecycle-controller',
    '--horizontal-pod-autoscaler-sync-period=2s',
  ])
  group.start('kube-scheduler', join(bin, 'kube-scheduler'), [
    `--kubeconfig=${kubeconfig}`,
    '--leader-elect=false',
    '--bind-address=127.0.0.1',
    `--secure-port=${scheduler}`,
  ])
  const account = { apiVersion: 'v1', kind: 'ServiceAccount', namespace: 'default', name: 'default' }
  await until('the controller manager', () => client.get(account))
  return api
}

/** Starts a real etcd and API server only: what answers, with nobody who acts. */
export async function startApiServer({ folder, bin, group }) {
  const pki = join(folder, 'pki')
  mkdirSync(pki, { recursive: true })
  execFileSync('openssl', ['genrsa', '-out', join(pki, 'sa.key'), '2048'], { stdio: 'ignore' })
  execFileSync('openssl', ['rsa', '-in', join(pki, 'sa.key'), '-pubout', '-out', join(pki, 'sa.pub')], {
    stdio: 'ignore',
  })
  writeFileSync(join(pki, 'tokens.csv'), `${TOKEN},admin,admin,"system:masters"\n`)
  const [store, peer, secure] = await Promise.all(Array.from({ length: 3 }, freePort))
  group.start('etcd', join(bin, 'etcd'), [
    `--data-dir=${join(folder, 'etcd')}`,
    `--listen-client-urls=http://127.0.0.1:${store}`,
    `--advertise-client-urls=http://127.0.0.1:${store}`,
    `--listen-peer-urls=http://127.0.0.1:${peer}`,
    `--initial-advertise-peer-urls=http://127.0.0.1:${peer}`,
    `--initial-cluster=default=http://127.0.0.1:${peer}`,
  ])
  group.start('kube-apiserver', join(bin, 'kube-apiserver'), [
    `--etcd-servers=http://127.0.0.1:${store}`,
    '--bind-address=127.0.0.1',
    `--secure-port=${secure}`,
    `--cert-dir=${pki}`,
    '--service-account-issuer=https://kubernetes.default.svc',
    `--service-account-key-file=${join(pki, 'sa.pub')}`,
    `--service-account-signing-key-file=${join(pki, 'sa.key')}`,
    '--service-cluster-ip-range=10.96.0.0/16',
    `--token-auth-file=${join(pki, 'tokens.csv')}`,
    '--authorization-mode=RBAC',
    '--allow-privileged=true',
  ])
  const server = `https://127.0.0.1:${secure}`
  const kubeconfig = join(folder, 'kubeconfig')
  writeFileSync(kubeconfig, JSON.stringify(configOf(server)))
  const client = createClient(httpTransport({ server, token: TOKEN, insecureSkipTlsVerify: true }), {
    userAgent: 'conformance',
  })
  const ready = () =>
    client.raw({ method: 'GET', path: '/readyz', accept: 'text/plain' }).then(({ status }) => status === 200)
  await until('the API server', ready)
  const answered = performance.now()
  return { client, kubeconfig, server, token: TOKEN, answered }
}

function configOf(server) {
  return {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'c', cluster: { server, 'insecure-skip-tls-verify': true } }],
    users: [{ name: 'u', user: { token: TOKEN } }],
    contexts: [{ name: 'c', context: { cluster: 'c', user: 'u', namespace: 'argocd' } }],
    'current-context': 'c',
  }
}
