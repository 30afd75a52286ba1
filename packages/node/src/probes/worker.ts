import { messageOf } from '@slipway/diag'
import type { Cancel, Clock } from '@slipway/objects'
import type { Probe } from '../types.ts'
import type { ProbeOutcome } from './probe.ts'

/** What a probe says about a container: its threshold was crossed. */
export type Verdict = 'success' | 'failure'

/** What a probe worker needs of its container. */
export interface ProbeWorkerOptions {
  readonly kind: 'liveness' | 'readiness' | 'startup'
  readonly probe: Probe
  readonly clock: Clock
  /** Milliseconds, monotonic, since the container started. */
  readonly startedAt: number
  readonly run: (probe: Probe, timeout: number) => Promise<ProbeOutcome>
  /** The startup probe has succeeded, or there is none: the others wait for it. */
  readonly isStarted: () => boolean
  readonly onVerdict: (verdict: Verdict) => void
  /** Every try that an event tells of. */
  readonly onTrouble: (outcome: Exclude<ProbeOutcome, { readonly result: 'success' }>) => void
}

/** A running probe. */
export interface ProbeWorker {
  /** Tries now, instead of at the end of the period; the next try is a period later. */
  trigger(): void
  stop(): void
}

/**
 * Runs a probe every period, one try at a time, as the kubelet's prober/worker.go does: the thresholds count results of one kind in a row, an error counts as nothing,
 * and after a liveness or startup failure the worker is on hold until the container is a new one.
 */
export function startProbe(options: ProbeWorkerOptions): ProbeWorker {
  const { probe, clock, kind } = options
  const period = (probe.periodSeconds ?? 10) * 1000
  const timeout = (probe.timeoutSeconds ?? 1) * 1000
  const delay = (probe.initialDelaySeconds ?? 0) * 1000
  let last: Verdict | undefined
  let inARow = 0
  let onHold = false
  let stopped = false
  let isTrying = false
  // Asked for while a try was under way: it may have seen what was before.
  let isTriggered = false
  let cancel: Cancel = () => undefined
  const schedule = (after: number): void => {
    cancel = clock.after(after, () => {
      tick().catch((error: unknown) => options.onTrouble({ result: 'error', message: messageOf(error) }))
    })
  }
  const tick = async (): Promise<void> => {
    if (stopped || onHold) return
    const began = clock.monotonic()
    const suppressed = kind === 'startup' ? options.isStarted() : !options.isStarted()
    isTrying = true
    if (!suppressed && began - options.startedAt >= delay) count(await options.run(probe, timeout))
    isTrying = false
    const left = isTriggered ? 0 : Math.max(0, period - (clock.monotonic() - began))
    isTriggered = false
    if (!stopped) schedule(left)
  }
  const count = (outcome: ProbeOutcome): void => {
    if (stopped) return
    if (outcome.result !== 'success') options.onTrouble(outcome)
    if (outcome.result === 'error') return
    const verdict = outcome.result === 'failure' ? 'failure' : 'success'
    inARow = verdict === last ? inARow + 1 : 1
    last = verdict
    const threshold = verdict === 'success' ? (probe.successThreshold ?? 1) : (probe.failureThreshold ?? 3)
    if (inARow < threshold) return
    onHold = verdict === 'failure' && kind !== 'readiness'
    options.onVerdict(verdict)
  }
  schedule(0)
  return {
    trigger: () => {
      if (stopped) return
      isTriggered = isTrying
      if (isTrying) return
      cancel()
      schedule(0)
    },
    stop: () => {
      stopped = true
      cancel()
    },
  }
}
