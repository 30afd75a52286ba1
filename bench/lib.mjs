import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'esbuild'
import { ROOT } from '../tools/lib.mjs'

const loaded = new Map()

/** Bundles an entry's packages and imports it, once. */
export function load(source) {
  if (!loaded.has(source)) loaded.set(source, bundled(source))
  return loaded.get(source)
}

async function bundled(source) {
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

const folders = []

/** A folder that is gone with the process. */
export function temporary() {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-bench-'))
  if (folders.length === 0)
    process.on('exit', () => {
      for (const each of folders) rmSync(each, { recursive: true, force: true })
    })
  folders.push(folder)
  return folder
}

/** Median and 95th percentile, in the unit of the numbers. */
export function percentiles(numbers) {
  const sorted = numbers.toSorted((a, b) => a - b)
  const at = (share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]
  return { p50: at(0.5), p95: at(0.95) }
}

/** Prints a row: what, our figure, and for each figure that it is held against, where there is one, their ratio. `against` is a list of `{ figure, name }`. */
export function row(what, { ours, unit, against = [] }) {
  const ratios = against
    .filter(({ figure }) => figure !== undefined)
    .map(({ figure, name }) => `  ${(ours / figure).toFixed(2)} of ${name} (${round(figure)} ${unit})`)
  process.stdout.write(`${what.padEnd(48)} ${round(ours)} ${unit}${ratios.join('')}\n`)
}

const round = (number) => (number >= 100 ? Math.round(number) : Number(number.toPrecision(3)))

/** Proportional set size of a process and of all below it but pods, in MiB. Pods have a process group of their own; so has what ends them after a kill. */
export function proportional(pid) {
  const own = groupOf(pid)
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean)
  const below = children.filter((child) => groupOf(child) === own || isReaper(child)).map(proportional)
  const [, size] = /^Pss: +(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))
  return below.reduce((sum, each) => sum + each, Number(size) / 1024)
}

const isReaper = (pid) => readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('goodbye')

function groupOf(pid) {
  return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ')[2]
}
