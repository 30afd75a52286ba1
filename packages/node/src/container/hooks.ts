import { runProbe, type ProbeTarget } from '../probes/probe.ts'
import type { Handler } from '../types.ts'
import { type ContainerHost, pause } from './host.ts'

const UNLIMITED = 24 * 60 * 60 * 1000

/** Runs a lifecycle hook; undefined when it succeeded, else why not, in the kubelet's words. */
export async function runHook(
  handler: Handler,
  target: ProbeTarget,
  at: { readonly host: ContainerHost; readonly timeout: number | undefined; readonly signal: AbortSignal },
): Promise<string | undefined> {
  if (handler.sleep !== undefined) {
    await pause(at.host.clock, handler.sleep.seconds * 1000, at.signal)
    return undefined
  }
  const timeout = at.timeout ?? UNLIMITED
  const outcome = await runProbe(handler, target, timeout)
  return outcome.result === 'success' ? undefined : outcome.message
}
