import { monitorEventLoopDelay } from 'node:perf_hooks'

/** One check's verdict; `reason` is what the probe's body says. */
export interface Verdict {
  readonly ok: boolean
  readonly reason: string
}

/** The three questions that the kubelet asks. */
export interface Health {
  started(): void
  drain(): void
  readonly draining: boolean
  live(): Verdict
  ready(): Promise<Verdict>
  startup(): Verdict
}

export interface HealthOptions {
  readonly eventLoopLimitMs: number
  /** Longest delay of the event loop in the last seconds, in milliseconds. */
  readonly longestDelayMs: () => number
  /** Asked at most once per `dependencyTtlMs`; undefined: readiness depends on nothing else. */
  readonly dependency: (() => Promise<boolean>) | undefined
  readonly dependencyTtlMs: number
  readonly now: () => number
}

export function createHealth(options: HealthOptions): Health {
  let isStarted = false
  let isDraining = false
  const dependency = options.dependency && cached(options.dependency, options)

  return {
    started: () => {
      isStarted = true
    },
    drain: () => {
      isDraining = true
    },
    get draining() {
      return isDraining
    },
    live: () => {
      const delay = Math.round(options.longestDelayMs())
      const ok = delay <= options.eventLoopLimitMs
      return { ok, reason: ok ? 'alive' : `event loop was blocked for ${delay} ms` }
    },
    ready: async () => {
      if (!isStarted) return { ok: false, reason: 'starting' }
      if (isDraining) return { ok: false, reason: 'draining' }
      if (dependency && !(await dependency())) return { ok: false, reason: 'dependency does not answer' }
      return { ok: true, reason: 'ready' }
    },
    startup: () => ({ ok: isStarted, reason: isStarted ? 'started' : 'starting' }),
  }
}

/**
 * The longest delay in the current and the previous window. One long pause is seen by one or two probes and then forgotten,
 * so that it takes a loop that keeps blocking to reach the liveness probe's failure threshold.
 */
export function watchEventLoop(windowMs: number): () => number {
  const histogram = monitorEventLoopDelay({ resolution: 20 })
  histogram.enable()
  let previous = 0
  const timer = setInterval(() => {
    previous = histogram.max
    histogram.reset()
  }, windowMs)
  timer.unref()
  return () => Math.max(previous, histogram.max) / 1e6
}

function cached(check: () => Promise<boolean>, options: HealthOptions): () => Promise<boolean> {
  let answer: Promise<boolean> | undefined
  let askedAt = 0
  return () => {
    const now = options.now()
    if (!answer || now - askedAt >= options.dependencyTtlMs) {
      askedAt = now
      answer = check().catch(() => false)
    }
    return answer
  }
}
