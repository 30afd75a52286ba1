import { eventually } from '@slipway/testkit'
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Sandbox } from './slipway.ts'

// `npm run soak` sets more.
const KILLS = Number(process.env['SLIPWAY_KILLS'] ?? 20)
const SEED = Number(process.env['SLIPWAY_SEED'] ?? 20261123)

/** What is going on when the process is killed: nothing, a rollout that a commit has just started, or the start after the last kill. */
type Moment = 'quiet' | 'rollout' | 'recovery'

let sandbox: Sandbox

beforeAll(async () => {
  sandbox = await Sandbox.make()
}, 60_000)

afterAll(() => sandbox.remove())

test(
  `no acknowledged write is lost and no process is left after kill -9 (${KILLS} times, seed ${SEED})`,
  async () => {
    const random = generator(SEED)
    const moments: Moment[] = []
    await sandbox.up()
    const writer = await startWriter()
    for (let kill = 0; kill < KILLS; kill++) {
      const moment: Moment = random() < 0.2 ? 'recovery' : random() < 0.75 ? 'rollout' : 'quiet'
      moments.push(moment)
      if (moment === 'rollout') await changeColour(random)
      if (moment !== 'recovery') await pause(100 + random() * 2500)
      await killUp()
      await eventually(async () => expect(await marked(sandbox.home)).toEqual([]), { within: 5000 })
      if (moment === 'recovery') {
        await sandbox.upUntil(/releasing|deploys/)
        await pause(random() * 800)
        await killUp()
        await eventually(async () => expect(await marked(sandbox.home)).toEqual([]), { within: 5000 })
      }
      await sandbox.up()
      expect(await lost(writer.journal), `after kill ${kill}, ${moment}`).toEqual([])
    }
    await writer.stop()
    expect(await lost(writer.journal)).toEqual([])
    expect((await acknowledged(writer.journal)).length).toBeGreaterThan(KILLS * 10)
    expect(moments.filter((moment) => moment !== 'quiet').length / KILLS).toBeGreaterThanOrEqual(0.6)
    await sandbox.settled('staging', await sandbox.git('rev-parse', 'stg'))
  },
  120_000 + KILLS * 40_000,
)

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

async function acknowledged(journal: string): Promise<readonly string[]> {
  return (await readFile(journal, 'utf8')).split('\n').filter((name) => name !== '')
}

// What was noted before the list is asked for must be in it.
async function lost(journal: string): Promise<readonly string[]> {
  const names = await acknowledged(journal)
  const client = await sandbox.client()
  const { items } = await client.list({ apiVersion: 'v1', kind: 'ConfigMap' }, { namespace: 'default' })
  const there = new Set(items.map(({ metadata }) => metadata.name))
  return names.filter((name) => !there.has(name))
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds))
}

async function marked(home: string): Promise<string[]> {
  const pids = (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name))
  const texts = await Promise.all(
    pids.map(async (pid) => [pid, await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '')] as const),
  )
  return texts.filter(([, text]) => text.includes(`SLIPWAY_MARKER=${home}`)).map(([pid]) => pid)
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
