import type { Condition } from './types.ts'

/** The condition of a type, if it is there. */
export function conditionOf(conditions: readonly Condition[] | undefined, type: string): Condition | undefined {
  return conditions?.find((condition) => condition.type === type)
}

/**
 * A list of conditions with one set. Nothing changes when status and reason are the same; the transition time is kept while the status is the same.
 * New conditions go to the end, as the upstream controllers put them.
 */
export function withCondition(conditions: readonly Condition[] | undefined, next: Condition): Condition[] {
  const current = conditionOf(conditions, next.type)
  if (current?.status === next.status && current?.reason === next.reason) return [...(conditions ?? [])]
  const lastTransitionTime = current?.status === next.status ? current.lastTransitionTime : next.lastTransitionTime
  const others = (conditions ?? []).filter((condition) => condition.type !== next.type)
  return [...others, lastTransitionTime === undefined ? next : { ...next, lastTransitionTime }]
}

/** A list of conditions without one type. */
export function withoutCondition(conditions: readonly Condition[] | undefined, type: string): Condition[] {
  return (conditions ?? []).filter((condition) => condition.type !== type)
}
