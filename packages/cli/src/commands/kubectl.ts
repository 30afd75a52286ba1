import { spawn } from 'node:child_process'
import { CodedError } from '@slipway/diag'
import type { Io } from '../io.ts'
import { findPlace } from '../place.ts'

/** Why kubectl does not run. */
export type KubectlErrorCode = 'CLI_NO_KUBECTL'

/** A kubectl that is not there. */
export class KubectlError extends CodedError<KubectlErrorCode> {}

/** Runs the user's own kubectl with this cluster's kubeconfig; its exit code is ours. */
export async function run(args: readonly string[], io: Io): Promise<number> {
  const { repository, kubeconfig } = await findPlace(io)
  repository.close()
  const child = spawn('kubectl', args, { stdio: 'inherit', cwd: io.cwd, env: { ...io.env, KUBECONFIG: kubeconfig } })
  return new Promise((resolve, reject) => {
    child.once('error', (cause: NodeJS.ErrnoException) => {
      if (cause.code !== 'ENOENT') reject(cause)
      else
        reject(
          new KubectlError('CLI_NO_KUBECTL', 'there is no kubectl on the PATH', {
            cause,
            hint: 'install it; `slipway status` and `slipway logs` need none',
          }),
        )
    })
    child.once('exit', (code) => resolve(code ?? 1))
  })
}
