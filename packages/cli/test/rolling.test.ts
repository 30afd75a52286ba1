import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startLoad } from './load.ts'
import { Sandbox } from './slipway.ts'

const ROLLS = 10
const LONG = 240_000
const VALUES = 'deploy/environments/staging/values.yaml'

// Two pods, and everything that they wait for as short as it gets.
const QUICK = `replicas: 2
termination:
  preStop: 1
  drain: 1
probes:
  readiness:
    period: 1
releaseHint:`

let sandbox: Sandbox
let colour = 0

// Answers take 200 ms, so that some are always open when a pod is told to end.
beforeAll(async () => {
  sandbox = await Sandbox.make()
  await sandbox.change(VALUES, 'releaseHint:', QUICK)
  await sandbox.edit(
    'app/src/http.ts',
    'const ready = await answer(',
    'await new Promise((done) => setTimeout(done, 200))\n  const ready = await answer(',
  )
  await sandbox.up()
}, LONG)

afterAll(() => sandbox.remove())

// A commit that changes nothing but a colour: every pod is replaced.
async function roll(): Promise<void> {
  colour++
  const next = `colour: "#${colour.toString(16).padStart(6, '0')}"`
  const commit = await sandbox.edit(VALUES, /colour: "#[0-9a-f]{6}"/, next)
  const { pods } = await sandbox.settled('staging', commit)
  expect(pods.filter(({ status }) => status !== 'Terminating')).toHaveLength(2)
}

describe('rolling updates under load from another process', () => {
  test(
    `lose no request in ${ROLLS} rolls, on new and on kept connections`,
    async () => {
      const load = startLoad((await sandbox.environment('staging')).url)
      for (let count = 0; count < ROLLS; count++) await roll()
      const { sent, failures } = await load.stop()
      expect(failures).toEqual([])
      expect(sent).toBeGreaterThan(ROLLS * 50)
    },
    LONG,
  )

  test(
    'lose requests where the service exits at SIGTERM: nothing here hides what a cluster would do',
    async () => {
      const commit = await sandbox.edit(
        'app/src/main.ts',
        'const signal = await stopSignal()',
        "process.once('SIGTERM', () => process.exit(0))\n  const signal = await stopSignal()",
      )
      await sandbox.settled('staging', commit)
      const { url } = await sandbox.environment('staging')
      const failures: string[] = []
      for (let count = 0; count < ROLLS && failures.length === 0; count++) {
        const load = startLoad(url)
        await roll()
        failures.push(...(await load.stop()).failures)
      }
      expect(failures).not.toEqual([])
    },
    LONG,
  )
})
