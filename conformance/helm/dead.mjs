// Holds reports of dead values against what real helm prints when they are changed: HELM=helm4 node conformance/helm/dead.mjs CHART...
import { basename } from 'node:path'
import { generatedSets, openHelm } from './lib.mjs'
import { loadOurs } from './ours.mjs'

const ours = await loadOurs()
const total = { dead: 0, keys: 0, unknowable: 0, planted: 0, found: 0, wrong: 0 }

for (const chart of process.argv.slice(2)) {
  const flags = ['--kube-version', process.env.KUBE ?? '1.37.0', '--skip-schema-validation']
  const helm = openHelm(chart)
  const template = (args) => helm.run(['template', 'rel', '.', ...flags, ...args])
  const sets = await rendering([[], ...generatedSets(chart)], template)
  if (sets.length === 0) {
    helm.stop()
    console.log(basename(chart), 'renders with none of its values')
    continue
  }
  const run = async (args) => {
    const { code, stdout, stderr } = await template(args)
    return code === 0 ? stdout : stderr
  }
  const { missed, wrong, ...counts } = await ours.holdDead(chart, run, sets)
  helm.stop()
  for (const [key, count] of Object.entries(counts)) total[key] += count
  total.wrong += wrong.length
  console.log(basename(chart), JSON.stringify({ ...counts, wrong: wrong.length }))
  if (wrong.length > 0) console.log('  wrong', wrong.slice(0, 8).join(' '))
  if (missed.length > 0) console.log('  missed', missed.length, missed.slice(0, 8).join(' '))
}
console.log(JSON.stringify({ ...total, recall: total.planted === 0 ? 1 : total.found / total.planted }))

/** What fails shows no key. */
async function rendering(sets, template) {
  const good = []
  for (const set of sets) if ((await template(set)).code === 0) good.push(set)
  return good
}
