import { spawn } from 'node:child_process'
import { delimiter, join } from 'node:path'
import { runningCluster } from '@slipway/state'
import { CodedError } from '@slipway/diag'
import { isRunnable } from '../command-name.ts'
import type { Io } from '../io.ts'
import { findPlace, notRunning } from '../place.ts'

/** Why kubectl does not run. */
export type KubectlErrorCode = 'CLI_NO_KUBECTL'

/** A kubectl that is not there. */
export class KubectlError extends CodedError<KubectlErrorCode> {}

// What kubectl answers by itself.
const OFFLINE = new Set(['completion', 'config', 'help', 'kustomize', 'options', 'plugin'])

/** Runs the user's own kubectl with this cluster's kubeconfig; its exit code is ours. @throws KubectlError, PlaceError `CLI_NOT_RUNNING` */
export async function run(args: readonly string[], io: Io): Promise<number> {
  const { repository, kubeconfig, stateDirectory } = await findPlace(io)
  repository.close()
  if (!(io.env['PATH'] ?? '').split(delimiter).some((folder) => isRunnable(join(folder, 'kubectl'))))
    throw new KubectlError('CLI_NO_KUBECTL', 'there is no kubectl on the PATH', {
      hint: 'install it; `slipway status` and `slipway logs` need none',
    })
  // Without a kubeconfig kubectl would ask whoever listens on localhost:8080.
  if (asksCluster(args) && (await runningCluster(stateDirectory)) === undefined) throw notRunning(repository.directory)
  const child = spawn('kubectl', args, { stdio: 'inherit', cwd: io.cwd, env: { ...io.env, KUBECONFIG: kubeconfig } })
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (code) => resolve(code ?? 1))
  })
}

function asksCluster(args: readonly string[]): boolean {
  if (args.length === 0 || OFFLINE.has(args[0] ?? '')) return false
  return !args.some((arg) => ['-h', '--help', '--client', '--client=true'].includes(arg))
}
