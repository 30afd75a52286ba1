import type { Client } from '@slipway/client'
import { messageOf } from '@slipway/diag'
import type { Clock } from '@slipway/objects'
import { publishRecords, type Records } from './records.ts'

/** What a publisher needs. */
export interface PublisherOptions {
  readonly client: Client
  readonly clock: Clock
  /** What is known at this moment. */
  readonly records: () => Records
  /** Told of what was published, once it is there. */
  readonly onPublished: (records: Records) => Promise<void>
  /** Told of what failed and will be tried again. */
  readonly onError: (message: string) => void
}

/** Keeps what other processes read of the environments up to date. */
export interface Publisher {
  /** Publishes what changed, without waiting for the next time. */
  now(): Promise<void>
  stop(): void
}

const PERIOD = 200

/** Starts to publish what changes: URLs come and go with Services, processes with pods. At most five times a second. */
export function startPublisher({ client, clock, records, onPublished, onError }: PublisherOptions): Publisher {
  let last = ''
  let stopped = false
  let lane: Promise<unknown> = Promise.resolve()
  const publish = async (): Promise<void> => {
    const known = records()
    const text = JSON.stringify(known)
    if (text === last) return
    await publishRecords(client, known)
    await onPublished(known)
    last = text
  }
  // One after the other: what is older would else come last, now and then.
  const now = (): Promise<void> => {
    const done = lane.then(publish)
    lane = done.catch(() => undefined)
    return done
  }
  const again = (): void => {
    clock.after(PERIOD, () => {
      if (stopped) return
      now()
        .catch((error: unknown) => onError(messageOf(error)))
        .finally(again)
    })
  }
  again()
  return {
    now,
    stop: () => {
      stopped = true
    },
  }
}
