// Compares builds of random trees with kustomize's library: node conformance/kustomize/fuzz.mjs [trees] [seed]
import { memoryTree } from './memory.mjs'
import { compareAnswers, firstDifference } from './compare.mjs'
import { buildOracle, startOracle } from './oracle.mjs'
import { buildOurs, loadPackage } from './ours.mjs'
import { randomTree } from './random/tree.mjs'

const trees = Number(process.argv[2] ?? 2000)
const seed = Number(process.argv[3] ?? 1)
const library = await loadPackage()
const oracle = startOracle(process.env.KUSTOMIZE_ORACLE ?? buildOracle())
// A library says so of itself; the program has its version from its build.
const [DEVEL, RELEASE] = ['kustomize-(devel)', 'kustomize-v5.8.2']
const counts = {}
const fields = {}
const shown = []
const failures = {}

for (let at = 0; at < trees; at++) await judge(seed + at)
oracle.stop()
console.log(JSON.stringify({ seed, trees, ...counts, fields }))
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

// The last part of a message names the fault, those before it the way to it; what a message quotes of objects is not compared.
function sameClass(real, ours) {
  const last = (message) =>
    message
      .trim()
      .replace(/ID conflict: \[.*/s, 'ID conflict')
      .replace(/nodes unequal.*/s, 'nodes unequal')
      .split(': ')
      .at(-1)
  return real === ours || last(real) === last(ours) || real.includes(last(ours))
}
