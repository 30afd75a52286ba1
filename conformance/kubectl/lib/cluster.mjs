import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { listen, makeCertificates, startApiServer } from '@slipway/apiserver'
import { argoDefinitions } from '@slipway/argo'
import { createClient } from '@slipway/client'
import { startControllers } from '@slipway/controllers'
import { openMemoryStore } from '@slipway/store'
import { recordedNode, startStandIn } from './node.mjs'

const TOKEN = 'conformance'

// What was in the recorded cluster before the commands ran, as far as they show it.
const NAMESPACES =
  'argocd cascade child-one child-two degraded denied empty helm hookfail ignore manual multi noheal options owners plain rejected unkfield waves'

/** Starts our API server with all controllers and a node of ready pods; writes a kubeconfig into a folder. */
export async function startCluster(folder) {
  const api = await startApiServer({ store: openMemoryStore() })
  const certificates = await makeCertificates()
  const authentication = { adminToken: TOKEN, tokens: api.tokens, now: () => Date.now() / 1000 }
  const listener = await listen({ handle: api.handle, certificates, authentication })
  const client = createClient(api.handle, { userAgent: 'conformance' })
  const manager = await startControllers({ client, ca: certificates.ca })
  const standIn = await startStandIn(client)
  for (const object of argoDefinitions()) await client.create(object)
  for (const name of NAMESPACES.split(' '))
    await client.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } })
  await client.create(recordedNode())
  const kubeconfig = join(folder, 'kubeconfig')
  await writeFile(kubeconfig, JSON.stringify(configOf(listener.url, certificates.ca)))
  return {
    kubeconfig,
    client,
    stop: async () => {
      await listener.close()
      await standIn.stop()
      await manager.stop()
      await api.stop()
    },
  }
}

function configOf(server, ca) {
  const data = Buffer.from(ca).toString('base64')
  return {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'c', cluster: { server, 'certificate-authority-data': data } }],
    users: [{ name: 'u', user: { token: TOKEN } }],
    contexts: [{ name: 'c', context: { cluster: 'c', user: 'u' } }],
    'current-context': 'c',
  }
}
