import { messageOf } from '@slipway/diag'
import { askHttp } from '../probes/http.ts'
import { portOf, type ProbeTarget } from '../probes/probe.ts'
import type { Handler } from '../types.ts'
import { type ContainerHost, pause } from './host.ts'

const UNLIMITED = 24 * 60 * 60 * 1000

/** Where and how long a hook runs. */
export interface HookPlace {
  readonly host: ContainerHost
  /** Milliseconds; without end when there is none. */
  readonly timeout: number | undefined
  readonly signal: AbortSignal
}

/** Runs a lifecycle hook (kubelet/lifecycle/handlers.go); undefined when it succeeded, else why not. */
export async function runHook(handler: Handler, target: ProbeTarget, at: HookPlace): Promise<string | undefined> {
  try {
    if (handler.exec !== undefined) return await runExec(handler.exec.command ?? [], target, at)
    if (handler.httpGet !== undefined) return await runHttp(handler.httpGet, target, at)
    if (handler.sleep === undefined) return 'invalid handler'
    await pause(at.host.clock, handler.sleep.seconds * 1000, at.signal)
    return at.signal.aborted ? 'container terminated before sleep hook finished' : undefined
  } catch (error) {
    return messageOf(error)
  }
}

async function runExec(
  command: readonly string[],
  target: ProbeTarget,
  { timeout = UNLIMITED }: HookPlace,
): Promise<string | undefined> {
  const { code, output, timedOut } = await target.exec(command, timeout)
  return code === 0 && !timedOut ? undefined : `exit code ${code}: ${output}`
}

// Any answer will do: the kubelet does not look at its status.
async function runHttp(
  get: NonNullable<Handler['httpGet']>,
  { container, podIP, addressOf }: ProbeTarget,
  { timeout = UNLIMITED, host }: HookPlace,
): Promise<string | undefined> {
  const port = portOf(get.port, container)
  if (port === undefined) return `couldn't find port: ${String(get.port)}`
  const call = { get, port, podIP, addressOf, timeout, agent: 'kube-lifecycle' }
  const answer = await askHttp(call)
  if (!('fault' in answer)) return undefined
  if (!answer.isPlain) return answer.fault
  const plain = await askHttp({ ...call, get: { ...get, scheme: 'HTTP' } })
  if ('fault' in plain) return answer.fault
  const message = `request to HTTPS lifecycle hook ${get.host ?? podIP}:${port} got HTTP response, retry with HTTP succeeded`
  host.record({ type: 'Warning', reason: 'LifecycleHTTPFallback', message })
  return undefined
}
