const FIRST = 1_000
const LONGEST = 15 * 60_000

interface Entry {
  readonly delay: number
  readonly at: number
}

/** How long daemons that fail again and again are left alone: one second, then twice as long each time, a quarter of an hour at most: client-go's flowcontrol.Backoff. */
export class FailureBackoff {
  readonly #entries = new Map<string, Entry>()

  /** The milliseconds for which nothing may be done about a key; 0 for none. */
  remaining(key: string, now: number): number {
    const entry = this.#entries.get(key)
    return entry === undefined ? 0 : Math.max(0, entry.at + entry.delay - now)
  }

  /** Counts one failure that is dealt with now. A key that was quiet for long begins anew. */
  next(key: string, now: number): void {
    const entry = this.#entries.get(key)
    const quiet = entry === undefined || now - entry.at > 2 * LONGEST
    this.#entries.set(key, { delay: quiet ? FIRST : Math.min(entry.delay * 2, LONGEST), at: now })
  }

  /** Forgets the keys that begin with a prefix. */
  forget(prefix: string): void {
    for (const key of this.#entries.keys()) if (key.startsWith(prefix)) this.#entries.delete(key)
  }
}
