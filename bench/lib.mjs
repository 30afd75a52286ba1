import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'esbuild'
import { ROOT } from '../tools/lib.mjs'

/** Bundles an entry's packages and imports it. */
export async function load(source) {
  const outfile = join(temporary(), 'entry.mjs')
  await build({
    stdin: { contents: source, resolveDir: join(ROOT, 'packages/cluster'), loader: 'ts' },
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    conditions: ['source'],
    logLevel: 'error',
    banner: {
      js: "import { createRequire as slipwayRequire } from 'node:module'; const require = slipwayRequire(import.meta.url);",
    },
  })
  return import(outfile)
}

/** A folder that is gone with the process. */
export function temporary() {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-bench-'))
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** Median and 95th percentile, in the unit of the numbers. */
export function percentiles(numbers) {
  const sorted = numbers.toSorted((a, b) => a - b)
  const at = (share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]
  return { p50: at(0.5), p95: at(0.95) }
}

/** Prints a row: what, our figure, the figure that it is held against, and their ratio. */
export function row(what, { ours, unit, against, name }) {
  const ratio = against === undefined ? '' : `  ${(ours / against).toFixed(2)} of ${name} (${round(against)} ${unit})`
  process.stdout.write(`${what.padEnd(48)} ${round(ours)} ${unit}${ratio}\n`)
}

const round = (number) => (number >= 100 ? Math.round(number) : Number(number.toPrecision(3)))
