// The starter: up with built images, a changed value to Synced, and to new pods ready. Held against the budgets of the design, which are of a machine whose empty
// Node takes 69 ms, and against a real control plane with a real Argo CD in the same run, which is given less to do: no image, no pod, one ConfigMap.
import { spawn, spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { starterFiles } from '../tools/demo.mjs'
import { ROOT } from '../tools/lib.mjs'
import { load, percentiles, proportional, row, temporary } from './lib.mjs'
import { withArgoCd } from './peers.mjs'

const COMMAND = join(ROOT, 'packages/cli/bin/slipway.mjs')
const APPLICATION = { apiVersion: 'argoproj.io/v1alpha1', kind: 'Application' }
const COMMITS = 10
const ROLLS = 5
const IDLE = 60_000
// Images count as built when the copies for their first containers are made, too: ten seconds after a cluster has come to rest.
const COPIED = 20_000
// What the starter itself makes a roll wait for: a startup probe asks again after a second; a pod that ends sleeps three seconds and drains for two.
const PROBE = 1000
const DRAIN = 5000

export async function run() {
  row('an empty Node', { ours: emptyNode(), unit: 'ms', against: [{ figure: 69, name: "the budgets' machine" }] })
  const ours = await measureOurs()
  const real = await withArgoCd(measureReal)
  const held = (what, { key, unit, budget, name }) =>
    row(what, {
      ours: ours[key],
      unit,
      against: [
        { figure: budget, name: 'the budget' },
        { figure: real?.[key], name },
      ],
    })
  held('API ready', { key: 'apiReady', unit: 's', budget: 0.4, name: 'etcd and kube-apiserver' })
  held('up, images built, to both environments Healthy', {
    key: 'up',
    unit: 's',
    budget: 3,
    name: 'a real control plane and Argo CD, to one ConfigMap Synced',
  })
  held('commit of a changed value to Synced, p50', { key: 'syncedHalf', unit: 'ms', name: 'Argo CD, told at once' })
  held('commit of a changed value to Synced, p95', {
    key: 'synced',
    unit: 'ms',
    budget: 150,
    name: 'Argo CD, told at once',
  })
  held('commit to new pods ready, beyond its probe, p50', { key: 'ready', unit: 'ms', budget: 300 })
  held('new pods ready to old ones gone, beyond the drain', { key: 'gone', unit: 'ms', budget: 300 })
  held('memory of the platform after a minute, without pods', {
    key: 'memory',
    unit: 'MiB',
    budget: 200,
    name: 'a real control plane and Argo CD',
  })
}

async function measureOurs() {
  const home = temporary()
  const directory = join(home, 'shop')
  mkdirSync(directory)
  for (const file of starterFiles()) cpSync(join(ROOT, 'starter', file), join(directory, file))
  const env = {
    ...process.env,
    HOME: home,
    XDG_STATE_HOME: join(home, 'state'),
    XDG_CACHE_HOME: join(tmpdir(), 'slipway-test-cache'),
    GIT_AUTHOR_NAME: 'B',
    GIT_AUTHOR_EMAIL: 'b@example.com',
    GIT_COMMITTER_NAME: 'B',
    GIT_COMMITTER_EMAIL: 'b@example.com',
    NO_COLOR: '1',
  }
  const git = (...args) => spawnSync('git', args, { cwd: directory, env, encoding: 'utf8' }).stdout.trim()
  git('init', '--quiet', '--initial-branch=master')
  git('remote', 'add', 'origin', 'https://github.com/acme/shop.git')
  git('add', '--all')
  git('commit', '--quiet', '--message', 'Start')
  git('branch', 'stg')
  git('checkout', '--quiet', 'stg')
  const first = await cycle({ directory, env })
  await new Promise((resolve) => setTimeout(resolve, COPIED))
  await first.stop()
  spawnSync(process.execPath, [COMMAND, 'down', '--purge'], { cwd: directory, env })
  const up = await cycle({ directory, env })
  const commit = async (path, change) => {
    const file = join(directory, path)
    writeFileSync(file, change(readFileSync(file, 'utf8')))
    await up.idle('staging')
    await up.calm()
    git('commit', '--quiet', '--all', '--message', `Change ${path}`)
    return { committed: performance.now(), revision: git('rev-parse', 'HEAD') }
  }
  const synced = []
  for (let count = 0; count < COMMITS; count++) {
    const { committed, revision } = await commit(
      'deploy/kustomize/extras/staging/debug.yaml',
      (text) => `${text.trimEnd()}\n  BENCH_${count}: "${count}"\n`,
    )
    synced.push((await up.synced('staging', revision)) - committed)
  }
  const rolls = []
  for (let count = 0; count < ROLLS; count++) {
    const { committed } = await commit('deploy/environments/staging/values.yaml', (text) =>
      text.replace(/colour: ".*"/, `colour: "#d9770${count}"`),
    )
    const { ready, gone } = await up.rolled('staging')
    rolls.push({ ready: ready - committed - PROBE, gone: gone - ready - DRAIN })
  }
  await new Promise((resolve) => setTimeout(resolve, IDLE))
  const memory = up.memory()
  await up.stop()
  const half = (numbers) => percentiles(numbers).p50
  return {
    apiReady: up.apiReady,
    up: up.seconds,
    syncedHalf: half(synced),
    synced: percentiles(synced).p95,
    ready: half(rolls.map(({ ready }) => ready)),
    gone: half(rolls.map(({ gone }) => gone)),
    memory,
  }
}

// The road of the real ones: from the start of etcd until one Application of one ConfigMap is Synced, then commits to it, told at once as a webhook tells of them.
async function measureReal(plane) {
  const { client, began, group, apiReady } = plane
  const directory = temporary()
  const git = (...args) =>
    spawnSync('git', ['-c', 'user.name=B', '-c', 'user.email=b@example.com', ...args], {
      cwd: directory,
      encoding: 'utf8',
    }).stdout.trim()
  const commit = (value) => {
    mkdirSync(join(directory, 'map'), { recursive: true })
    writeFileSync(
      join(directory, 'map/map.yaml'),
      `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: demo\ndata:\n  value: "${value}"\n`,
    )
    git('add', '--all')
    git('commit', '--quiet', '--message', `Value ${value}`)
    return git('rev-parse', 'HEAD')
  }
  git('init', '--quiet', '--initial-branch=master')
  const first = commit('first')
  const applications = await informerOf(client, APPLICATION)
  const isSyncedTo = (revision) => (object) =>
    object.status?.sync?.status === 'Synced' &&
    object.status.sync.revision === revision &&
    object.status.operationState?.phase === 'Succeeded'
  await client.create({
    ...APPLICATION,
    metadata: { name: 'demo', namespace: 'argocd' },
    spec: {
      project: 'default',
      source: { repoURL: `file://${directory}`, path: 'map', targetRevision: 'master' },
      destination: { server: 'https://kubernetes.default.svc', namespace: 'default' },
      syncPolicy: { automated: {} },
    },
  })
  const up = ((await seen(applications, 'demo', isSyncedTo(first))) - began) / 1000
  const synced = []
  for (let count = 0; count < COMMITS; count++) {
    const revision = commit(count)
    const committed = performance.now()
    const annotations = { 'argocd.argoproj.io/refresh': 'normal' }
    await client.patch(
      { ...APPLICATION, namespace: 'argocd', name: 'demo' },
      { type: 'merge', body: { metadata: { annotations } } },
    )
    synced.push((await seen(applications, 'demo', isSyncedTo(revision))) - committed)
  }
  await applications.stop()
  await new Promise((resolve) => setTimeout(resolve, IDLE))
  const memory = group.pids().reduce((sum, pid) => sum + proportional(pid), 0)
  return { apiReady, up, syncedHalf: percentiles(synced).p50, synced: percentiles(synced).p95, memory }
}

function emptyNode() {
  const times = Array.from({ length: 7 }, () => {
    const began = performance.now()
    spawnSync(process.execPath, ['-e', '0'])
    return performance.now() - began
  })
  return percentiles(times).p50
}

// Starts `slipway up` and follows what it prints.
async function cycle({ directory, env }) {
  const began = performance.now()
  const child = spawn(process.execPath, [COMMAND, 'up', '--trust'], {
    cwd: directory,
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = new Promise((resolve) => child.once('exit', resolve))
  let output = ''
  child.stdout.setEncoding('utf8').on('data', (text) => {
    output += text
  })
  const until = async (check) => {
    for (;;) {
      const found = await check()
      if (found !== undefined) return found
      if (child.exitCode !== null) throw new Error(`slipway up ended:\n${output}`)
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
  }
  const state = env.XDG_STATE_HOME
  const client = await until(() => clientOf(state))
  await until(() =>
    client.raw({ method: 'GET', path: '/readyz', accept: 'text/plain' }).then(
      ({ status }) => (status === 200 ? true : undefined),
      () => undefined,
    ),
  )
  const apiReady = (performance.now() - began) / 1000
  await until(() => (output.includes('export KUBECONFIG=') ? true : undefined))
  const seconds = (performance.now() - began) / 1000
  const applications = await informerOf(client, APPLICATION)
  const pods = await informerOf(client, { apiVersion: 'v1', kind: 'Pod' })
  return {
    apiReady,
    seconds,
    // What a commit leaves to be done, such as copies of images for the next pods, is done.
    calm: async () => {
      let before = processorTime(child.pid)
      for (let tries = 0; tries < 20; tries++) {
        await new Promise((resolve) => setTimeout(resolve, 500))
        const now = processorTime(child.pid)
        if (now - before < 0.05) return
        before = now
      }
    },
    // No operation is under way: the next commit need not wait for a hook of the last one.
    idle: (name) =>
      seen(
        applications,
        name,
        ({ status }) => status?.operationState?.phase === 'Succeeded' && status.health?.status === 'Healthy',
      ),
    // The Application is Synced to the deployment of this commit.
    synced: (name, commit) =>
      seen(applications, name, ({ status }) => {
        const revision = status?.sync?.status === 'Synced' ? status.sync.revisions?.[0] : undefined
        return revision !== undefined && isDeploymentOf(directory, revision, commit)
      }),
    rolled: (namespace) => rolled(pods, namespace),
    memory: () => proportional(child.pid),
    stop: async () => {
      await applications.stop()
      await pods.stop()
      child.kill('SIGTERM')
      await ended
    },
  }
}

// When a namespace's new pods were ready, and when those that there are now were gone.
async function rolled(pods, namespace) {
  const isService = ({ metadata }) =>
    metadata.namespace === namespace && metadata.ownerReferences?.[0]?.kind === 'ReplicaSet'
  const old = new Set(
    pods
      .list()
      .filter((pod) => isService(pod) && pod.metadata.deletionTimestamp === undefined)
      .map(({ metadata }) => metadata.uid),
  )
  let ready
  return new Promise((resolve) => {
    const stop = pods.listen(({ type, object }) => {
      const told = performance.now()
      if (!isService(object)) return
      if (type === 'deleted') old.delete(object.metadata.uid)
      else if (!old.has(object.metadata.uid) && isReady(object)) ready ??= told
      if (ready === undefined || old.size > 0) return
      resolve({ ready, gone: told })
      setImmediate(() => stop())
    })
  })
}

const isReady = ({ status }) =>
  status?.conditions?.some(({ type, status: value }) => type === 'Ready' && value === 'True') ?? false

// When one was told of an object that is as it should be. By one watch: a client that keeps asking would take a good part of what it measures.
function seen(informer, name, check) {
  return new Promise((resolve) => {
    const stop = informer.listen(({ object }) => {
      const told = performance.now()
      if (object.metadata.name !== name || !check(object)) return
      resolve(told)
      setImmediate(() => stop())
    })
  })
}

const sources = new Map()

function isDeploymentOf(directory, revision, commit) {
  if (!sources.has(revision)) {
    const parent = spawnSync('git', ['rev-parse', `${revision}^2`], { cwd: directory, encoding: 'utf8' })
    sources.set(revision, parent.stdout.trim())
  }
  return sources.get(revision) === commit
}

// Seconds that a process has worked.
function processorTime(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ')
  return (Number(fields[11]) + Number(fields[12])) / 100
}

// A client of the cluster whose folder is below this one, once there is one.
async function clientOf(state) {
  const clusters = existsSync(join(state, 'slipway')) ? readdirSync(join(state, 'slipway')) : []
  const kubeconfig = clusters.map((name) => join(state, 'slipway', name, 'kubeconfig')).find((path) => existsSync(path))
  if (kubeconfig === undefined) return undefined
  const { createClient, httpTransport } = await load(`export { createClient, httpTransport } from '@slipway/client'`)
  const secrets = JSON.parse(readFileSync(join(dirname(kubeconfig), 'secrets.json'), 'utf8'))
  const [, server] = /server: (\S+)/.exec(readFileSync(kubeconfig, 'utf8'))
  return createClient(httpTransport({ server, ca: secrets.certificates.ca, token: secrets.adminToken }))
}

async function informerOf(client, kind) {
  const { Informer } = await load(`export { Informer } from '@slipway/client'`)
  const informer = new Informer(client, kind)
  await informer.start()
  return informer
}
