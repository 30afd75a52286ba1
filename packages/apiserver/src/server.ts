import type { Clock, KubeObject, UserInfo, WatchEvent } from '@slipway/objects'
import type { Store } from '@slipway/store'
import type { Registry } from './registry/registry.ts'

/** Random values, handed in so that tests can repeat them. */
export interface Randomness {
  /** A random UUID, version 4. */
  uuid(): string
  /** A number from 0 to 1, without 1. */
  number(): number
  /** Unpredictable bytes, for keys and tokens. */
  bytes(count: number): Uint8Array
}

/** What every handler of a server shares. */
export interface ServerContext {
  readonly store: Store<KubeObject>
  readonly registry: Registry
  readonly clock: Clock
  readonly random: Randomness
}

/** What one request adds: who asks, and the warnings that its answer will carry. */
export interface CallContext extends ServerContext {
  readonly user: UserInfo
  readonly userAgent: string
  readonly signal: AbortSignal | undefined
  /** Adds a `Warning: 299` header to the answer. */
  readonly warn: (text: string) => void
}

export type { WatchEvent }
