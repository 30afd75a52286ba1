// Records what kustomize's library makes of random trees, for the tests of the package: node conformance/kustomize/record.mjs [seed]...
// Without seeds it picks small trees until each field and each transformer is in two of them.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { buildOracle, startOracle } from './oracle.mjs'
import { fieldsOfKustomizations } from './ours.mjs'
import { randomTree } from './random/tree.mjs'

const OUTPUT = fileURLToPath(new URL('../../packages/kustomize/test/golden/', import.meta.url))
const CANDIDATES = 4000
const TIMES = 2
const oracle = startOracle(process.env.KUSTOMIZE_ORACLE ?? buildOracle())
const given = process.argv.slice(2).map(Number)
const candidates = given.length > 0 ? given : Array.from({ length: CANDIDATES }, (_, at) => at + 1)
const trees = await picked(candidates.map((seed) => ({ seed, ...randomTree(seed) })))
rmSync(OUTPUT, { recursive: true, force: true })
mkdirSync(OUTPUT, { recursive: true })
for (const { seed, target, files, text } of trees) {
  const parts = Object.entries(files).map(([path, content]) => part(path, content))
  writeFileSync(`${OUTPUT}tree-${seed}.txt`, `build ${target}\n${parts.join('')}${part('stdout', text)}`)
}
oracle.stop()
console.log(`${trees.length} trees in ${OUTPUT}`)

// A text that does not end its last line says so in its heading.
function part(path, content) {
  return content === '' || content.endsWith('\n') ? `-- ${path} --\n${content}` : `-- ${path} (open) --\n${content}\n`
}

async function picked(all) {
  const wanted = new Map((await fieldsOfKustomizations()).map((name) => [name, TIMES]))
  const chosen = []
  for (const tree of all.toSorted((a, b) => size(a) - size(b))) {
    const features = new Set([...tree.used, ...tree.order])
    const useful = [...features].filter((each) => (wanted.get(each) ?? TIMES) > 0)
    if (useful.length === 0) continue
    const { text, error } = await oracle.ask({ ...tree, fresh: true })
    if (error !== undefined || text === '') continue
    for (const each of useful) wanted.set(each, (wanted.get(each) ?? TIMES) - 1)
    // A library says so of itself; the program has its version from its build.
    chosen.push({ ...tree, text: text.replaceAll('kustomize-(devel)', 'kustomize-v5.8.2') })
  }
  return chosen
}

function size({ files }) {
  return Object.values(files).reduce((sum, text) => sum + text.length, 0)
}
