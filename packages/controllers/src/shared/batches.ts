/**
 * Runs a call `count` times in batches of 1, 2, 4, ... so that a template that the API refuses costs one refused call, not hundreds: `slowStartBatch`.
 * Returns how many succeeded; stops after the first batch with a failure and throws its first error.
 */
export async function slowStart(count: number, call: (index: number) => Promise<void>): Promise<number> {
  let done = 0
  for (let size = 1; done < count; size *= 2) {
    const batch = Array.from({ length: Math.min(size, count - done) }, (_, index) => call(done + index))
    const results = await Promise.allSettled(batch)
    const failed = results.find((result): result is PromiseRejectedResult => result.status === 'rejected')
    if (failed !== undefined) throw failed.reason
    done += batch.length
  }
  return done
}
