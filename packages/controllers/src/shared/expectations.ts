import type { Informer } from '@slipway/client'
import type { Clock, KubeObject } from '@slipway/objects'

interface Waiting {
  readonly created: Map<string, string>
  readonly deleted: Map<string, string>
  since: number
}

const GIVE_UP = 5 * 60_000

/**
 * What a controller did and its cache does not show yet. Until it does, counting what is in the cache would make the controller do the same again
 * (`controller.UIDTrackingControllerExpectations`).
 */
export class Expectations {
  readonly #waiting = new Map<string, Waiting>()
  readonly #clock: Clock
  readonly #informer: Informer

  constructor(informer: Informer, clock: Clock) {
    this.#informer = informer
    this.#clock = clock
  }

  created(key: string, object: KubeObject): void {
    this.#of(key).created.set(object.metadata.uid ?? '', cacheKey(object))
  }

  deleted(key: string, object: KubeObject): void {
    this.#of(key).deleted.set(object.metadata.uid ?? '', cacheKey(object))
  }

  /** True when the cache shows everything that was done for a key; what it has not shown in five minutes is given up. */
  met(key: string): boolean {
    const waiting = this.#waiting.get(key)
    if (waiting === undefined) return true
    for (const [uid, at] of waiting.created)
      if (this.#informer.get(at)?.metadata.uid === uid) waiting.created.delete(uid)
    for (const [uid, at] of waiting.deleted) if (this.#isGone(uid, at)) waiting.deleted.delete(uid)
    const done = waiting.created.size + waiting.deleted.size === 0
    if (done || this.#clock.monotonic() - waiting.since > GIVE_UP) this.#waiting.delete(key)
    return done
  }

  #isGone(uid: string, at: string): boolean {
    const cached = this.#informer.get(at)
    return cached?.metadata.uid !== uid || cached.metadata.deletionTimestamp !== undefined
  }

  #of(key: string): Waiting {
    const known = this.#waiting.get(key) ?? { created: new Map(), deleted: new Map(), since: 0 }
    known.since = this.#clock.monotonic()
    this.#waiting.set(key, known)
    return known
  }
}

function cacheKey(object: KubeObject): string {
  return `${object.metadata.namespace ?? ''}/${object.metadata.name ?? ''}`
}
