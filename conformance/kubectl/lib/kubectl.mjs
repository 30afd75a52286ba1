import { spawn, spawnSync } from 'node:child_process'
import { join } from 'node:path'

/** The version whose answers are recorded; another one words things differently. */
export const RECORDED_VERSION = '1.36'

/** The path of a kubectl of a version, by default the recorded one (`KUBECTL`, `PEERS_BIN`, PATH), or a sentence that says why there is none. */
export function findKubectl(env = process.env, wanted = RECORDED_VERSION) {
  const { KUBECTL, PEERS_BIN } = env
  const built = PEERS_BIN === undefined ? [] : [join(PEERS_BIN, 'kubectl'), join(PEERS_BIN, `kubectl-${wanted}`)]
  const candidates = [KUBECTL, ...built, 'kubectl'].filter(Boolean)
  const found = []
  for (const path of candidates) {
    const { stdout } = spawnSync(path, ['version', '--client', '-o', 'json'], { encoding: 'utf8' })
    const version = versionOf(stdout)
    if (version?.startsWith(`v${wanted}.`)) return { path }
    if (version !== undefined) found.push(`${path} is ${version}`)
  }
  const why = found.length === 0 ? 'there is no kubectl' : found.join(', ')
  return {
    missing: `${why}; set KUBECTL or PEERS_BIN to one of ${wanted} (conformance/peers/build makes it)`,
  }
}

function versionOf(text) {
  try {
    return JSON.parse(text).clientVersion.gitVersion
  } catch {
    return undefined
  }
}

/** Runs kubectl with arguments in a folder; answers as the recording has it. */
export function runKubectl(path, args, { cwd, kubeconfig }) {
  const env = { ...process.env, KUBECONFIG: kubeconfig, HOME: cwd, KUBECACHEDIR: join(cwd, '.kube-cache'), TZ: 'UTC' }
  return new Promise((resolve, reject) => {
    const child = spawn(path, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'], timeout: 60_000 })
    const out = { stdout: '', stderr: '' }
    child.stdout.on('data', (chunk) => (out.stdout += chunk))
    child.stderr.on('data', (chunk) => (out.stderr += chunk))
    child.once('error', reject)
    child.once('close', (code) => resolve({ code: code ?? -1, ...out }))
  })
}
