import { differenceOf, type Difference, type DiffOptions, type IgnoreRule } from '@slipway/gitops'
import { deepEqual, isRecord, type KubeObject } from '@slipway/objects'

/** Differences that were worked out before, for as long as both sides and the rules stay what they are. */
export interface Differences {
  /** As {@link differenceOf}. Neither side may be changed afterwards, nor the answer. */
  of(target: KubeObject | undefined, live: KubeObject | undefined, options: DiffOptions): Difference
  /** As `of`, by what the API says that an apply would lead to, which is asked for only where something changed. */
  predicted(target: KubeObject | undefined, live: KubeObject | undefined, options: PredictOptions): Promise<Difference>
}

/** What does not count, and how the API is asked what an apply would lead to. */
export interface PredictOptions {
  readonly ignore: readonly IgnoreRule[]
  readonly predict: (target: KubeObject) => Promise<KubeObject>
}

interface Compared {
  readonly target: KubeObject
  readonly live: KubeObject
  readonly options: DiffOptions & { readonly byApi?: boolean }
}

interface Known extends Compared {
  readonly difference: Difference
}

const MOST = 20_000

/**
 * Remembers the difference of each live object that was compared last, at most 20,000. Working one out replays an apply, which takes a hundred times as long as to see that
 * nothing changed but the status, and an Application is looked at again with each status that one of its objects gets.
 */
export function rememberDifferences(): Differences {
  const known = new Map<string, Known>()
  const recall = (now: Compared): Difference | undefined => {
    const before = known.get(now.live.metadata.uid ?? '')
    return before !== undefined && isSame(before, now) ? before.difference : undefined
  }
  const remember = (now: Known): Difference => {
    const uid = now.live.metadata.uid
    if (uid === undefined) return now.difference
    known.delete(uid)
    known.set(uid, now)
    const [oldest] = known.keys()
    if (known.size > MOST && oldest !== undefined) known.delete(oldest)
    return now.difference
  }
  return {
    of: (target, live, options) => {
      if (target === undefined || live === undefined) return differenceOf(target, live, options)
      const now = { target, live, options }
      return remember({ ...now, difference: recall(now) ?? differenceOf(target, live, options) })
    },
    predicted: async (target, live, { ignore, predict }) => {
      if (target === undefined || live === undefined) return differenceOf(target, live, { ignore })
      const now = { target, live, options: { ignore, byApi: true } }
      const found = recall(now) ?? differenceOf(target, live, { ignore, predicted: await predict(target) })
      return remember({ ...now, difference: found })
    },
  }
}

function isSame(before: Known, now: Compared): boolean {
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
