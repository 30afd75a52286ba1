import { differenceOf, type Difference, type DiffOptions } from '@slipway/gitops'
import { deepEqual, isRecord, type KubeObject } from '@slipway/objects'

/** Differences that were worked out before, for as long as both sides and the rules stay what they are. */
export interface Differences {
  /** As {@link differenceOf}. Neither side may be changed afterwards, nor the answer. */
  of(target: KubeObject | undefined, live: KubeObject | undefined, options: DiffOptions): Difference
}

interface Known {
  readonly target: KubeObject
  readonly live: KubeObject
  readonly options: DiffOptions
  readonly difference: Difference
}

const MOST = 20_000

/**
 * Remembers the difference of each live object that was compared last, at most 20,000. Working one out replays an apply, which takes a hundred times as long as to see that
 * nothing changed but the status, and an Application is looked at again with each status that one of its objects gets.
 */
export function rememberDifferences(): Differences {
  const known = new Map<string, Known>()
  return {
    of: (target, live, options) => {
      const uid = live?.metadata.uid
      if (target === undefined || live === undefined || uid === undefined) return differenceOf(target, live, options)
      const before = known.get(uid)
      known.delete(uid)
      const again = before !== undefined && isSame(before, { target, live, options }) ? before.difference : undefined
      const difference = again ?? differenceOf(target, live, options)
      known.set(uid, { target, live, options, difference })
      const [oldest] = known.keys()
      if (known.size > MOST && oldest !== undefined) known.delete(oldest)
      return difference
    },
  }
}

function isSame(before: Known, now: Omit<Known, 'difference'>): boolean {
  return (
    (before.live === now.live || deepEqual(asked(before.live), asked(now.live))) &&
    deepEqual(before.target, now.target) &&
    deepEqual(before.options, now.options)
  )
}

// All of a live object that a comparison looks at: a status and who wrote it are none of it.
function asked({ metadata, status: _, ...rest }: KubeObject): unknown {
  const { resourceVersion: _version, managedFields, ...own } = metadata
  const writers = managedFields?.filter((writer) => !isRecord(writer) || writer['subresource'] !== 'status')
  return { ...rest, metadata: own, writers }
}
