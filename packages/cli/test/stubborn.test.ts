import { once } from 'node:events'
import { type ChildProcess, spawn } from 'node:child_process'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { rememberedPorts } from './observe.ts'
import { ask, Sandbox } from './slipway.ts'

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
    'and when another process then has its ports, the next up takes others, says which, and answers there',
    async () => {
      const ports = await rememberedPorts(sandbox)
      expect(Object.keys(ports)).toEqual(
        expect.arrayContaining(['api', 'registry', 'git', 'staging/shop:80', 'production/shop:80']),
      )
      await hold(Object.values(ports))
      await sandbox.up()
      for (const port of Object.values(ports))
        expect(sandbox.output).toMatch(
          new RegExp(`^warning: .* is at \\S+ now: another program has its port of the last time, ${port}$`, 'm'),
        )
      const { environments } = await sandbox.status()
      for (const { name, url } of environments) {
        expect(url).not.toBe(`http://127.0.0.1:${ports[`${name}/shop:80`]}`)
        expect(sandbox.output).toContain(`warning: Service ${name}/shop port 80 is at ${url} now: `)
        expect((await ask(url)).environment).toBe(name)
      }
      // By the kubeconfig, which names the new port of the API.
      expect((await sandbox.slipway('status')).code).toBe(0)
    },
    LONG,
  )

  test(
    'after slipway down',
    async () => {
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

// Another process that listens on ports until the test has ended.
async function hold(ports: readonly number[]): Promise<void> {
  const script = `
    const { createServer } = require('node:net')
    const listen = (port) => new Promise((done) => createServer().listen(port, '127.0.0.1', done))
    Promise.all(${JSON.stringify(ports)}.map(listen)).then(() => console.log('listening'))`
  const holder = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] })
  onTestFinished(() => void holder.kill())
  await once(holder.stdout, 'data')
}
