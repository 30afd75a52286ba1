import type { Cancel, Clock } from '@slipway/objects'
import type { PodProcess } from '../kubelet/kubelet.ts'
import type { GroupUsage } from './usage.ts'

/** What a container uses: thousandths of a processor over the last window, and bytes. */
export interface ContainerUsage extends PodProcess {
  readonly cpuMilli: number
  readonly memoryBytes: number
  /** Over how long the processor time was counted: less than the whole window for one that started in it. */
  readonly windowSeconds: number
}

/** The newest sample of all containers. */
export interface UsageSample {
  /** Milliseconds since 1970. */
  readonly at: number
  readonly containers: readonly ContainerUsage[]
}

/** Looks at the processes of pods again and again. */
export interface UsageSampler {
  /** Undefined before there are two looks. */
  latest(): UsageSample | undefined
  stop(): void
}

const KEPT = 30_000
const YOUNG = 10_000

interface Look {
  readonly at: number
  readonly processes: readonly PodProcess[]
  readonly usage: ReadonlyMap<number, GroupUsage>
}

/**
 * Starts to look every `period` milliseconds, and every `youngPeriod` while a container is young: then somebody waits for its first numbers. Processor time is
 * averaged over half of what was seen of a container, at most 15 s, as metrics-server does over its resolution, so that a short burst is none.
 */
export function startSampler(options: {
  readonly clock: Clock
  readonly period: number
  /** Default `period`. */
  readonly youngPeriod?: number
  readonly processes: () => readonly PodProcess[]
  readonly usage: () => Promise<ReadonlyMap<number, GroupUsage>>
}): UsageSampler {
  const { clock, period, youngPeriod = period } = options
  let looks: Look[] = []
  let latest: UsageSample | undefined
  let cancel: Cancel = () => undefined
  let stopped = false
  const look = async (): Promise<void> => {
    const processes = options.processes()
    const now: Look = {
      at: clock.now(),
      processes,
      usage: processes.length === 0 ? new Map() : await options.usage(),
    }
    if (looks.length > 0) latest = sampleOf(looks, { now, period })
    looks = [...looks.filter(({ at }) => now.at - at < KEPT), now]
  }
  const schedule = (): void => {
    cancel = clock.after(hasYoung(looks, options.processes()) ? youngPeriod : period, () => {
      look()
        .catch(() => undefined)
        .finally(() => {
          if (!stopped) schedule()
        })
    })
  }
  schedule()
  return {
    latest: () => latest,
    stop: () => {
      stopped = true
      cancel()
    },
  }
}

function hasYoung(looks: readonly Look[], processes: readonly PodProcess[]): boolean {
  const old = looks.findLast(({ at }) => at <= (looks.at(-1)?.at ?? 0) - YOUNG)
  return processes.some(({ pid }) => old?.usage.has(pid) !== true)
}

function sampleOf(
  looks: readonly Look[],
  { now, period }: { readonly now: Look; readonly period: number },
): UsageSample {
  const containers = now.processes.flatMap((process) => {
    const current = now.usage.get(process.pid)
    const seen = looks.filter(({ usage }) => usage.has(process.pid))
    const before = windowStart(seen, { now: now.at, least: period })
    const then = before?.usage.get(process.pid)
    if (before === undefined || then === undefined || current === undefined) return []
    const windowSeconds = Math.max((now.at - before.at) / 1000, 0.001)
    const cpuMilli = Math.max(0, Math.round(((current.cpuSeconds - then.cpuSeconds) / windowSeconds) * 1000))
    return [{ ...process, cpuMilli, memoryBytes: current.memoryBytes, windowSeconds }]
  })
  return { at: now.at, containers }
}

// Looks that saw a container, oldest first. Of a young container only the newest stretch counts, so that its start is soon forgotten; later the newer half. Less than
// a period is no measure: one that compiles for a moment would look busy.
function windowStart(
  seen: readonly Look[],
  { now, least }: { readonly now: number; readonly least: number },
): Look | undefined {
  const age = now - (seen[0]?.at ?? now)
  const window = age < YOUNG ? least : age / 2
  return seen.findLast(({ at }) => at <= now - window)
}
