// Compares builds of random trees with kustomize's library: node conformance/kustomize/fuzz.mjs [trees] [seed]
// Says how many trees use each field, and how many have each ordered pair of transformers, the least of each first.
import { memoryTree } from './memory.mjs'
import { compareAnswers, firstDifference, sameClass } from './compare.mjs'
import { buildOracle, startOracle } from './oracle.mjs'
import { buildOurs, fieldsOfKustomizations, loadPackage, pluginKinds } from './ours.mjs'
import { randomTree } from './random/tree.mjs'
import { transformerNames } from './random/used.mjs'

const trees = Number(process.argv[2] ?? 2000)
const seed = Number(process.argv[3] ?? 1)
const library = await loadPackage()
const oracle = startOracle(process.env.KUSTOMIZE_ORACLE ?? buildOracle())
// A library says so of itself; the program has its version from its build.
const [DEVEL, RELEASE] = ['kustomize-(devel)', 'kustomize-v5.8.2']
const counts = {}
const fields = {}
const pairs = {}
const shown = []
const failures = {}

let judged = 0
let stopped = false
// A run that is ended early says what it found until then.
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => (stopped = true))
for (; judged < trees && !stopped; judged++) await judge(seed + judged)
oracle.stop()
console.log(JSON.stringify({ seed, trees: judged, ...counts, builds: `${((100 * built()) / judged).toFixed(1)} %` }))
printFields(await fieldsOfKustomizations())
printPairs(transformerNames(await pluginKinds()))
if (process.env.FAILURES) console.log(JSON.stringify(failures, null, 1))
for (const each of shown.slice(0, 20)) console.log(each)
process.exitCode = (counts.differs ?? 0) + (counts['one fails'] ?? 0) + (counts.objects ?? 0) === 0 ? 0 : 1

async function judge(number) {
  const tree = randomTree(number)
  const answer = await oracle.ask({ files: tree.files, target: tree.target, fresh: tree.used.includes('openapi') })
  const real =
    answer.error === undefined
      ? { ok: true, text: answer.text.replaceAll(DEVEL, RELEASE) }
      : { ok: false, message: answer.error }
  const ours = buildOurs(library, memoryTree(tree.files), tree.target)
  const verdict = compareAnswers(real, ours)
  counts[verdict] = (counts[verdict] ?? 0) + 1
  for (const name of new Set(tree.used)) fields[name] = (fields[name] ?? 0) + 1
  for (const pair of orderedPairs(tree.order)) pairs[pair] = (pairs[pair] ?? 0) + 1
  if (verdict === 'both fail') {
    const same = sameClass(real.message, ours.message)
    counts[same ? 'same error' : 'other error'] = (counts[same ? 'same error' : 'other error'] ?? 0) + 1
    if (!same) shown.push(`other error: seed ${number}\n  real: ${real.message}\n  ours: ${ours.message}`)
    const key = real.message.replace(/'[^']*'|"[^"]*"/g, '_').slice(-90)
    failures[key] = (failures[key] ?? 0) + 1
  }
  if (verdict === 'differs' || verdict === 'objects')
    shown.push(`${verdict}: seed ${number}\n${firstDifference(real.text, ours.text)}`)
  if (verdict === 'one fails')
    shown.push(
      `one fails: seed ${number}\n  real: ${real.message ?? 'builds'}\n  ours: ${ours.message ?? 'builds'}\n${ours.code === undefined && !ours.ok ? ours.error.stack : ''}`,
    )
}

function built() {
  return judged - (counts['both fail'] ?? 0)
}

function orderedPairs(order) {
  return new Set(order.flatMap((first, at) => order.slice(at + 1).map((second) => `${first} before ${second}`)))
}

// Charts need the helm program, which a tree in memory cannot have: real trees with --enable-helm compare them.
function printFields(known) {
  const withCharts = (name) => name.startsWith('helm')
  const rows = known.filter((name) => !withCharts(name)).map((name) => [name, fields[name] ?? 0])
  const rest = known.filter((name) => withCharts(name) && !name.includes('.'))
  printLeast(`${rows.length} fields (without ${rest.join(', ')})`, rows)
}

function printPairs(names) {
  const rows = names.flatMap((first) =>
    names.map((second) => [`${first} before ${second}`, pairs[`${first} before ${second}`] ?? 0]),
  )
  printLeast(`${rows.length} ordered pairs of transformers`, rows)
}

function printLeast(title, rows) {
  const sorted = rows.toSorted(([, a], [, b]) => a - b)
  const shownRows = process.env.ALL ? sorted : sorted.slice(0, 12)
  console.log(`${title}, the least: ${shownRows.map(([name, count]) => `${name} ${count}`).join(', ')}`)
}
