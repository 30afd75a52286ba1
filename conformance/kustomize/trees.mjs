// Builds every kustomization below the given directories with real kustomize and with ours: node conformance/kustomize/trees.mjs [--enable-helm] DIRECTORY...
// KUSTOMIZE and HELM name the programs where they are not on the PATH.
import { resolve } from 'node:path'
import { compareAnswers, firstDifference } from './compare.mjs'
import { buildOurs, diskTree, loadChartRenderer, loadPackage } from './ours.mjs'
import { buildReal, eachOf } from './real.mjs'
import { kustomizationsBelow } from './real-trees.mjs'

const directories = process.argv.slice(2).filter((each) => !each.startsWith('--'))
const withCharts = process.argv.includes('--enable-helm')
const library = await loadPackage()
const options = withCharts ? { helm: true, renderChart: await loadChartRenderer() } : {}
const flags = withCharts ? ['--enable-helm', '--helm-command', process.env.HELM ?? 'helm'] : []
const tree = diskTree()
const counts = {}
const shown = []

await eachOf(
  directories.flatMap((each) => kustomizationsBelow(resolve(each))),
  judge,
)
console.log(JSON.stringify(counts))
for (const each of shown) console.log(each)
process.exitCode = (counts.differs ?? 0) + (counts['one fails'] ?? 0) === 0 ? 0 : 1

async function judge(directory) {
  const ours = buildOurs(library, tree, directory, options)
  // Remote bases: the real tool would go to the network, which is not what is compared here.
  const remote = !ours.ok && ours.code === 'KUSTOMIZE_REMOTE'
  const real = remote ? { ok: false, message: 'remote' } : await buildReal(directory, flags)
  const verdict = remote ? 'remote' : compareAnswers(real, ours)
  counts[verdict] = (counts[verdict] ?? 0) + 1
  const text = describe(verdict, real, ours)
  if (text !== '') shown.push(`${verdict}: ${directory}\n${text}`)
}

function describe(verdict, real, ours) {
  if (verdict === 'differs' || verdict === 'objects') return firstDifference(real.text, ours.text)
  const messages = [real, ours].map((each) => (each.ok ? 'builds' : each.message.slice(0, 400)))
  if (verdict === 'one fails') return `  real: ${messages[0]}\n  ours: ${messages[1]}`
  if (verdict === 'both fail' && messages[0].slice(0, 400) !== `Error: ${messages[1]}`.trim().slice(0, 400))
    return `  real: ${messages[0]}\n  ours: ${messages[1]}`
  return ''
}
