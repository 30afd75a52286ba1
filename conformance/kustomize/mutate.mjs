// Compares builds of real trees with random changes with kustomize's library: node conformance/kustomize/mutate.mjs CHECKOUTS [trees] [seed]
import { resolve } from 'node:path'
import { compareAnswers, firstDifference, onDisk, sameClass } from './compare.mjs'
import { memoryTree } from './memory.mjs'
import { buildOracle, startOracle } from './oracle.mjs'
import { buildOurs, loadPackage } from './ours.mjs'
import { chanceFrom } from './random/chance.mjs'
import { mutated } from './random/mutations.mjs'
import { kustomizationsBelow, treeInMemory } from './real-trees.mjs'

const MAX_BYTES = 60_000
const CHANGES = 10
const [checkouts, count = '1000', first = '1'] = process.argv.slice(2)
const library = await loadPackage()
const oracle = startOracle(process.env.KUSTOMIZE_ORACLE ?? buildOracle())
const directories = kustomizationsBelow(resolve(checkouts))
const [DEVEL, RELEASE] = ['kustomize-(devel)', 'kustomize-v5.8.2']
const counts = {}
const shown = []
const donors = []
const seed = Number(first)
let stopped = false
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => (stopped = true))
// One real tree is changed several times, each time from its own seed.
for (let at = 0; at < Number(count) && !stopped; at += CHANGES) {
  const tree = pickTree(seed + at)
  for (let change = 0; change < CHANGES; change++) await judge(tree, seed + at + change)
}
oracle.stop()
console.log(JSON.stringify(counts))
for (const each of shown.slice(0, Number(process.env.SHOW ?? 40))) console.log(each)
process.exitCode = (counts.differs ?? 0) + (counts['one fails'] ?? 0) + (counts.objects ?? 0) === 0 ? 0 : 1

function pickTree(number) {
  const chance = chanceFrom(number)
  for (;;) {
    const directory = chance.pick(directories)
    const tree = treeInMemory(library, directory)
    const texts = Object.values(tree.files)
    if (texts.length === 0 || texts.reduce((sum, text) => sum + text.length, 0) > MAX_BYTES) continue
    if (donors.length < 400)
      donors.push(
        ...Object.entries(tree.files).flatMap(([path, text]) => (/kustomization\.ya?ml$/.test(path) ? [text] : [])),
      )
    return tree
  }
}

async function judge(tree, number) {
  const { files, target } = mutated(tree, chanceFrom(number * 7919), donors)
  const fresh = Object.values(files).some((text) => text.includes('openapi'))
  const answer = await oracle.ask({ files, target, fresh })
  const real =
    answer.error === undefined
      ? { ok: true, text: answer.text.replaceAll(DEVEL, RELEASE) }
      : { ok: false, message: answer.error }
  const ours = buildOurs(library, memoryTree(files), target)
  const verdict = verdictOf(real, ours)
  counts[verdict] = (counts[verdict] ?? 0) + 1
  if (verdict === 'bytes' || verdict === 'same error') return
  const reasons =
    real.ok && ours.ok
      ? firstDifference(real.text, ours.text)
      : `  real: ${real.message ?? 'builds'}\n  ours: ${ours.message ?? 'builds'}`
  shown.push(
    `${verdict}: seed ${number} ${target}\n${changesOf(tree.files, files)}\n${reasons}${ours.ok || ours.code !== undefined ? '' : ours.error.stack}`,
  )
}

function verdictOf(real, ours) {
  const verdict = compareAnswers(real, ours)
  if (verdict !== 'both fail') return verdict
  return sameClass(onDisk(real.message), ours.message) ? 'same error' : 'other error'
}

function changesOf(before, after) {
  return Object.keys(after)
    .filter((path) => before[path] !== after[path])
    .map((path) => `  ${path}: ${firstDifference(before[path], after[path]).slice(0, 600)}`)
    .join('\n')
}
