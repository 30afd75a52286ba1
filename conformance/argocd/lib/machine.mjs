import { randomBytes } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { createServer } from 'node:https'
import { join } from 'node:path'
import { makeCertificates } from '@slipway/apiserver'
import { Informer } from '@slipway/client'
import { hostImages } from '@slipway/images'
import { metricsApi, startNode, startProcessRunner, startReaper, startSampler, usageByGroup } from '@slipway/node'
import { systemClock } from '@slipway/objects'
import { startProxy } from '@slipway/proxy'
import { freePort } from './processes.mjs'

const NODE = 'slipway'

/** Slipway's own node, proxy and metrics on somebody else's control plane: its pods are real processes. */
export async function startMachine({ folder, client, cacheDirectory, onError }) {
  const clock = systemClock
  const pods = join(folder, 'pods')
  mkdirSync(pods, { recursive: true })
  const reaper = startReaper()
  let resolver
  const runner = await startProcessRunner({
    directory: pods,
    socket: join(folder, 'g'),
    services: () => resolver,
    reaper,
    marker: folder,
  })
  const addressOf = (ip, port) => runner.addressOf(ip, port)
  resolver = await startProxy({ client, clock, remembered: new Map(), addressOf, onError })
  const node = await startNode({
    client,
    clock,
    runner,
    images: hostImages(cacheDirectory),
    name: NODE,
    newId: () => randomBytes(32).toString('hex'),
    serviceEnv: (namespace) => resolver.serviceEnv(namespace),
  })
  // The controller that would take the taint of new nodes away also ends pods of nodes without leases, which this one has not.
  await client.patch(
    { apiVersion: 'v1', kind: 'Node', name: NODE },
    { type: 'merge', body: { spec: { taints: null } } },
  )
  const informer = new Informer(client, { apiVersion: 'v1', kind: 'Pod' }, { clock })
  await informer.start()
  const sampler = startSampler({ clock, period: 1_000, processes: () => node.processes(), usage: usageByGroup })
  const metrics = metricsApi({
    node: NODE,
    sample: () => sampler.latest(),
    labels: (namespace, name) => informer.get(`${namespace}/${name}`)?.metadata.labels,
  })
  const server = await serveMetrics(metrics)
  await announceMetrics(client, server.port)
  return {
    urls: () => resolver.urls(),
    stop: async () => {
      await server.close()
      sampler.stop()
      await informer.stop()
      await node.stop(1_000)
      await resolver.stop()
      await runner.close()
      reaper.close()
    },
  }
}

const DISCOVERY = {
  kind: 'APIResourceList',
  apiVersion: 'v1',
  groupVersion: 'metrics.k8s.io/v1beta1',
  resources: [
    { name: 'nodes', singularName: '', namespaced: false, kind: 'NodeMetrics', verbs: ['get', 'list'] },
    { name: 'pods', singularName: '', namespaced: true, kind: 'PodMetrics', verbs: ['get', 'list'] },
  ],
}

async function serveMetrics(metrics) {
  const { certificate: cert, key } = await makeCertificates()
  const answer = async (path) => {
    if (path.split('?')[0] === '/apis/metrics.k8s.io/v1beta1') return { status: 200, object: DISCOVERY }
    if (!path.startsWith('/apis/metrics.k8s.io/v1beta1/')) return { status: 404, object: {} }
    return metrics({ method: 'GET', path })
  }
  const server = createServer({ cert, key }, (request, response) => {
    void answer(request.url ?? '')
      .catch((error) => ({ status: 500, object: { message: String(error) } }))
      .then(({ status = 200, object }) => {
        response.writeHead(status, { 'content-type': 'application/json' })
        response.end(JSON.stringify(object))
      })
  })
  const port = await freePort()
  await new Promise((resolve) => server.listen(port, '127.0.0.1', resolve))
  return { port, close: () => new Promise((resolve) => server.closeAllConnections() ?? server.close(resolve)) }
}

async function announceMetrics(client, port) {
  const metadata = { name: 'metrics', namespace: 'kube-system' }
  await client.create({
    apiVersion: 'v1',
    kind: 'Service',
    metadata,
    spec: { type: 'ExternalName', externalName: 'localhost', ports: [{ port, protocol: 'TCP' }] },
  })
  await client.create({
    apiVersion: 'apiregistration.k8s.io/v1',
    kind: 'APIService',
    metadata: { name: 'v1beta1.metrics.k8s.io' },
    spec: {
      group: 'metrics.k8s.io',
      version: 'v1beta1',
      groupPriorityMinimum: 100,
      versionPriority: 100,
      insecureSkipTLSVerify: true,
      service: { ...metadata, port },
    },
  })
}
