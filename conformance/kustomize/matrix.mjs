// Compares builds of small trees, every combination of the values of a few places, with kustomize's library: node conformance/kustomize/matrix.mjs [name]...
import { compareAnswers, firstDifference, onDisk, sameClass } from './compare.mjs'
import { MATRICES } from './matrix/matrices.mjs'
import { memoryTree } from './memory.mjs'
import { buildOracle, startOracle } from './oracle.mjs'
import { buildOurs, loadPackage } from './ours.mjs'

const names = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(MATRICES)
const library = await loadPackage()
const oracle = startOracle(process.env.KUSTOMIZE_ORACLE ?? buildOracle())
const totals = {}
for (const name of names) {
  const counts = {}
  for (const [label, files] of combinations(MATRICES[name])) await judge(`${name}: ${label}`, files, counts)
  console.log(name, JSON.stringify(counts))
}
oracle.stop()
console.log(JSON.stringify(totals))
process.exitCode = ['differs', 'objects', 'one fails'].some((each) => totals[each] > 0) ? 1 : 0

async function judge(label, files, counts) {
  const fresh = Object.values(files).some((text) => text.includes('openapi'))
  const answer = await oracle.ask({ files, target: '', fresh })
  const real = answer.error === undefined ? { ok: true, text: answer.text } : { ok: false, message: answer.error }
  const ours = buildOurs(library, memoryTree(files), '')
  const verdict = verdictOf(real, ours)
  for (const each of [counts, totals]) each[verdict] = (each[verdict] ?? 0) + 1
  if (['bytes', 'same text'].includes(verdict) || (verdict === 'same class' && !process.env.TEXTS)) return
  const reasons =
    real.ok && ours.ok
      ? firstDifference(real.text, ours.text)
      : `  real: ${real.message ?? real.text}\n  ours: ${ours.message ?? ours.text}${ours.ok || ours.code !== undefined ? '' : `\n${ours.error.stack}`}`
  console.log(`${verdict}: ${label}\n${reasons}`)
}

function verdictOf(real, ours) {
  const verdict = compareAnswers(real, ours)
  if (verdict !== 'both fail') return verdict
  const message = onDisk(real.message)
  // Where the real tool crashes, any refusal will do.
  if (message.trim() === ours.message.trim() || message.startsWith('panic: ')) return 'same text'
  return sameClass(message, ours.message) ? 'same class' : 'other error'
}

// A matrix names its places and the values of each; `files` makes the tree of one choice.
function* combinations({ places, files }) {
  const keys = Object.keys(places)
  const sizes = keys.map((key) => places[key].length)
  const count = sizes.reduce((product, size) => product * size, 1)
  for (let number = 0; number < count; number++) {
    let rest = number
    const choice = {}
    for (const [at, key] of keys.entries()) {
      choice[key] = places[key][rest % sizes[at]]
      rest = Math.floor(rest / sizes[at])
    }
    yield [
      Object.values(choice)
        .map((each) => JSON.stringify(each))
        .join(' '),
      files(choice),
    ]
  }
}
