import { spawn, spawnSync } from 'node:child_process'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

/** Builds the program around Helm's engine and gives its path; undefined where there is no Go. */
export function buildOracle() {
  const path = join(mkdtempSync(join(tmpdir(), 'helm-oracle-')), 'oracle')
  const cwd = fileURLToPath(new URL('oracle', import.meta.url))
  const { status, error, stderr } = spawnSync('go', ['build', '-o', path, '.'], { cwd, encoding: 'utf8' })
  if (error !== undefined) return undefined
  if (status !== 0) throw new Error(`go build failed: ${stderr}`)
  return path
}

/** Starts the program; `ask` sends one request and resolves to its answer. */
export function startOracle(path) {
  const child = spawn(path, { stdio: ['pipe', 'pipe', 'inherit'] })
  const waiting = []
  createInterface({ input: child.stdout }).on('line', (line) => waiting.shift()?.(JSON.parse(line)))
  return {
    ask: (request) =>
      new Promise((resolve) => {
        waiting.push(resolve)
        child.stdin.write(`${JSON.stringify(request)}\n`)
      }),
    stop: () => child.stdin.end(),
  }
}
