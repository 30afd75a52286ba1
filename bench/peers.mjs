// The real control plane and the real Argo CD, where conformance/peers has built them: what our figures are held against in the same run.
import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { load, temporary } from './lib.mjs'

const PLANE = ['etcd', 'kube-apiserver', 'kube-controller-manager', 'kube-scheduler']
const ARGO_CD = [...PLANE, 'kubectl', 'argocd', 'helm3', 'kustomize']

/**
 * Runs a body against a real etcd, API server, controller manager and scheduler, which end with it. Where they are not built it says so and returns undefined.
 * The body gets a client and when they were started; `apiReady` is the seconds until the API server answered.
 */
export function withControlPlane(body) {
  return isBuilt(PLANE) ? withPlane(body) : undefined
}

/** The same with a real Argo CD on it: `argocd`'s API answers. Needs ARGOCD_SRC, a clone of argo-cd, for its kinds and its configuration. */
export function withArgoCd(body) {
  const { PEERS_BIN: bin = '', ARGOCD_SRC: source = '' } = process.env
  if (!isBuilt(ARGO_CD)) return undefined
  if (!existsSync(join(source, 'manifests/crds'))) return skipped('ARGOCD_SRC')
  return withPlane(async (plane) => {
    const { startArgoCd } = await load(
      `export { startArgoCd } from '${new URL('../conformance/argocd/lib/argocd.mjs', import.meta.url).pathname}'`,
    )
    await startArgoCd({ folder: plane.folder, bin, source, group: plane.group, kubeconfig: plane.kubeconfig })
    return body(plane)
  })
}

async function withPlane(body) {
  const { PEERS_BIN: bin } = process.env
  const lib = new URL('../conformance/argocd/lib/', import.meta.url).pathname
  const { startControlPlane, processGroup } = await load(
    `export { startControlPlane } from '${lib}control-plane.mjs'
    export { processGroup } from '${lib}processes.mjs'`,
  )
  const folder = join(temporary(), 'real')
  mkdirSync(folder)
  const group = processGroup(folder)
  const began = performance.now()
  try {
    const plane = await startControlPlane({ folder, bin, group })
    return await body({ ...plane, folder, group, began, apiReady: (plane.answered - began) / 1000 })
  } finally {
    await group.stop()
  }
}

function isBuilt(names) {
  const { PEERS_BIN: bin = '' } = process.env
  const missing = names.filter((name) => !existsSync(join(bin, name)))
  if (missing.length > 0) skipped(missing.join(', '))
  return missing.length === 0
}

function skipped(what) {
  process.stdout.write(`not held against the real ones: ${what} is missing (conformance/peers/README.md)\n`)
  return undefined
}
