import type { Cancel, Clock } from '@slipway/objects'

interface Timer {
  readonly at: number
  readonly call: () => void
}

/** A clock that stands still until it is moved; timers fire in order of their time, those of one time in order of their making. */
export class FakeClock implements Clock {
  #now: number
  readonly #start: number
  readonly #timers = new Set<Timer>()

  /** Starts at a given time in milliseconds since 1970, by default 2026-01-01T00:00:00Z. */
  constructor(start = Date.UTC(2026, 0, 1)) {
    this.#now = start
    this.#start = start
  }

  now(): number {
    return this.#now
  }

  monotonic(): number {
    return this.#now - this.#start
  }

  after(milliseconds: number, call: () => void): Cancel {
    const timer: Timer = { at: this.#now + milliseconds, call }
    this.#timers.add(timer)
    return () => {
      this.#timers.delete(timer)
    }
  }

  /** How many timers wait. */
  get waiting(): number {
    return this.#timers.size
  }

  /** Moves time forward and fires what falls due; between two timers pending promises run, so that what a timer starts can set the next one. */
  async advance(milliseconds: number): Promise<void> {
    const end = this.#now + milliseconds
    for (;;) {
      await settle()
      const next = this.#nextUntil(end)
      if (next === undefined) break
      this.#timers.delete(next)
      this.#now = Math.max(this.#now, next.at)
      next.call()
    }
    this.#now = end
    await settle()
  }

  #nextUntil(end: number): Timer | undefined {
    let next: Timer | undefined
    for (const timer of this.#timers) {
      if (timer.at <= end && (next === undefined || timer.at < next.at)) next = timer
    }
    return next
  }
}

/** Lets pending promises and the I/O that is already done run. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await new Promise<void>((resolve) => setImmediate(resolve))
}
