import { performance } from 'node:perf_hooks'
import { setImmediate as nextTurn } from 'node:timers/promises'

export const MAX_WORK_MS = 10_000
const SLICE_MS = 5

/** Uses the processor for `ms` milliseconds, in slices, so that probes and other requests are still answered. */
export async function work(ms: number): Promise<number> {
  const end = performance.now() + ms
  let rounds = 0
  while (performance.now() < end) {
    const slice = Math.min(end, performance.now() + SLICE_MS)
    while (performance.now() < slice) rounds += 1
    await nextTurn()
  }
  return rounds
}

/** The `ms` of a query, or undefined when it is not a whole number from 0 to MAX_WORK_MS. */
export function workTime(query: URLSearchParams): number | undefined {
  const text = query.get('ms') ?? '100'
  if (!/^\d{1,5}$/.test(text)) return undefined
  const ms = Number(text)
  return ms <= MAX_WORK_MS ? ms : undefined
}
