// Records what kustomize's library makes of random trees, for the tests of the package: node conformance/kustomize/record.mjs [seed]...
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { buildOracle, startOracle } from './oracle.mjs'
import { randomTree } from './random/tree.mjs'

const OUTPUT = fileURLToPath(new URL('../../packages/kustomize/test/golden.json', import.meta.url))
const seeds =
  process.argv.length > 2 ? process.argv.slice(2).map(Number) : Array.from({ length: 24 }, (_, at) => 71 * (at + 1))
const oracle = startOracle(process.env.KUSTOMIZE_ORACLE ?? buildOracle())
const recorded = []
for (const seed of seeds) {
  const { files, target } = randomTree(seed)
  const { text, error } = await oracle.ask({ files, target })
  if (error === undefined)
    recorded.push({ seed, files, target, text: text.replaceAll('kustomize-(devel)', 'kustomize-v5.8.2') })
}
oracle.stop()
writeFileSync(OUTPUT, `${JSON.stringify(recorded, undefined, 1)}\n`)
console.log(`${recorded.length} trees in ${OUTPUT}`)
