// Runs the conformance tests of Kubernetes against our API server and controllers: node conformance/kubernetes/run.mjs [--pods] [--only TEXT] [--skip TEXT] [--all] [--keep]
// With --pods those that need running pods, on our node. Needs e2e.test and kubectl in PEERS_BIN. Exits 1 when the set of tests that pass is not what tests.txt and failing.json say.
import { buildSync } from 'esbuild'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { runTests, testsOf } from './lib/e2e.mjs'
import { testImages } from './lib/images.mjs'
import { surprisesOf } from './lib/ratchet.mjs'

const here = fileURLToPath(new URL('./', import.meta.url))
const bin = process.env.PEERS_BIN ?? ''
const [binary, kubectl] = ['e2e.test', 'kubectl'].map((name) => join(bin, name))
if (!existsSync(binary) || !existsSync(kubectl)) {
  process.stderr.write('e2e.test and kubectl are not in PEERS_BIN; see conformance/peers/README.md\n')
  process.exit(2)
}

const cache = join(here, '../../node_modules/.cache/slipway')
mkdirSync(cache, { recursive: true })
const outfile = join(cache, 'kubernetes-cluster.mjs')
// Bundled from the sources, so that what is tested is what is in the work tree.
buildSync({
  entryPoints: [join(here, 'lib/cluster.mjs')],
  bundle: true,
  platform: 'node',
  format: 'esm',
  conditions: ['source'],
  outfile,
  logLevel: 'error',
  banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url)" },
})
const { startCluster, startPods } = await import(outfile)

const flag = (name) => process.argv[process.argv.indexOf(name) + 1]
const only = process.argv.includes('--only') ? flag('--only') : ''
const skip = process.argv.includes('--skip') ? flag('--skip') : '\n'
const pods = process.argv.includes('--pods')
const kinds = process.argv.includes('--class') ? flag('--class') : pods ? 'P' : 'A'
const list = readFileSync(join(here, 'tests.txt'), 'utf8')
const all = [...kinds].flatMap((kind) => testsOf(list, kind))
const reasons = JSON.parse(readFileSync(join(here, 'failing.json'), 'utf8'))
const known = (name) => reasons[name] !== undefined && !process.argv.includes('--all')
const names = all.filter((name) => name.includes(only) && !name.includes(skip) && !known(name))
const folder = mkdtempSync(join(tmpdir(), 'slipway-e2e-'))
const cluster = pods
  ? await startPods(folder, await testImages(join(folder, 'images'), join(here, 'images')))
  : await startCluster(folder)
const results = await runTests({ binary, kubectl, kubeconfig: cluster.kubeconfig, names, folder })
await cluster.stop()

const surprises = new Set(surprisesOf(results, reasons))
for (const result of results) {
  const { name, ok, message } = result
  process.stdout.write(
    `${ok ? 'pass' : 'FAIL'} ${name}${surprises.has(result) ? '   <- not as failing.json says' : ''}\n`,
  )
  if (!ok) process.stdout.write(`     ${(reasons[name] ?? message).split('\n').slice(0, 6).join('\n     ')}\n`)
}
process.stdout.write(
  `${results.filter(({ ok }) => ok).length} of ${results.length} pass, ${all.filter(known).length} are known to fail\n`,
)
if (process.argv.includes('--keep')) process.stdout.write(`${folder}\n`)
else rmSync(folder, { recursive: true, force: true })
process.exit(surprises.size === 0 ? 0 : 1)
