// Ours against kustomize's library, both warm in one process: node conformance/kustomize/bench.mjs DIRECTORY...
import { resolve } from 'node:path'
import { buildOracle, startOracle } from './oracle.mjs'
import { buildOurs, diskTree, loadPackage } from './ours.mjs'

const TIMES = 15
const library = await loadPackage()
const oracle = startOracle(process.env.KUSTOMIZE_ORACLE ?? buildOracle())
const ratios = []
for (const directory of process.argv.slice(2).map((each) => resolve(each))) {
  for (let warm = 0; warm < 5; warm++) buildOurs(library, diskTree(), directory)
  const times = Array.from({ length: TIMES }, () => {
    const start = performance.now()
    buildOurs(library, diskTree(), directory)
    return performance.now() - start
  })
  const ours = times.toSorted((a, b) => a - b)[Math.floor(TIMES / 2)]
  const { milliseconds, error } = await oracle.ask({ directory, times: TIMES })
  if (error !== undefined) throw new Error(error)
  ratios.push(ours / milliseconds)
  console.log(
    `${(ours / milliseconds).toFixed(2)}  ours ${ours.toFixed(1)} ms, real ${milliseconds.toFixed(1)} ms  ${directory}`,
  )
}
oracle.stop()
const sorted = ratios.toSorted((a, b) => a - b)
console.log(`median ratio ${sorted[Math.floor(sorted.length / 2)].toFixed(2)}`)
