import { createWriteStream } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { startPlatform } from '@slipway/cluster'
import { openState } from '@slipway/state'
import { listen, makeCertificates, startApiServer } from '@slipway/apiserver'
import { createClient } from '@slipway/client'
import { startControllers } from '@slipway/controllers'
import { keepLease, startReaper } from '@slipway/node'
import { formatTime, systemClock } from '@slipway/objects'
import { openMemoryStore } from '@slipway/store'

const TOKEN = 'conformance'

/** Starts our API server with all controllers and one ready node without pods; writes a kubeconfig into a folder. */
export async function startCluster(folder) {
  const api = await startApiServer({ store: openMemoryStore() })
  const certificates = await makeCertificates()
  const authentication = { adminToken: TOKEN, tokens: api.tokens, now: () => Date.now() / 1000 }
  const listener = await listen({ handle: api.handle, upgrade: api.upgrade, certificates, authentication })
  const client = createClient(api.handle, { userAgent: 'kube-controller-manager' })
  const manager = await startControllers({ client, ca: certificates.ca })
  await addNode(client)
  const stopLease = await keepLease(client, { name: 'n1', clock: systemClock })
  const kubeconfig = join(folder, 'kubeconfig')
  await writeFile(kubeconfig, JSON.stringify(configOf(listener.url, certificates.ca)))
  return {
    kubeconfig,
    stop: async () => {
      stopLease()
      await listener.close()
      await manager.stop()
      await api.stop()
    },
  }
}

/** Starts the whole platform, whose node runs pods as processes, with images by the names of the tests. */
export async function startPods(folder, images) {
  const state = await openState(join(folder, 'state'))
  const failures = createWriteStream(join(folder, 'platform.log'))
  const onError = (message) => failures.write(`${new Date().toISOString()} ${message}\n`)
  const marker = `e2e-${process.pid}`
  const reaper = startReaper({ marker })
  const platform = await startPlatform({ state, clock: systemClock, images, reaper, marker, onError })
  const { certificates, adminToken } = state.secrets
  const kubeconfig = join(folder, 'kubeconfig')
  await writeFile(kubeconfig, JSON.stringify(configOf(platform.server, certificates.ca, adminToken)))
  const stop = async () => {
    await platform.stop(1_000)
    reaper.close()
  }
  return { kubeconfig, client: platform.client, stop }
}

async function addNode(client) {
  const node = { apiVersion: 'v1', kind: 'Node' }
  const at = formatTime(Date.now())
  const ready = { type: 'Ready', status: 'True', reason: 'KubeletReady', message: 'kubelet is posting ready status' }
  const resources = { cpu: '64', memory: '256Gi', pods: '500' }
  const status = {
    capacity: resources,
    allocatable: resources,
    addresses: [{ type: 'InternalIP', address: '10.244.0.1' }],
    conditions: [{ ...ready, lastHeartbeatTime: at, lastTransitionTime: at }],
  }
  await client.create({ ...node, metadata: { name: 'n1', labels: { 'kubernetes.io/os': 'linux' } }, spec: {} })
  await client.patch({ ...node, name: 'n1', subresource: 'status' }, { type: 'merge', body: { status } })
}

function configOf(server, ca, token = TOKEN) {
  return {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'c', cluster: { server, 'certificate-authority-data': Buffer.from(ca).toString('base64') } }],
    users: [{ name: 'u', user: { token } }],
    contexts: [{ name: 'c', context: { cluster: 'c', user: 'u' } }],
    'current-context': 'c',
  }
}
