import type { Cancel, Clock } from '@slipway/objects'
import type { PodProcess } from '../kubelet/kubelet.ts'
import type { GroupUsage } from './usage.ts'

/** What a container uses: thousandths of a processor over the last window, and bytes. */
export interface ContainerUsage extends PodProcess {
  readonly cpuMilli: number
  readonly memoryBytes: number
}

/** Samples of all containers, the newest one. */
export interface UsageSample {
  /** Milliseconds since 1970. */
  readonly at: number
  readonly windowSeconds: number
  readonly containers: readonly ContainerUsage[]
}

/** Looks at the processes of pods again and again. */
export interface UsageSampler {
  /** Undefined before there are two looks. */
  latest(): UsageSample | undefined
  stop(): void
}

interface Look {
  readonly at: number
  readonly processes: readonly PodProcess[]
  readonly usage: ReadonlyMap<number, GroupUsage>
}

/** Starts to sample every `period` milliseconds. A container that started between two looks is in the next sample. */
export function startSampler(options: {
  readonly clock: Clock
  readonly period: number
  readonly processes: () => readonly PodProcess[]
  readonly usage: () => Promise<ReadonlyMap<number, GroupUsage>>
}): UsageSampler {
  let before: Look | undefined
  let latest: UsageSample | undefined
  let cancel: Cancel = () => undefined
  let stopped = false
  const look = async (): Promise<void> => {
    const processes = options.processes()
    const now: Look = {
      at: options.clock.now(),
      processes,
      usage: processes.length === 0 ? new Map() : await options.usage(),
    }
    if (before !== undefined) latest = sampleOf(before, now)
    before = now
  }
  const schedule = (): void => {
    cancel = options.clock.after(options.period, () => {
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

function sampleOf(before: Look, now: Look): UsageSample {
  const seconds = Math.max((now.at - before.at) / 1000, 0.001)
  const containers = now.processes.flatMap((process) => {
    const [then, current] = [before.usage.get(process.pid), now.usage.get(process.pid)]
    if (then === undefined || current === undefined) return []
    const cpuMilli = Math.max(0, Math.round(((current.cpuSeconds - then.cpuSeconds) / seconds) * 1000))
    return [{ ...process, cpuMilli, memoryBytes: current.memoryBytes }]
  })
  return { at: now.at, windowSeconds: seconds, containers }
}
