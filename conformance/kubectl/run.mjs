// Plays the recorded kubectl commands against our API server: node conformance/kubectl/run.mjs [--verbose] [FILTER]
// KUBECTL_VERSION=1.37 takes a kubectl of another version than the recorded one; what that one words differently is in differences-1.37.json.
import { buildSync } from 'esbuild'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { findKubectl } from './lib/kubectl.mjs'
import { mask } from './lib/mask.mjs'
import { FOLDER, play, summary } from './lib/play.mjs'

const verbose = process.argv.includes('--verbose')
const filter = process.argv.slice(2).find((argument) => !argument.startsWith('--'))
const kubectl = findKubectl(process.env, process.env.KUBECTL_VERSION)
if (kubectl.missing !== undefined) {
  process.stderr.write(`${kubectl.missing}\n`)
  process.exit(2)
}

// Bundles the packages from their sources, so that what is compared is what is in the work tree.
const cache = fileURLToPath(new URL('../../node_modules/.cache/slipway/', import.meta.url))
mkdirSync(cache, { recursive: true })
const outfile = `${cache}kubectl-cluster.mjs`
buildSync({
  entryPoints: [fileURLToPath(new URL('lib/cluster.mjs', import.meta.url))],
  bundle: true,
  platform: 'node',
  format: 'esm',
  conditions: ['source'],
  external: ['ws', 'yaml', '@peculiar/x509', 'reflect-metadata', 're2js'],
  outfile,
  logLevel: 'error',
})
const { startCluster } = await import(outfile)

const { KUBECTL_VERSION: version } = process.env
const differences = join(FOLDER, `differences-${version}.json`)
const own = existsSync(differences) ? JSON.parse(readFileSync(differences, 'utf8')) : {}
const results = await play({ folder: FOLDER, kubectl: kubectl.path, startCluster, own, onResult: tell })
const { total, same, loose, accepted, unexpected, gone, share } = summary(results)
process.stdout.write(
  `${same} of ${total} same (${(share * 100).toFixed(1)} %), ${loose} of them loosely, ${accepted.length} accepted, ${unexpected.length} unexpected\n`,
)
for (const command of gone) process.stdout.write(`no difference any more, remove its row: ${command}\n`)
process.exit(unexpected.length === 0 && gone.length === 0 ? 0 : 1)

function tell({ command, verdict, parts, accepted, recorded, ours }) {
  const note =
    verdict === 'differs' ? ` ${parts.join(',')}${accepted === undefined ? '' : ` (accepted: ${accepted})`}` : ''
  process.stdout.write(`${verdict.padEnd(8)}${command}${note}\n`)
  if (!verbose || verdict !== 'differs' || (filter !== undefined && !command.includes(filter))) return
  const text = (answer) => `exit ${answer.code}\n${mask(answer.stdout)}\n--- stderr\n${mask(answer.stderr)}\n`
  const name = `${cache}kubectl-${results_()}`
  writeFileSync(`${name}.recorded`, text(recorded))
  writeFileSync(`${name}.ours`, text(ours))
  process.stdout.write(`  ${name}.{recorded,ours}\n`)
}

function results_() {
  tell.count = (tell.count ?? 0) + 1
  return String(tell.count).padStart(3, '0')
}
