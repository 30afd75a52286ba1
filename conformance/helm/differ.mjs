// Renders charts with real helm and with ours and compares: HELM=helm4 node conformance/helm/differ.mjs DIRECTORY...
import { readdirSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import { loadOurs } from './ours.mjs'
import { runHelm } from './lib.mjs'

const helm = process.env.HELM ?? 'helm'
const KUBE = ['--kube-version', process.env.KUBE ?? '1.37.0']
const ours = await loadOurs()
const counts = { bytes: 0, objects: 0, bothFail: 0, unstable: 0, differ: 0 }
const shown = []
const times = { helm: 0, ours: 0 }

for (const chart of process.argv.slice(2).flatMap(chartsUnder)) {
  for (const set of valueSets(chart)) compare(chart, set)
}
console.log(JSON.stringify({ ...counts, times }))
for (const each of shown) console.log(each)
process.exitCode = counts.differ === 0 ? 0 : 1

function chartsUnder(directory) {
  const names = readdirSync(directory)
  if (names.includes('Chart.yaml')) return [directory]
  return names
    .map((name) => join(directory, name))
    .filter((path) => !/(?:^|\/)(?:\.git|node_modules)$/.test(path) && statSync(path).isDirectory())
    .flatMap(chartsUnder)
}

/** Defaults, each file under `ci/`, and each scalar of the defaults turned over in groups. */
function valueSets(chart) {
  const folder = join(chart, 'ci')
  let files = []
  try {
    files = readdirSync(folder)
      .filter((name) => /\.ya?ml$/.test(name))
      .sort()
  } catch {
    files = []
  }
  return [
    [],
    ...files.map((name) => ['-f', join(folder, name)]),
    ...ours.variations(chart, Number(process.env.SETS ?? 0)),
  ]
}

function compare(chart, args) {
  const before = performance.now()
  const real = runHelm([helm], ['template', 'rel', '.', ...KUBE, ...args], chart)
  const between = performance.now()
  const mine = ours.template(chart, args)
  times.helm += between - before
  times.ours += performance.now() - between
  const verdict = judge(real, mine, () => runHelm([helm], ['template', 'rel', '.', ...KUBE, ...args], chart))
  counts[verdict]++
  if (verdict !== 'differ' && verdict !== 'objects') return
  if (shown.length < Number(process.env.SHOW ?? 20)) shown.push(describe(chart, args, { real, mine, verdict }))
}

function judge(real, mine, again) {
  if (real.code !== 0 && mine.error !== undefined) {
    return anyOrder(errorOf(real.stderr)) === anyOrder(mine.error.trimEnd())
      ? 'bothFail'
      : isUnstable(real, again)
        ? 'unstable'
        : 'differ'
  }
  if (real.code !== 0 || mine.error !== undefined) return 'differ'
  if (real.stdout === mine.output) return 'bytes'
  if (ours.sameObjects(real.stdout, mine.output)) return 'objects'
  return isUnstable(real, again) ? 'unstable' : 'differ'
}

/** Helm's validator walks maps in any order. */
function anyOrder(text) {
  return text.startsWith("values don't meet") ? text.split('\n').sort().join('\n') : text
}

/** Helm differs from itself: random names, certificates, the order of maps. */
function isUnstable(real, again) {
  return Array.from({ length: 3 }, again).some((each) => each.stdout !== real.stdout || each.stderr !== real.stderr)
}

function errorOf(stderr) {
  const text = stderr.slice(stderr.indexOf('Error: ') + 'Error: '.length)
  return text.replace(/\n\nUse --debug flag to render out invalid YAML\n$/, '').trimEnd()
}

function describe(chart, args, { real, mine, verdict }) {
  const name = `${verdict} ${basename(chart)} ${args.join(' ').slice(0, 300)}`
  if (real.code !== 0 || mine.error !== undefined) {
    return `${name}\n  helm ${real.code === 0 ? 'renders' : errorOf(real.stderr).slice(0, 500)}\n  ours ${(mine.error ?? 'renders').slice(0, 500)}`
  }
  const left = real.stdout.split('\n')
  const right = mine.output.split('\n')
  const at = left.findIndex((line, index) => line !== right[index])
  const source = left.slice(0, at + 1).findLast((line) => line.startsWith('# Source: '))
  return `${name}\n  ${source} line ${at + 1}\n  helm ${JSON.stringify(left[at])?.slice(0, 200)}\n  ours ${JSON.stringify(right[at])?.slice(0, 200)}`
}
