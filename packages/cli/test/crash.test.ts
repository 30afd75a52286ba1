import { eventually } from '@slipway/testkit'
import type { Client } from '@slipway/client'
import { readdir, readFile } from 'node:fs/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Sandbox } from './slipway.ts'

// `npm run soak` sets more.
const KILLS = Number(process.env['SLIPWAY_KILLS'] ?? 6)
const SEED = Number(process.env['SLIPWAY_SEED'] ?? 20261123)

let sandbox: Sandbox

beforeAll(async () => {
  sandbox = await Sandbox.make()
}, 60_000)

afterAll(() => sandbox.remove())

test(
  `no acknowledged write is lost and no process is left after kill -9 (${KILLS} times, seed ${SEED})`,
  async () => {
    const random = generator(SEED)
    const acknowledged: string[] = []
    for (let kill = 0; kill < KILLS; kill++) {
      await sandbox.up()
      const client = await sandbox.client()
      for (const name of acknowledged) expect(await exists(client, name), `${name} after kill ${kill}`).toBe(true)
      // Most kills fall into a rollout, some into the quiet after it.
      if (random() < 0.7)
        await sandbox.edit(
          'deploy/environments/staging/values.yaml',
          /colour: "#[0-9a-f]{6}"/,
          `colour: "#${Math.floor(random() * 0xffffff)
            .toString(16)
            .padStart(6, '0')}"`,
        )
      const writer = startWriter(client, { kill, acknowledged })
      await new Promise((resolve) => setTimeout(resolve, 100 + random() * 2500))
      const ended = new Promise((resolve) => sandbox.process?.once('exit', resolve))
      process.kill(sandbox.upPid, 'SIGKILL')
      await ended
      await writer.stop()
      await eventually(async () => expect(await marked(sandbox.home)).toEqual([]), { within: 5000 })
    }
    await sandbox.up()
    const client = await sandbox.client()
    for (const name of acknowledged) expect(await exists(client, name), name).toBe(true)
    expect(acknowledged.length).toBeGreaterThan(KILLS)
    await sandbox.settled('staging', await sandbox.git('rev-parse', 'stg'))
  },
  120_000 + KILLS * 30_000,
)

async function exists(client: Client, name: string): Promise<boolean> {
  return client.get({ apiVersion: 'v1', kind: 'ConfigMap', namespace: 'default', name }).then(
    () => true,
    () => false,
  )
}

// Writes ConfigMaps one after another and remembers those that the API acknowledged.
function startWriter(
  client: Client,
  { kill, acknowledged }: { readonly kill: number; readonly acknowledged: string[] },
): { stop(): Promise<void> } {
  let stopped = false
  const run = async (): Promise<void> => {
    for (let count = 0; !stopped; count++) {
      const name = `written-${kill}-${count}`
      try {
        await client.create({
          apiVersion: 'v1',
          kind: 'ConfigMap',
          metadata: { name, namespace: 'default' },
          data: { count: String(count) },
        })
        acknowledged.push(name)
      } catch {
        // The server is gone: what was not acknowledged may be there or not.
        return
      }
    }
  }
  const running = run()
  return {
    stop: async () => {
      stopped = true
      await running
    },
  }
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
