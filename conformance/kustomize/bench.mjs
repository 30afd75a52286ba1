// Times real trees, each warm in one process: node conformance/kustomize/bench.mjs DIRECTORY...
// Ours against kustomize's library; and what origins cost: ours against itself without them, when they are recorded and when each field's is read.
import { resolve } from 'node:path'
import { buildOracle, startOracle } from './oracle.mjs'
import { buildOurs, diskTree, loadPackage, loadWithoutOrigins } from './ours.mjs'

const TIMES = 15
const library = await loadPackage()
const without = await loadWithoutOrigins()
const oracle = startOracle(process.env.KUSTOMIZE_ORACLE ?? buildOracle())
const ratios = { real: [], recorded: [], read: [] }
for (const directory of process.argv.slice(2).map((each) => resolve(each))) await measure(directory)
oracle.stop()
const { real, recorded, read } = ratios
console.log(`median ratio to the real library ${median(real).toFixed(2)}`)
console.log(`origins recorded: median ${median(recorded).toFixed(2)}, most ${Math.max(...recorded).toFixed(2)}`)
console.log(
  `origins recorded and read of every field: median ${median(read).toFixed(2)}, most ${Math.max(...read).toFixed(2)}`,
)

async function measure(directory) {
  const runs = {
    plain: () => buildOurs(without, diskTree(), directory),
    ours: () => buildOurs(library, diskTree(), directory),
    all: () => readOrigins(buildOurs(library, diskTree(), directory).result),
  }
  if (!runs.ours().ok || runs.plain().text !== runs.ours().text) throw new Error(`cannot be measured: ${directory}`)
  const { times, spent } = timesOf(runs)
  const [{ ours }, { plain, ours: recording, all }] = [times, spent]
  const { milliseconds, error } = await oracle.ask({ directory, times: TIMES })
  if (error !== undefined) throw new Error(error)
  ratios.real.push(ours / milliseconds)
  ratios.recorded.push(recording / plain)
  ratios.read.push(all / plain)
  const against = [
    `real ${milliseconds.toFixed(1)} ms`,
    `origins in processor time: without ${plain.toFixed(1)}`,
    `with ${recording.toFixed(1)}`,
    `all read ${all.toFixed(1)}`,
  ]
  console.log(`${(ours / milliseconds).toFixed(2)}  ours ${ours.toFixed(1)} ms, ${against.join(', ')}  ${directory}`)
}

// By turns, so that what else the machine does meets all of them alike; the time that passed, and the processor time that was spent.
function timesOf(runs) {
  const names = Object.keys(runs)
  const all = Object.fromEntries(names.map((name) => [name, { passed: [], spent: [] }]))
  for (let at = 0; at < TIMES + 5; at++) {
    for (const name of names) {
      const [start, usage] = [performance.now(), process.cpuUsage()]
      runs[name]()
      const { user, system } = process.cpuUsage(usage)
      if (at < 5) continue
      all[name].passed.push(performance.now() - start)
      all[name].spent.push((user + system) / 1000)
    }
  }
  const medians = (of) => Object.fromEntries(names.map((name) => [name, median(all[name][of])]))
  return { times: medians('passed'), spent: medians('spent') }
}

function readOrigins({ objects }) {
  let count = 0
  for (const { value, origins } of objects) count += readBelow(value, [], origins)
  return count
}

function readBelow(value, path, origins) {
  if (typeof value !== 'object' || value === null) return origins.of(path).length
  return Object.entries(value).reduce(
    (sum, [key, each]) => sum + readBelow(each, [...path, Array.isArray(value) ? Number(key) : key], origins),
    0,
  )
}

function median(values) {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]
}
