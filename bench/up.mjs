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
    git('commit', '--quiet', '--all', '--message', `Change ${count}`)
    const committed = performance.now()
    await up.synced('staging', git('rev-parse', 'HEAD'))
    synced.push(performance.now() - committed)
  }
  row('commit of a changed value to Synced, p95', {
    ours: percentiles(synced).p95,
    unit: 'ms',
    against: 150,
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
  return {
    seconds,
    // No operation is under way: the next commit need not wait for a hook of the last one.
    idle: async (name) => {
      const client = await clientOf(output)
      for (;;) {
        const { status } = await client.get({
          apiVersion: 'argoproj.io/v1alpha1',
          kind: 'Application',
          namespace: 'argocd',
          name,
        })
        if (status?.operationState?.phase === 'Succeeded' && status.health?.status === 'Healthy') return
        await new Promise((resolve) => setTimeout(resolve, 20))
      }
    },
    // The Application is Synced to the deployment of this commit.
    synced: async (name, commit) => {
      const client = await clientOf(output)
      const isDeployed = () =>
        spawnSync('git', ['rev-parse', `refs/slipway/environments/${name}^2`], {
          cwd: directory,
          encoding: 'utf8',
        }).stdout.trim() === commit
      while (!isDeployed()) await new Promise((resolve) => setTimeout(resolve, 2))
      const revision = spawnSync('git', ['rev-parse', `refs/slipway/environments/${name}`], {
        cwd: directory,
        encoding: 'utf8',
      }).stdout.trim()
      for (;;) {
        const { status } = await client.get({
          apiVersion: 'argoproj.io/v1alpha1',
          kind: 'Application',
          namespace: 'argocd',
          name,
        })
        if (status?.sync?.status === 'Synced' && status.sync.revisions?.[0] === revision) return
        await new Promise((resolve) => setTimeout(resolve, 2))
      }
    },
    stop: async () => {
      const ended = new Promise((resolve) => child.once('exit', resolve))
      child.kill('SIGTERM')
      await ended
    },
  }
}

let client

async function clientOf(output) {
  if (client !== undefined) return client
  const [, kubeconfig] = /export KUBECONFIG=(\S+)/.exec(output)
  const { createClient, httpTransport } = await load(`export { createClient, httpTransport } from '@slipway/client'`)
  const secrets = JSON.parse(readFileSync(join(dirname(kubeconfig), 'secrets.json'), 'utf8'))
  const [, server] = /server: (\S+)/.exec(readFileSync(kubeconfig, 'utf8'))
  client = createClient(httpTransport({ server, ca: secrets.certificates.ca, token: secrets.adminToken }))
  return client
}
