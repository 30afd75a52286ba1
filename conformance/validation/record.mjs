// What a real API server answers to the objects of cases/: PEERS_BIN=DIR node conformance/validation/record.mjs
// Needs etcd and kube-apiserver in PEERS_BIN; writes recorded/.
import { buildSync } from 'esbuild'
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const { PEERS_BIN: bin = '' } = process.env
const missing = ['etcd', 'kube-apiserver'].filter((name) => !existsSync(join(bin, name)))
if (missing.length > 0) {
  process.stderr.write(`missing: ${missing.join(', ')}; see conformance/peers/README.md\n`)
  process.exit(2)
}

const here = fileURLToPath(new URL('.', import.meta.url))
const cache = join(here, '../../node_modules/.cache/slipway')
mkdirSync(cache, { recursive: true })
const outfile = join(cache, 'validation-answers.mjs')
// Bundled from the sources, so that what runs is what is in the work tree.
buildSync({
  entryPoints: [join(here, 'lib/answers.mjs')],
  bundle: true,
  platform: 'node',
  format: 'esm',
  conditions: ['source'],
  outfile,
})
const { realAnswers } = await import(pathToFileURL(outfile).href)

const files = {}
for (const file of readdirSync(join(here, 'cases')).sort())
  files[basename(file, '.mjs')] = (await import(pathToFileURL(join(here, 'cases', file)).href)).cases
const answers = await realAnswers(files, { bin })
for (const [name, cases] of Object.entries(answers)) {
  const lines = cases.map((one) => JSON.stringify(one)).join(',\n')
  writeFileSync(join(here, 'recorded', `${name}.json`), `[\n${lines}\n]\n`)
  process.stdout.write(`${name}: ${cases.length} answers\n`)
}
