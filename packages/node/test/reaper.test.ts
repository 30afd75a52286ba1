import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { endMarked } from '@slipway/node'
import { eventually, temporaryDirectory } from '@slipway/testkit'
import { buildSync } from 'esbuild'
import { describe, expect, onTestFinished, test } from 'vitest'

const LINUX = existsSync('/proc/self/environ')
const SLEEPER = 'setInterval(() => {}, 1000); process.on("SIGTERM", () => {})'

// A program that runs the reaper, starts one process that it tells of and one that it does not, says which, and waits to be killed.
const PARENT = `
import { spawn } from 'node:child_process'
import { startReaper } from '../src/runner/reaper.ts'
const marker = process.argv[2] ?? ''
const reaper = startReaper({ grace: 200, marker })
const start = (marker) => spawn(process.execPath, ['-e', ${JSON.stringify(SLEEPER)}], {
  detached: true, stdio: 'ignore', env: { SLIPWAY_MARKER: marker },
}).pid
const told = start(marker)
reaper.add(told)
process.stdout.write(JSON.stringify({ told, untold: start(marker), other: start(marker + 'x') }) + '\\n')
setInterval(() => {}, 1000)
`

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

function sleeper(marker: string): number {
  const env = { SLIPWAY_MARKER: marker }
  const { pid = 0 } = spawn(process.execPath, ['-e', SLEEPER], { detached: true, stdio: 'ignore', env })
  onTestFinished(() => void (isAlive(pid) && process.kill(pid, 'SIGKILL')))
  return pid
}

describe.skipIf(!LINUX)('what is left when Slipway is killed', () => {
  test('is ended by the reaper, also what its group was not told of, and nothing of another run', async () => {
    const outfile = join(await temporaryDirectory(), 'parent.mjs')
    const resolveDir = fileURLToPath(new URL('.', import.meta.url))
    buildSync({
      stdin: { contents: PARENT, resolveDir, loader: 'ts' },
      bundle: true,
      platform: 'node',
      format: 'esm',
      outfile,
    })
    const marker = `/größe/${process.pid}:1`
    const parent = spawn(process.execPath, [outfile, marker], { stdio: ['ignore', 'pipe', 'inherit'] })
    const [line] = (await once(createInterface(parent.stdout), 'line')) as [string]
    const { told, untold, other } = JSON.parse(line) as { told: number; untold: number; other: number }
    onTestFinished(() => void (isAlive(other) && process.kill(other, 'SIGKILL')))
    parent.kill('SIGKILL')
    await eventually(async () => expect([told, untold].filter(isAlive)).toEqual([]), { within: 10_000 })
    expect(isAlive(other)).toBe(true)
  })

  test('is ended by the next start where there was no reaper any more', async () => {
    const prefix = `/state/${process.pid}:`
    const [ours, theirs] = [sleeper(`${prefix}run`), sleeper(`/state/other${process.pid}:run`)]
    await eventually(async () => expect(await endMarked(prefix)).toBe(1), { within: 10_000 })
    await eventually(async () => expect(isAlive(ours)).toBe(false), { within: 10_000 })
    expect(isAlive(theirs)).toBe(true)
  })
})
