import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { startOracle } from './oracle.mjs'

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

/**
 * Real helm for one chart: the program that HELM names, or Helm's command in one process that ORACLE names. `run` takes a command's arguments.
 */
export function openHelm(chart) {
  if (process.env.ORACLE === undefined) {
    return { run: async (args) => runHelm([process.env.HELM ?? 'helm'], args, chart), stop: () => {} }
  }
  // One for each chart: the command gathers what it is initialized with.
  const oracle = startOracle(process.env.ORACLE)
  const run = async (args) => {
    const { stdout = '', error } = await oracle.ask({ directory: chart, args })
    return { code: error === undefined ? 0 : 1, stdout, stderr: error === undefined ? '' : `Error: ${error}` }
  }
  return { run, stop: () => oracle.stop() }
}

/** Arguments for what generate.mjs made for a chart in the folder that SETS_FROM names. */
export function generatedSets(chart) {
  if (process.env.SETS_FROM === undefined) return []
  const folder = join(process.env.SETS_FROM, basename(chart))
  if (!existsSync(folder)) return []
  const scratch = mkdtempSync(join(tmpdir(), 'helm-sets-'))
  process.on('exit', () => rmSync(scratch, { recursive: true, force: true }))
  return readdirSync(folder)
    .sort()
    .map((name) => {
      const { values, flags } = JSON.parse(readFileSync(join(folder, name), 'utf8'))
      const file = join(scratch, name)
      writeFileSync(file, JSON.stringify(values))
      return ['-f', file, ...flags]
    })
}
