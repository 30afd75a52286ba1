// Holds origins against what real helm prints when a value is changed: HELM=helm4 node conformance/helm/origins.mjs CHART...
import { basename } from 'node:path'
import { openHelm } from './lib.mjs'
import { loadOurs } from './ours.mjs'

const ours = await loadOurs()
const total = { leaves: 0, changed: 0, found: 0, reported: 0, wrong: 0, chains: 0, broken: 0 }
const limit = Number(process.env.SHOW ?? 15)

for (const chart of process.argv.slice(2)) {
  const flags = ['--kube-version', process.env.KUBE ?? '1.37.0', '--skip-schema-validation']
  const helm = openHelm(chart)
  const result = await ours.holdOrigins(chart, async (args) => {
    const { code, stdout } = await helm.run(['template', 'rel', '.', ...flags, ...args])
    return code === 0 ? stdout : undefined
  })
  helm.stop()
  for (const key of Object.keys(total)) total[key] += result[key]
  const { leaves, changed, found, reported, wrong, chains, broken } = result
  console.log(basename(chart), JSON.stringify({ leaves, changed, found, reported, wrong, chains, broken }))
  for (const each of result.missed.slice(0, limit)) console.log('  missed', each)
  for (const each of result.wrongOnes.slice(0, limit)) console.log('  wrong', each)
  for (const each of result.brokenOnes.slice(0, limit)) console.log('  broken', each)
}
console.log(JSON.stringify({ ...total, recall: total.changed === 0 ? 1 : total.found / total.changed }))
