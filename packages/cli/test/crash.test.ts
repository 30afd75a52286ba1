import { readStatus } from '@slipway/environments'
import type { KubeObject } from '@slipway/objects'
import { eventually } from '@slipway/testkit'
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readFile, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { connect } from 'node:net'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { rememberedPorts } from './observe.ts'
import { Sandbox } from './slipway.ts'

// `npm run soak` sets more.
const KILLS = Number(process.env['SLIPWAY_KILLS'] ?? 20)
const SEED = Number(process.env['SLIPWAY_SEED'] ?? 20261123)

/** When the process is killed: at rest, after a commit, or at rest and once more while it starts again. */
type Moment = 'quiet' | 'rollout' | 'recovery'

const DEPLOYMENT = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'staging', name: 'shop' }

let sandbox: Sandbox

beforeAll(async () => {
  sandbox = await Sandbox.make()
}, 60_000)

afterAll(() => sandbox.remove())

test(
  `no acknowledged write is lost, and no process and no socket is left, after kill -9 (${KILLS} times, seed ${SEED})`,
  async () => {
    const random = generator(SEED)
    const busy: boolean[] = []
    const recoveries: number[] = []
    await sandbox.up()
    const writer = await startWriter()
    for (let kill = 0; kill < KILLS; kill++) {
      const moment: Moment = random() < 0.2 ? 'recovery' : random() < 0.75 ? 'rollout' : 'quiet'
      if (moment === 'rollout') await changeColour(random)
      if (moment !== 'recovery') await pause(100 + random() * 2500)
      busy.push(moment === 'recovery' || (await isBusy()))
      await killUp()
      await nothingLeft()
      if (moment === 'recovery') {
        await sandbox.upUntil(/releasing|deploys/)
        await pause(random() * 800)
        // Killed before it was up again.
        if (!sandbox.output.includes('export KUBECONFIG=')) recoveries.push(kill)
        await killUp()
        await nothingLeft()
      }
      await sandbox.up()
      expect(await lost(writer.journal), `after kill ${kill}, ${moment}`).toEqual([])
    }
    await writer.stop()
    expect(await lost(writer.journal)).toEqual([])
    expect((await acknowledged(writer.journal)).size).toBeGreaterThan(KILLS * 10)
    expect(busy.filter(Boolean).length / KILLS).toBeGreaterThanOrEqual(0.6)
    expect(recoveries).not.toEqual([])
    await sandbox.settled('staging', await sandbox.git('rev-parse', 'stg'))
  },
  120_000 + KILLS * 40_000,
)

// A commit on its way, an operation, or a Deployment that is not where it is to be.
async function isBusy(): Promise<boolean> {
  const client = await sandbox.client()
  const { environments } = await readStatus(client, {
    resolve: async (branch) => ({ commit: await sandbox.git('rev-parse', branch), ref: undefined }),
  })
  const { items } = await client.list<Application>({ apiVersion: 'argoproj.io/v1alpha1', kind: 'Application' })
  const deployment = await client.get<Deployment>(DEPLOYMENT)
  const { replicas = 0, updatedReplicas = 0, readyReplicas = 0 } = deployment.status ?? {}
  return (
    environments.some(({ pending }) => pending !== undefined) ||
    items.some(({ status }) => status?.operationState?.phase === 'Running') ||
    replicas !== updatedReplicas ||
    readyReplicas !== updatedReplicas
  )
}

interface Application extends KubeObject {
  readonly status?: { readonly operationState?: { readonly phase?: string } }
}

interface Deployment extends KubeObject {
  readonly status?: { readonly replicas?: number; readonly updatedReplicas?: number; readonly readyReplicas?: number }
}

async function nothingLeft(): Promise<void> {
  const ports = Object.values(await rememberedPorts(sandbox))
  await eventually(
    async () => {
      expect(await sandbox.marked()).toEqual([])
      expect(await listening(ports)).toEqual([])
    },
    { within: 5000 },
  )
}

async function changeColour(random: () => number): Promise<void> {
  const digits = Math.floor(random() * 0xffffff)
    .toString(16)
    .padStart(6, '0')
  await sandbox.edit('deploy/environments/staging/values.yaml', /colour: "#[0-9a-f]{6}"/, `colour: "#${digits}"`)
}

async function killUp(): Promise<void> {
  const ended = once(sandbox.process as ChildProcess, 'exit')
  process.kill(sandbox.upPid, 'SIGKILL')
  await ended
}

async function startWriter(): Promise<{ readonly journal: string; stop(): Promise<void> }> {
  const [, kubeconfig = ''] = /export KUBECONFIG=(\S+)/.exec(sandbox.output) ?? []
  const journal = join(sandbox.home, 'journal')
  await writeFile(journal, '')
  const script = fileURLToPath(new URL('./journal-process.mjs', import.meta.url))
  const child = spawn(process.execPath, [script, dirname(kubeconfig), journal], {
    stdio: ['pipe', 'inherit', 'inherit'],
  })
  const ended = once(child, 'exit')
  return {
    journal,
    stop: async () => {
      child.stdin.end()
      await ended
    },
  }
}

interface Entry {
  readonly name: string
  readonly begun?: string
  readonly value?: string
}

// What each object must be by the journal: its last acknowledged value, and the ones that were begun after it.
async function acknowledged(journal: string): Promise<ReadonlyMap<string, readonly string[]>> {
  const possible = new Map<string, string[]>()
  for (const { name, begun, value } of entriesOf(await readFile(journal, 'utf8'))) {
    if (value !== undefined) possible.set(name, [value])
    else possible.set(name, [...(possible.get(name) ?? ['deleted']), begun ?? ''])
  }
  return possible
}

function entriesOf(text: string): readonly Entry[] {
  return text
    .split('\n')
    .filter((line) => line.endsWith('}'))
    .map((line) => JSON.parse(line) as Entry)
}

// What was noted before the list is asked for must be in it. The writer goes on meanwhile, and may do several things to one object: all that it has begun since counts.
async function lost(journal: string): Promise<readonly string[]> {
  const noted = (await stat(journal)).size
  const before = await acknowledged(journal)
  const client = await sandbox.client()
  const { items } = await client.list<ConfigMap>({ apiVersion: 'v1', kind: 'ConfigMap' }, { namespace: 'default' })
  const since = entriesOf((await readFile(journal)).subarray(noted).toString())
  const begun = new Set(since.map((entry) => `${entry.name} ${entry.begun}`))
  const there = new Map(items.map(({ metadata, data }) => [metadata.name, data?.['value']]))
  return [...before].flatMap(([name, values]) => {
    const found = there.get(name) ?? 'deleted'
    return values.includes(found) || begun.has(`${name} ${found}`)
      ? []
      : [`${name} is ${found}, not ${values.join(' or ')}`]
  })
}

interface ConfigMap extends KubeObject {
  readonly data?: Readonly<Record<string, string>>
}

// Those that somebody still listens on.
async function listening(ports: readonly number[]): Promise<number[]> {
  const answers = await Promise.all(ports.map(async (port) => ((await accepts(port)) ? [port] : [])))
  return answers.flat()
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port })
    const done = (answer: boolean): void => {
      socket.destroy()
      resolve(answer)
    }
    socket.once('connect', () => done(true)).once('error', () => done(false))
  })
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds))
}

// mulberry32: the same kills for the same seed.
function generator(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}
