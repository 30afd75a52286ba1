// Makes values for charts that together execute their actions: node conformance/helm/generate.mjs OUT CHART...
import { mkdirSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { loadOurs } from './ours.mjs'

const ours = await loadOurs('coverage.mjs')
const [out, ...charts] = process.argv.slice(2)
const total = { actions: 0, covered: 0, below: [] }
for (const chart of charts) {
  const name = basename(chart)
  const options = {
    count: Number(process.env.SETS ?? 20),
    seed: Number(process.env.SEED ?? 1),
    milliseconds: Number(process.env.MS ?? 60000),
  }
  const made = generated(chart, options)
  if (made === undefined) continue
  const { sets, actions, covered, printed, missed, unreachable } = made
  const folder = join(out, name)
  mkdirSync(folder, { recursive: true })
  sets.forEach((set, index) =>
    writeFileSync(join(folder, `${String(index).padStart(3, '0')}.json`), JSON.stringify(set)),
  )
  total.actions += actions
  total.covered += covered
  const share = actions === 0 ? 1 : covered / actions
  if (share < 0.9) total.below.push(name)
  console.log(
    `${share.toFixed(3)} ${covered}/${actions} (${printed} printed) sets ${sets.length} ${name}${unreachable > 0 ? `, ${unreachable} more unreachable` : ''}`,
  )
  if (process.env.MISSED !== undefined)
    for (const each of missed.slice(0, Number(process.env.MISSED))) console.log('  missed', each)
}
console.log(JSON.stringify(total))

/** Sets of values for a chart; nothing for one that neither tool can parse. */
function generated(chart, options) {
  try {
    return ours.generateSets(chart, options)
  } catch (error) {
    console.log(`no sets for ${chart}: ${error.message.split('\n')[0]}`)
    return undefined
  }
}
