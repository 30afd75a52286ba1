// Renders charts with real helm and with ours and compares: HELM=helm4 node conformance/helm/differ.mjs DIRECTORY...
import { readdirSync, statSync } from 'node:fs'
import { basename, join } from 'node:path'
import { loadOurs } from './ours.mjs'
import { generatedSets, openHelm } from './lib.mjs'

const KUBE = ['--kube-version', process.env.KUBE ?? '1.37.0']
const NO_SCHEMA = '--skip-schema-validation'
const ours = await loadOurs()
const counts = { bytes: 0, objects: 0, masked: 0, bothFail: 0, unstable: 0, differ: 0 }
const times = { helm: 0, ours: 0 }
// Who gives up on a large chart still wants to know what was compared until then.
process.on('SIGTERM', () => {
  report({ stopped: true })
  process.exit(143)
})

for (const chart of process.argv.slice(2).flatMap(chartsUnder)) {
  const real = openHelm(chart)
  const every = Number(process.env.EVERY ?? 1)
  for (const set of valueSets(chart).filter((_, at) => at % every === 0)) await compare(chart, set, real)
  real.stop()
}
report()
process.exitCode = counts.differ === 0 ? 0 : 1

/** The counts, and the shares among what helm renders and renders the same when asked again. */
function report(more = {}) {
  const stable = counts.bytes + counts.objects + counts.differ
  const share = (part) => (stable === 0 ? 1 : part / stable)
  const shares = { bytes: share(counts.bytes), objects: share(counts.bytes + counts.objects) }
  console.log(JSON.stringify({ ...counts, shares, times, ...more }))
}

function chartsUnder(directory) {
  const names = readdirSync(directory)
  if (names.includes('Chart.yaml')) return [directory]
  return names
    .map((name) => join(directory, name))
    .filter(
      (path) =>
        !/(?:^|\/)(?:\.git|node_modules)$/.test(path) &&
        statSync(path, { throwIfNoEntry: false })?.isDirectory() === true,
    )
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
    ...generatedSets(chart),
    ...ours.variations(chart, Number(process.env.SETS ?? 0)),
  ]
}

async function compare(chart, args, { run }) {
  const again = () => run(['template', 'rel', '.', ...KUBE, ...args])
  const before = performance.now()
  const real = await again()
  // Schemas that lie elsewhere need the network, which we do not use and which is not always there.
  if (/failing loading "https?:/.test(real.stderr) && !args.includes(NO_SCHEMA))
    return compare(chart, [...args, NO_SCHEMA], { run })
  const between = performance.now()
  const mine = ours.template(chart, args)
  times.helm += between - before
  times.ours += performance.now() - between
  const verdict = await judge(real, mine, again)
  counts[verdict]++
  if (verdict !== 'differ' && verdict !== 'objects') return
  console.log(describe(chart, args, { real, mine, verdict }))
}

async function judge(real, mine, run) {
  if (real.code !== 0 && mine.error !== undefined && anyOrder(errorOf(real.stderr)) === anyOrder(mine.error.trimEnd()))
    return 'bothFail'
  if (real.code === 0 && real.stdout === mine.output) return 'bytes'
  const runs = [real, await run(), await run(), await run()]
  const isUnstable = runs.some((each) => each.stdout !== real.stdout || each.stderr !== real.stderr)
  if (real.code !== 0 || mine.error !== undefined) return isUnstable ? 'unstable' : 'differ'
  if (!isUnstable) return ours.sameObjects(real.stdout, mine.output) ? 'objects' : 'differ'
  const texts = runs.map((each) => each.stdout)
  return ours.sameWhereStable(texts, mine.output) ? 'masked' : 'differ'
}

/** Helm's validator walks maps in any order. */
function anyOrder(text) {
  return text.startsWith("values don't meet") ? text.split('\n').sort().join('\n') : text
}

function errorOf(stderr) {
  const text = stderr.slice(stderr.indexOf('Error: ') + 'Error: '.length)
  return text.replace(/\n\nUse --debug flag to render out invalid YAML\n?$/, '').trimEnd()
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
