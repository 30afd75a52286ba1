/** Cancels what a clock scheduled; calling it again does nothing. */
export type Cancel = () => void

/**
 * Time, handed in. `now` is wall-clock milliseconds since 1970 for timestamps, `monotonic` milliseconds that never go back for durations.
 * `after` calls back once. A test's clock moves by hand.
 */
export interface Clock {
  now(): number
  monotonic(): number
  after(milliseconds: number, call: () => void): Cancel
}

/** The machine's clock. Timers do not keep the process alive on their own. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after: (milliseconds, call) => {
    const timer = setTimeout(call, milliseconds)
    timer.unref()
    return () => clearTimeout(timer)
  },
}

/** A time as the API writes it in `metav1.Time`: RFC 3339 in UTC with whole seconds. */
export function formatTime(milliseconds: number): string {
  const second = Math.floor(milliseconds / 1000)
  if (second !== formatted.second)
    formatted = { second, text: `${new Date(second * 1000).toISOString().slice(0, 19)}Z` }
  return formatted.text
}

// A write formats the time several times, and many writes fall into one second.
let formatted = { second: Number.NaN, text: '' }

/** A time as the API writes it in `metav1.MicroTime`: RFC 3339 in UTC with six decimals. */
export function formatMicroTime(milliseconds: number): string {
  return `${new Date(milliseconds).toISOString().slice(0, 23)}000Z`
}
