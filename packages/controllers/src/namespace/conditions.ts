import { formatTime } from '@slipway/objects'
import type { Condition } from '../shared/types.ts'

/** What emptying a namespace has come to. */
export interface Progress {
  /** Why the kinds of the API could not be found out. */
  readonly discovery?: string
  /** What went wrong with single kinds. */
  readonly failures: readonly string[]
  /** Objects left by `plural.group`; undefined while they are not counted, because pods go first. */
  readonly left?: ReadonlyMap<string, number>
  /** Objects by the finalizers that keep them. */
  readonly finalizers: ReadonlyMap<string, number>
}

interface Row {
  readonly type: string
  readonly good: readonly [reason: string, message: string]
  readonly bad: string
  readonly problem: (progress: Progress) => string | undefined
}

// In the order in which upstream writes them: namespace/deletion/status_condition_utils.go.
const ROWS: readonly Row[] = [
  {
    type: 'NamespaceDeletionDiscoveryFailure',
    good: ['ResourcesDiscovered', 'All resources successfully discovered'],
    bad: 'DiscoveryFailed',
    problem: ({ discovery }) => discovery,
  },
  {
    type: 'NamespaceDeletionGroupVersionParsingFailure',
    good: ['ParsedGroupVersions', 'All legacy kube types successfully parsed'],
    bad: 'GroupVersionParsingFailed',
    problem: () => undefined,
  },
  {
    type: 'NamespaceDeletionContentFailure',
    good: ['ContentDeleted', 'All content successfully deleted, may be waiting on finalization'],
    bad: 'ContentDeletionFailed',
    problem: ({ failures }) =>
      failures.length === 0
        ? undefined
        : `Failed to delete all resource types, ${failures.length} remaining: ${[...failures].sort().join(', ')}`,
  },
  {
    type: 'NamespaceContentRemaining',
    good: ['ContentRemoved', 'All content successfully removed'],
    bad: 'SomeResourcesRemain',
    problem: ({ left }) => listed('Some resources are remaining', left, (name, count) => `${name} has ${count}`),
  },
  {
    type: 'NamespaceFinalizersRemaining',
    good: ['ContentHasNoFinalizers', 'All content-preserving finalizers finished'],
    bad: 'SomeFinalizersRemain',
    problem: ({ left, finalizers }) =>
      listed(
        'Some content in the namespace has finalizers remaining',
        left === undefined ? undefined : finalizers,
        (name, count) => `${name} in ${count}`,
      ),
  },
]

/** The conditions of a namespace after one more try; those that others wrote stay. */
export function conditionsAfter(before: readonly Condition[] = [], progress: Progress, now: number): Condition[] {
  const conditions = [...before]
  for (const { type, good, bad, problem } of ROWS) {
    const message = problem(progress)
    const status = message === undefined ? 'False' : 'True'
    const at = conditions.findIndex((condition) => condition.type === type)
    const kept = conditions[at]?.status === status ? conditions[at].lastTransitionTime : undefined
    const next = {
      type,
      status,
      lastTransitionTime: kept ?? formatTime(now),
      reason: message === undefined ? good[0] : bad,
      message: message ?? good[1],
    }
    if (at < 0) conditions.push(next)
    else conditions[at] = next
  }
  return conditions
}

function listed(
  sentence: string,
  counts: ReadonlyMap<string, number> | undefined,
  words: (name: string, count: number) => string,
): string | undefined {
  if (counts === undefined || counts.size === 0) return undefined
  const parts = [...counts].map(([name, count]) => `${words(name, count)} resource instances`)
  return `${sentence}: ${parts.sort().join(', ')}`
}
