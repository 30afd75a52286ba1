// A thousand Applications of one ConfigMap of 2 kB each: created at once, until all are Synced and Healthy; a real Argo CD gets fewer of them in the same run.
import { spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { load, row, temporary } from './lib.mjs'
import { withArgoCd } from './peers.mjs'

const COUNT = 1000
const REAL_COUNT = 200

export async function run() {
  const ours = await withOurs((client) => perSecond(client, COUNT))
  const real = await withArgoCd((plane) => perSecond(plane.client, REAL_COUNT))
  row('1,000 Applications, create to Synced and Healthy', {
    ours,
    unit: '/s',
    against: [
      { figure: 200, name: 'the budget' },
      { figure: real, name: `Argo CD with ${REAL_COUNT}` },
    ],
  })
}

async function withOurs(body) {
  const {
    openFileStore,
    startApiServer,
    createClient,
    startControllers,
    startReconciler,
    gitRepositories,
    argoDefinitions,
    systemClock,
  } = await load(`
      export { openFileStore } from '@slipway/store'
      export { startApiServer } from '@slipway/apiserver'
      export { createClient } from '@slipway/client'
      export { startControllers } from '@slipway/controllers'
      export { startReconciler, gitRepositories } from '@slipway/reconciler'
      export { argoDefinitions } from '@slipway/argo'
      export { systemClock } from '@slipway/objects'
    `)
  const store = await openFileStore(join(temporary(), 'store'))
  const api = await startApiServer({ store })
  const client = createClient(api.handle)
  const manager = await startControllers({ client, ca: 'PEM' })
  for (const definition of argoDefinitions()) await client.create(definition)
  await client.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'argocd' } })
  const repositories = await gitRepositories({ clock: systemClock, cacheDirectory: temporary() })
  const reconciler = await startReconciler({ client, repositories, waveDelay: 0 })
  const figure = await body(client)
  await reconciler.stop()
  await repositories.close()
  await manager.stop()
  await api.stop()
  await store.close()
  return figure
}

// Applications a second, from their creation until all are as they should be.
async function perSecond(client, count) {
  const repoURL = `file://${repositoryOf(count)}`
  await client.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'apps' } })
  const watching = new AbortController()
  const done = allSynced(client, count, watching.signal)
  const began = performance.now()
  await Promise.all(Array.from({ length: count }, (_, at) => client.create(application(at, repoURL))))
  await done
  const seconds = (performance.now() - began) / 1000
  watching.abort()
  return count / seconds
}

// Told by one watch: a client that keeps listing them all would take a good part of what it measures.
async function allSynced(client, count, signal) {
  const waiting = new Set(Array.from({ length: count }, (_, at) => `app-${at}`))
  const events = await client.watch({ apiVersion: 'argoproj.io/v1alpha1', kind: 'Application' }, { signal })
  for await (const { object } of events) {
    const { sync, health } = object.status ?? {}
    if (sync?.status === 'Synced' && health?.status === 'Healthy') waiting.delete(object.metadata.name)
    if (waiting.size === 0) return
  }
  throw new Error(`the watch ended while ${waiting.size} Applications were not synced`)
}

function repositoryOf(count) {
  const directory = temporary()
  for (let at = 0; at < count; at++) {
    mkdirSync(join(directory, `app-${at}`))
    writeFileSync(
      join(directory, `app-${at}/map.yaml`),
      `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: map-${at}\ndata:\n  text: ${'x'.repeat(2000)}\n`,
    )
  }
  const git = (...args) =>
    spawnSync('git', ['-c', 'user.name=B', '-c', 'user.email=b@example.com', ...args], { cwd: directory })
  git('init', '--quiet', '--initial-branch=master')
  git('add', '--all')
  git('commit', '--quiet', '--message', 'Start')
  return directory
}

function application(at, repoURL) {
  return {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Application',
    metadata: { name: `app-${at}`, namespace: 'argocd' },
    spec: {
      project: 'default',
      source: { repoURL, path: `app-${at}`, targetRevision: 'master' },
      destination: { server: 'https://kubernetes.default.svc', namespace: 'apps' },
      syncPolicy: { automated: {} },
    },
  }
}
