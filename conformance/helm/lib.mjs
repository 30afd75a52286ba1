import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

/** Writes the files of a chart into a fresh folder. */
export function writeChart(files) {
  const root = join(mkdtempSync(join(tmpdir(), 'helm-case-')), 'c')
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name)), { recursive: true })
    writeFileSync(join(root, name), text)
  }
  return root
}

/** What `helm template` (or another command) answers in a folder. */
export function runHelm(command, args, cwd) {
  const [program, ...first] = command
  const env = { PATH: process.env.PATH, HOME: cwd, TZ: 'UTC' }
  const { status, stdout, stderr } = spawnSync(program, [...first, ...args], { cwd, env, maxBuffer: 1 << 28 })
  return { code: status, stdout: stdout.toString(), stderr: stderr.toString() }
}
