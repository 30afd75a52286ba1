// Holds reports of dead values against renderings: SETS=6 node conformance/helm/dead.mjs CHART...
import { loadOurs } from './ours.mjs'

const ours = await loadOurs()
const total = { dead: 0, wrong: 0, planted: 0, found: 0 }

for (const chart of process.argv.slice(2)) {
  const { dead, planted, missed, wrong } = ours.holdDead(chart, Number(process.env.SETS ?? 4))
  total.dead += dead
  total.wrong += wrong.length
  total.planted += planted
  total.found += planted - missed.length
  const name = chart.split('/').at(-1)
  if (wrong.length > 0) console.log('wrong', name, wrong.slice(0, 8).join(' '))
  if (missed.length > 0) console.log('missed', name, missed.length, missed.slice(0, 8).join(' '))
}
console.log(JSON.stringify({ ...total, recall: total.found / total.planted }))
