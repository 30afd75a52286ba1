/** How long {@link eventually} tries. */
export interface EventuallyOptions {
  /** Milliseconds until it gives up; default 10,000. */
  readonly within?: number
  /** Milliseconds between two tries; default 20. */
  readonly every?: number
}

/**
 * Waits until a check passes: calls it again while it throws, and throws its last error when time is up.
 * Returns what the check returned.
 */
export async function eventually<T>(check: () => T | Promise<T>, options: EventuallyOptions = {}): Promise<T> {
  const deadline = performance.now() + (options.within ?? 10_000)
  for (;;) {
    try {
      return await check()
    } catch (error) {
      if (performance.now() > deadline) throw error
    }
    await new Promise((resolve) => setTimeout(resolve, options.every ?? 20))
  }
}
