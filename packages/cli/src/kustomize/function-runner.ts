import { spawnSync } from 'node:child_process'
import { CodedError } from '@slipway/diag'
import type { FunctionRunner } from '@slipway/kustomize'

const MAX_OUTPUT = 256 * 1024 * 1024

/** Runs exec functions as processes, with the environment given and their standard error passed through. */
export function functionRunner(env: Readonly<Record<string, string | undefined>>): FunctionRunner {
  return ({ path, args, env: more, directory }, input) => {
    if (directory === '/') throw new CodedError('KUSTOMIZE_PLUGIN', "root working directory '/' not allowed")
    const own = Object.fromEntries(more.map((each) => [each.split('=', 1)[0] ?? '', each.slice(each.indexOf('=') + 1)]))
    const result = spawnSync(path, args, {
      cwd: directory,
      env: { ...env, ...own },
      input,
      encoding: 'utf8',
      maxBuffer: MAX_OUTPUT,
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    // A function need not read all of its input.
    if (result.error !== undefined && (result.error as NodeJS.ErrnoException).code !== 'EPIPE') {
      throw new CodedError('KUSTOMIZE_PLUGIN', result.error.message, { cause: result.error })
    }
    if (result.status !== 0) throw new CodedError('KUSTOMIZE_PLUGIN', `exit status ${result.status ?? 'unknown'}`)
    return result.stdout
  }
}
