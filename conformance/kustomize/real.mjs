import { execFile } from 'node:child_process'

const PROGRAM = process.env.KUSTOMIZE ?? 'kustomize'
const MAX_BYTES = 256 * 1024 * 1024

/** Builds a directory with the real tool: its text, or the error. */
export function buildReal(directory, flags = []) {
  return new Promise((resolve) => {
    execFile(
      PROGRAM,
      ['build', ...flags, directory],
      { maxBuffer: MAX_BYTES, timeout: 120_000 },
      (error, stdout, stderr) => {
        if (error === null) return resolve({ ok: true, text: stdout, warnings: stderr })
        if (error.code === 'ENOENT')
          throw new Error(`no ${PROGRAM} to compare with: put it on the PATH or into KUSTOMIZE`)
        resolve({ ok: false, message: stderr.slice(Math.max(0, stderr.indexOf('Error: '))).trim() })
      },
    )
  })
}

/** Runs a task for each item, a few at a time, in order of the items. */
export async function eachOf(items, task, workers = 2) {
  const queue = [...items.entries()]
  const results = []
  const work = async () => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) results[next[0]] = await task(next[1])
  }
  await Promise.all(Array.from({ length: workers }, work))
  return results
}
