// Holds origins against what changes when a value is changed: node conformance/helm/origins.mjs CHART...
import { loadOurs } from './ours.mjs'

const ours = await loadOurs()
const total = { leaves: 0, changed: 0, found: 0, reported: 0, wrong: 0 }
const shown = { missed: [], wrong: [] }

for (const chart of process.argv.slice(2)) {
  const result = ours.holdOrigins(chart)
  for (const key of Object.keys(total)) total[key] += result[key]
  shown.missed.push(...result.missed.map((each) => `${chart.split('/').at(-1)}: ${each}`))
  shown.wrong.push(...result.wrongOnes.map((each) => `${chart.split('/').at(-1)}: ${each}`))
}
const recall = total.changed === 0 ? 1 : total.found / total.changed
console.log(JSON.stringify({ ...total, recall }))
const limit = Number(process.env.SHOW ?? 15)
for (const each of shown.missed.slice(0, limit)) console.log('missed', each)
for (const each of shown.wrong.slice(0, limit)) console.log('wrong', each)
