import type { Pod } from '../shared/types.ts'

/** The annotation and label of a pod with its number in an Indexed Job. */
export const INDEX = 'batch.kubernetes.io/job-completion-index'
/** How many pods of a number have failed before this one, where each number has a limit of its own. */
export const FAILURES = 'batch.kubernetes.io/job-index-failure-count'
/** How many more have failed whose failure a policy ignores. */
export const IGNORED_FAILURES = 'batch.kubernetes.io/job-index-ignored-failure-count'

/** The number of a pod; undefined for one without a proper one. */
export function indexOf({ metadata }: Pod): number | undefined {
  const text = metadata.annotations?.[INDEX] ?? ''
  return /^\d+$/.test(text) ? Number(text) : undefined
}

/** The number of a pod if a Job with so many completions has it. */
export function validIndexOf(pod: Pod, completions: number): number | undefined {
  const index = indexOf(pod)
  return index === undefined || index >= completions ? undefined : index
}

/** The failures before a pod that count against the limit of its number. */
export function failuresBefore({ metadata }: Pod): number {
  return countIn(metadata.annotations?.[FAILURES])
}

/** The failures before a pod that a policy ignores. */
export function ignoredFailuresBefore({ metadata }: Pod): number {
  return countIn(metadata.annotations?.[IGNORED_FAILURES])
}

function countIn(text = ''): number {
  return /^\d+$/.test(text) ? Math.min(Number(text), 2 ** 31 - 1) : 0
}

/** Reads `0,3-5`: the numbers below the completions. What is no number is passed over. */
export function readIndexes(text: string | undefined, completions: number): Set<number> {
  const indexes = new Set<number>()
  for (const part of (text ?? '').split(',')) {
    const [first, last = first] = part.split('-')
    if (!/^\d+$/.test(first ?? '') || !/^\d+$/.test(last ?? '')) continue
    for (let index = Number(first); index <= Math.min(Number(last), completions - 1); index++) indexes.add(index)
  }
  return indexes
}

/** Writes numbers in order, three and more in a row as a range: `0,3-5`, `1,2`. */
export function formatIndexes(indexes: ReadonlySet<number>): string {
  const rows: { first: number; last: number }[] = []
  for (const index of [...indexes].sort((a, b) => a - b)) {
    const row = rows.at(-1)
    if (row !== undefined && row.last === index - 1) row.last = index
    else rows.push({ first: index, last: index })
  }
  return rows
    .map(({ first, last }) => (first === last ? String(first) : `${first}${last === first + 1 ? ',' : '-'}${last}`))
    .join(',')
}
