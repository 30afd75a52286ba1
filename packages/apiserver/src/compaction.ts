import type { Clock } from '@slipway/objects'

/** What is compacted: see {@link Store}. */
export interface Compacted {
  readonly revision: number
  compact(revision: number): void
}

// As the API server tells etcd to.
const INTERVAL = 5 * 60_000

/**
 * Lets history go that is older than five to ten minutes: every five minutes what there was at the look before. Watches and pages of lists that go on from there
 * are answered with 410, as they are by a real cluster. Returns how to stop.
 */
export function compactRegularly(store: Compacted, clock: Clock): () => void {
  let before = store.revision
  let cancel: () => void
  const again = (): void => {
    cancel = clock.after(INTERVAL, () => {
      store.compact(before)
      before = store.revision
      again()
    })
  }
  again()
  return () => cancel()
}
