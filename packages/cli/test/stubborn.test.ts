import { once } from 'node:events'
import type { ChildProcess } from 'node:child_process'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Sandbox } from './slipway.ts'

const LONG = 150_000
const VALUES = 'deploy/environments/staging/values.yaml'
const GRACE = 5_000
// Ends are told, files removed, and the machine may be busy.
const MARGIN = 15_000

let sandbox: Sandbox

beforeAll(async () => {
  sandbox = await Sandbox.make()
  await sandbox.change(
    VALUES,
    'releaseHint:',
    'termination:\n  preStop: 1\n  drain: 1\n  shutdown: 1\n  grace: 5\nreleaseHint:',
  )
  await sandbox.edit(
    'app/src/main.ts',
    'const signal = await stopSignal()',
    "process.on('SIGTERM', () => undefined)\n  if (Date.now() > 0) await new Promise(() => undefined)\n  const signal = await stopSignal()",
  )
}, LONG)

afterAll(() => sandbox.remove())

describe('a pod that ignores SIGTERM is gone at its grace', () => {
  test(
    'after Ctrl-C',
    async () => {
      await sandbox.up()
      expect(await sandbox.marked()).not.toEqual([])
      const up = sandbox.process as ChildProcess
      const began = performance.now()
      const ended = once(up, 'exit')
      up.kill('SIGINT')
      await ended
      const took = performance.now() - began
      expect(await sandbox.marked()).toEqual([])
      expect(took).toBeGreaterThan(GRACE - 1_000)
      expect(took).toBeLessThan(GRACE + MARGIN)
    },
    LONG,
  )

  test(
    'after slipway down',
    async () => {
      await sandbox.up()
      const began = performance.now()
      expect((await sandbox.slipway('down')).code).toBe(0)
      const took = performance.now() - began
      expect(await sandbox.marked()).toEqual([])
      expect(took).toBeGreaterThan(GRACE - 1_000)
      expect(took).toBeLessThan(GRACE + MARGIN)
    },
    LONG,
  )
})
