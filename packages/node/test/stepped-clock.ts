import { type Clock, systemClock } from '@slipway/objects'

/** The machine's clock, which a test can put forward: what falls due meanwhile is called at once. */
export interface SteppedClock extends Clock {
  /** @param milliseconds how far */
  skip(milliseconds: number): void
}

export function steppedClock(): SteppedClock {
  let ahead = 0
  const waiting = new Set<{ readonly at: number; readonly call: () => void; cancel: () => void }>()
  const monotonic = (): number => systemClock.monotonic() + ahead
  return {
    now: () => systemClock.now() + ahead,
    monotonic,
    after: (milliseconds, call) => {
      const timer = { at: monotonic() + milliseconds, call, cancel: (): void => undefined }
      const cancel = systemClock.after(milliseconds, () => {
        waiting.delete(timer)
        call()
      })
      timer.cancel = () => {
        cancel()
        waiting.delete(timer)
      }
      waiting.add(timer)
      return timer.cancel
    },
    skip: (milliseconds) => {
      ahead += milliseconds
      for (const timer of [...waiting].filter(({ at }) => at <= monotonic())) {
        timer.cancel()
        timer.call()
      }
    },
  }
}
