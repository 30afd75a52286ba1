import type { Recorder } from '@slipway/client'
import type { ControllerContext } from '../shared/context.ts'
import type { Expectations } from '../shared/expectations.ts'
import type { Backoff } from './backoff.ts'

/** What every run of the controller works with. */
export interface Run {
  readonly context: ControllerContext
  readonly record: Recorder
  readonly expectations: Expectations
  /** The uids of pods whose finalizer has been taken off: the cache may show it for a while. */
  readonly released: Set<string>
  /** By the uid of a Job. */
  readonly backoffs: Map<string, Backoff>
  /** The resource version that a Job's status was last written at, by its uid: an older one in the cache says nothing new. */
  readonly written: Map<string, string>
}
