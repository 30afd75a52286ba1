import type { Clock } from '@slipway/objects'

const FIRST = 10_000
const LAST = 300_000
// client-go's flowcontrol.Backoff forgets an entry that is older than twice the longest delay.
const FORGET = 2 * LAST

/**
 * The kubelet's back-off of one container, or of one image: the first failure costs nothing, the next ones 10, 20, 40 ... 300 s counted from the failure; after ten
 * quiet minutes it starts again.
 */
export class Backoff {
  readonly #clock: Clock
  #delay = 0
  #updated = 0

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** A failure happened now: how many milliseconds to wait before the next try. */
  failed(): number {
    const now = this.#clock.monotonic()
    if (this.#delay > 0 && now - this.#updated > FORGET) this.#delay = 0
    const wait = this.#delay
    this.#delay = this.#delay === 0 ? FIRST : Math.min(this.#delay * 2, LAST)
    this.#updated = now + wait
    return wait
  }
}
