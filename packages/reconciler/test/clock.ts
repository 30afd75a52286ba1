import type { Clock } from '@slipway/objects'

/** Real time, some times faster. */
export function fastClock(speed: number): Clock {
  const wall = Date.now()
  const start = performance.now()
  const elapsed = (): number => (performance.now() - start) * speed
  return {
    now: () => wall + elapsed(),
    monotonic: elapsed,
    after: (milliseconds, call) => {
      const timer = setTimeout(call, milliseconds / speed)
      timer.unref()
      return () => clearTimeout(timer)
    },
  }
}
