// Compares gotemplate, sprig and Helm's functions with Go: node conformance/gotemplate/fuzz.mjs [cases] [seed] [family]
import { spawnSync } from 'node:child_process'
import { makeCase } from './generate/cases.mjs'
import { countText, newCoverage } from './generate/coverage.mjs'
import { branchReport, startBranches } from './lib/branches.mjs'
import { bundleOurs } from './lib/load.mjs'
import { askOracle, buildOracle } from './lib/oracle.mjs'
import { Random } from './lib/random.mjs'

// Helm lets a thousand includes stand inside of each other, which takes more than the stack that Node has by itself.
const STACK = '--stack-size=7000'
if (!process.execArgv.includes(STACK)) {
  process.on('SIGINT', () => {})
  const { status } = spawnSync(process.execPath, [STACK, ...process.argv.slice(1)], { stdio: 'inherit' })
  process.exit(status ?? 1)
}
const BATCH = 2000
const total = Number(process.argv[2] ?? 20_000)
const seed = Number(process.argv[3] ?? 1)
const family = process.argv[4]
const binary = process.env.GOTEMPLATE_ORACLE ?? buildOracle()
const bundle = bundleOurs()
const branches = process.env.BRANCHES === undefined ? undefined : await startBranches(bundle.file)
const ours = await bundle.load()
const random = new Random(seed)
random.coverage = newCoverage()
const counts = { same: 0, errors: 0, unstable: 0, differ: 0 }
const shapes = new Set()

let done = 0
let stopped = false
process.once('SIGINT', () => (stopped = true))
for (let next = ask(); done < total && !stopped; ) {
  const { cases, answers } = await next
  next = ask(cases.length)
  for (const [at, one] of cases.entries()) await judge(one, answers[at])
  done += cases.length
}
console.log(JSON.stringify({ seed, family, cases: done, shapes: shapes.size, ...counts }))
for (const each of random.coverage.report(Number(process.env.WANTED ?? 50)))
  if (each.group.startsWith('helm ') ? family === 'helm' : family === undefined) console.log(JSON.stringify(each))
if (branches !== undefined) {
  for (const each of branchReport(await branches.stop(), ['gotemplate', 'sprig', 'chart']))
    console.log(JSON.stringify(each, null, 1))
}
process.exitCode = counts.differ === 0 ? 0 : 1

/** A batch and Go's answers to it, which come while the batch before is judged. */
async function ask(pending = 0) {
  const cases = Array.from({ length: Math.min(BATCH, total - done - pending) }, () => makeCase(random, family))
  return { cases, answers: await askOracle(binary, cases) }
}

async function judge(one, answer) {
  const own = ours.askOurs(one)
  countText(random.coverage, one.files[0][1], ours)
  shapes.add(one.files[0][1].replace(/"(?:[^"\\]|\\.)*"/g, '""').replace(/\d+/g, '0'))
  if (answer.error !== undefined) counts.errors++
  if (
    own.defect === undefined &&
    masked(own.output) === masked(answer.output) &&
    masked(own.error) === masked(answer.error) &&
    masked(own.told) === masked(answer.told) &&
    own.tree === answer.tree
  )
    counts.same++
  else if (await isUnstable(one, answer)) counts.unstable++
  else {
    counts.differ++
    if (counts.differ <= Number(process.env.SHOW ?? 20)) show(one, answer, own)
  }
}

/** At once: a long run is worth stopping at the first ones. */
function show(one, answer, own) {
  const [[, template]] = one.files
  const { functions, missingkey } = one
  console.log(JSON.stringify({ template, functions, missingkey, go: decoded(answer), ours: decoded(own) }, null, 1))
}

/** Addresses are Go's own; ours is always the same one. A NaN of JavaScript has no sign, which TOML writes. */
function masked(text) {
  return text?.replace(/0x[0-9a-f]{6,}?(?=0x|[^0-9a-f]|$)/g, '0xADDRESS').replaceAll('-nan', 'nan')
}

/** Go itself answers differently when asked again: a random order of a map, which few answers may show where maps are small. */
async function isUnstable(one, answer) {
  const length = answer.output?.includes('unsupported map key') ? 100 : 12
  const again = await askOracle(
    binary,
    Array.from({ length }, () => one),
  )
  return again.some((each) => each.output !== answer.output || each.error !== answer.error)
}

function decoded(answer) {
  return Object.fromEntries(
    Object.entries(answer).map(([key, text]) => [
      key,
      key === 'defect' || text === undefined ? text : Buffer.from(text, 'latin1').toString(),
    ]),
  )
}
