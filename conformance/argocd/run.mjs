// The starter on a real control plane with a real Argo CD: node conformance/argocd/run.mjs [--keep]
// Needs PEERS_BIN (etcd, kube-apiserver, kube-controller-manager, kube-scheduler, kubectl, argocd, helm3, kustomize), ARGOCD_SRC (a clone of argo-cd) and redis-server.
import { buildSync } from 'esbuild'
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { starterFiles } from '../../tools/demo.mjs'

const NEEDED = [
  'etcd',
  'kube-apiserver',
  'kube-controller-manager',
  'kube-scheduler',
  'kubectl',
  'argocd',
  'helm3',
  'kustomize',
]
const { PEERS_BIN: bin = '', ARGOCD_SRC: source = '' } = process.env
const missing = NEEDED.filter((name) => !existsSync(join(bin, name)))
if (missing.length > 0 || !existsSync(join(source, 'manifests/crds'))) {
  process.stderr.write(
    `missing: ${[...missing, ...(source === '' ? ['ARGOCD_SRC'] : [])].join(', ')}; see conformance/peers/README.md\n`,
  )
  process.exit(2)
}

const root = fileURLToPath(new URL('../../', import.meta.url))
const cache = join(root, 'node_modules/.cache/slipway')
mkdirSync(cache, { recursive: true })
const outfile = join(cache, 'argocd-scenario.mjs')
// Bundled from the sources, so that what runs is what is in the work tree.
buildSync({
  entryPoints: [fileURLToPath(new URL('lib/scenario.mjs', import.meta.url))],
  bundle: true,
  platform: 'node',
  format: 'esm',
  conditions: ['source'],
  outfile,
  logLevel: 'error',
  banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url)" },
})
const { runScenario } = await import(outfile)
const folder = mkdtempSync(join(tmpdir(), 'slw-'))
const failures = await runScenario({ folder, root, files: starterFiles(), bin, source, tell })
if (!process.argv.includes('--keep')) rmSync(folder, { recursive: true, force: true })
else process.stdout.write(`${folder}\n`)
process.exit(failures === 0 ? 0 : 1)

function tell({ name, ok, figure, error }) {
  const note = figure === undefined ? '' : ` (${figure})`
  process.stdout.write(`${ok ? 'ok  ' : 'FAIL'} ${name}${note}\n`)
  if (!ok) process.stdout.write(`${String(error?.stack ?? error).replace(/^/gm, '     ')}\n`)
}
