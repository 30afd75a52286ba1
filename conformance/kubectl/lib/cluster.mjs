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

// Deployments of plain pods that the node already ran, by namespace: name and replicas.
const RUNNING = {
  default: ['web', 3],
  degraded: ['web', 2],
  helm: ['helm', 2],
  ignore: ['web', 4],
  manual: ['web', 2],
  multi: ['multi', 2],
  noheal: ['web', 4],
  options: ['web', 2],
  plain: ['web', 2],
  unkfield: ['web', 2],
  waves: ['web', 2],
}

// None of the recorded commands saw the autoscaler at work.
const AUTOSCALER_PERIOD = 120_000

/** Starts our API server with all controllers and a node of ready pods; writes a kubeconfig into a folder. */
export async function startCluster(folder) {
  const api = await startApiServer({ store: openMemoryStore() })
  const certificates = await makeCertificates()
  const authentication = { adminToken: TOKEN, tokens: api.tokens, now: () => Date.now() / 1000 }
  const listener = await listen({ handle: api.handle, upgrade: api.upgrade, certificates, authentication })
  const client = createClient(api.handle, { userAgent: 'kube-controller-manager' })
  const manager = await startControllers({ client, ca: certificates.ca, autoscalerPeriod: AUTOSCALER_PERIOD })
  const standIn = await startStandIn(client)
  for (const object of argoDefinitions()) await client.create(object)
  for (const name of NAMESPACES.split(' '))
    await client.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } })
  await client.create(applicationSets())
  await client.create(recordedNode())
  for (const [namespace, [name, replicas]] of Object.entries(RUNNING))
    await client.create(deployment({ namespace, name }, replicas))
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

function deployment(metadata, replicas) {
  const labels = { app: metadata.name }
  const spec = { containers: [{ name: 'c', image: 'nginx' }] }
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata,
    spec: { replicas, selector: { matchLabels: labels }, template: { metadata: { labels }, spec } },
  }
}

// Argo CD's third kind, which Slipway does not have.
function applicationSets() {
  const names = {
    plural: 'applicationsets',
    singular: 'applicationset',
    kind: 'ApplicationSet',
    shortNames: ['appset', 'appsets'],
  }
  const schema = { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } }
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: 'applicationsets.argoproj.io' },
    spec: {
      group: 'argoproj.io',
      scope: 'Namespaced',
      names,
      versions: [{ name: 'v1alpha1', served: true, storage: true, schema }],
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
