import { compareBytes } from '@slipway/diag'
import type { Condition, ConditionType } from './types.ts'

/**
 * Conditions after a look at some types: those of the types give way to the found ones, others stay, and a condition that was there with the same message
 * keeps its time.
 */
export function withConditions(
  known: readonly Condition[],
  found: readonly Condition[],
  how: { readonly types: readonly ConditionType[]; readonly now: string },
): readonly Condition[] {
  const kept = known.filter((condition) => !how.types.includes(condition.type))
  const fresh = found.map((condition) => {
    const before = known.find(({ type, message }) => type === condition.type && message === condition.message)
    return before ?? { lastTransitionTime: how.now, message: condition.message, type: condition.type }
  })
  return [...kept, ...fresh].sort((a, b) => compareBytes(`${a.type}/${a.message}`, `${b.type}/${b.message}`))
}

/** `type: message` of each, as operation messages show them. */
export function formatConditions(conditions: readonly Condition[]): string {
  return conditions.map(({ type, message }) => `${type}: ${message}`).join(';')
}
