import type { Clock } from '@slipway/objects'
import type { ProcessHandle } from '../runner/runner.ts'

/** How a command in a container ended. */
export interface ExecResult {
  readonly code: number
  readonly output: string
  readonly timedOut: boolean
}

const OUTPUT_LIMIT = 10 * 1024

/** Runs a command to its end, or kills it when its time is up. Keeps the first 10 KiB of what it prints, as the kubelet does. */
export async function runToEnd(
  started: ProcessHandle,
  options: { readonly clock: Clock; readonly timeout: number },
): Promise<ExecResult> {
  let timedOut = false
  const cancel = options.clock.after(options.timeout, () => {
    timedOut = true
    started.kill('SIGKILL')
  })
  let output = ''
  const take = (chunk: Buffer): void => {
    if (output.length < OUTPUT_LIMIT) output = (output + chunk.toString('utf8')).slice(0, OUTPUT_LIMIT)
  }
  started.stdout.on('data', take)
  started.stderr.on('data', take)
  started.stdin?.end()
  const { code } = await started.exited
  cancel()
  return { code, output, timedOut }
}
