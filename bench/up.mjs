// The starter: up with built images, a changed value to Synced, and to new pods ready.
import { spawn, spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { starterFiles } from '../tools/demo.mjs'
import { ROOT } from '../tools/lib.mjs'
import { load, percentiles, row, temporary } from './lib.mjs'

const COMMAND = join(ROOT, 'packages/cli/bin/slipway.mjs')
const COMMITS = 10
const IDLE = 60_000

export async function run() {
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
  await cycle({ directory, env }).then((up) => up.stop())
  spawnSync(process.execPath, [COMMAND, 'down', '--purge'], { cwd: directory, env })
  const up = await cycle({ directory, env })
  row('up, images built, to both environments Healthy', { ours: up.seconds, unit: 's', against: 3, name: 'the budget' })
  const synced = []
  for (let count = 0; count < COMMITS; count++) {
    const path = join(directory, 'deploy/kustomize/extras/staging/debug.yaml')
    writeFileSync(path, `${readFileSync(path, 'utf8').trimEnd()}\n  BENCH_${count}: "${count}"\n`)
    await up.idle('staging')
    await up.calm()
    git('commit', '--quiet', '--all', '--message', `Change ${count}`)
    const committed = performance.now()
    synced.push((await up.synced('staging', git('rev-parse', 'HEAD'))) - committed)
  }
  row('commit of a changed value to Synced, p95', {
    ours: percentiles(synced).p95,
    unit: 'ms',
    against: 150,
    name: 'the budget',
  })
  await new Promise((resolve) => setTimeout(resolve, IDLE))
  row('memory of the platform after a minute, without pods', {
    ours: up.memory(),
    unit: 'MiB',
    against: 200,
    name: 'the budget',
  })
  await up.stop()
}

// Starts `slipway up` and follows what it prints.
async function cycle({ directory, env }) {
  const began = performance.now()
  const child = spawn(process.execPath, [COMMAND, 'up', '--trust'], {
    cwd: directory,
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let output = ''
  child.stdout.setEncoding('utf8').on('data', (text) => {
    output += text
  })
  const until = async (check) => {
    while (!check()) {
      if (child.exitCode !== null) throw new Error(`slipway up ended:\n${output}`)
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
  }
  await until(() => output.includes('export KUBECONFIG='))
  const seconds = (performance.now() - began) / 1000
  const applications = await watchApplications(output)
  // When it was told of an Application that is as it should be.
  const seen = (name, check) =>
    new Promise((resolve) => {
      const stop = applications.listen(({ object }) => {
        const told = performance.now()
        if (object.metadata.name !== name || !check(object)) return
        resolve(told)
        setImmediate(() => stop())
      })
    })
  return {
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
      seen(name, ({ status }) => status?.operationState?.phase === 'Succeeded' && status.health?.status === 'Healthy'),
    // The Application is Synced to the deployment of this commit. Told by one watch: a client that keeps asking would take a good part of what it measures.
    synced: (name, commit) =>
      seen(name, ({ status }) => {
        const revision = status?.sync?.status === 'Synced' ? status.sync.revisions?.[0] : undefined
        return revision !== undefined && isDeploymentOf(directory, revision, commit)
      }),
    memory: () => proportional(child.pid),
    stop: async () => {
      await applications.stop()
      const ended = new Promise((resolve) => child.once('exit', resolve))
      child.kill('SIGTERM')
      await ended
    },
  }
}

const sources = new Map()

function isDeploymentOf(directory, revision, commit) {
  if (!sources.has(revision)) {
    const parent = spawnSync('git', ['rev-parse', `${revision}^2`], { cwd: directory, encoding: 'utf8' })
    sources.set(revision, parent.stdout.trim())
  }
  return sources.get(revision) === commit
}

// Proportional set size of a process and of all below it but pods, in MiB. Pods have a process group of their own; so has what ends them after a kill.
function proportional(pid) {
  const own = groupOf(pid)
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean)
  const below = children.filter((child) => groupOf(child) === own || isReaper(child)).map(proportional)
  const [, size] = /^Pss: +(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))
  return below.reduce((sum, each) => sum + each, Number(size) / 1024)
}

const isReaper = (pid) => readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('goodbye')

// Seconds that a process has worked.
function processorTime(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ')
  return (Number(fields[11]) + Number(fields[12])) / 100
}

function groupOf(pid) {
  return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ')[2]
}

async function watchApplications(output) {
  const [, kubeconfig] = /export KUBECONFIG=(\S+)/.exec(output)
  const { createClient, httpTransport, Informer } = await load(
    `export { createClient, httpTransport, Informer } from '@slipway/client'`,
  )
  const secrets = JSON.parse(readFileSync(join(dirname(kubeconfig), 'secrets.json'), 'utf8'))
  const [, server] = /server: (\S+)/.exec(readFileSync(kubeconfig, 'utf8'))
  const client = createClient(httpTransport({ server, ca: secrets.certificates.ca, token: secrets.adminToken }))
  const informer = new Informer(client, { apiVersion: 'argoproj.io/v1alpha1', kind: 'Application' })
  await informer.start()
  return informer
}
