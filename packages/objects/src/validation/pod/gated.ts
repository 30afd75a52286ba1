import { existing, items, type Json } from '../../defaults/fields.ts'
import { deepEqual } from '../../equal.ts'
import type { Place } from '../place.ts'

const REQUIRED = 'requiredDuringSchedulingIgnoredDuringExecution'
const TERMS = 'nodeSelectorTerms'

/** A pod that waits for a gate may get more conditions on its node, and lose none. */
export function gatedChange(spec: Json, old: Json, place: Place): void {
  const [now, before] = [existing(spec, 'nodeSelector') ?? {}, existing(old, 'nodeSelector') ?? {}]
  if (Object.entries(before).some(([key, value]) => now[key] !== value))
    place.at('nodeSelector').invalid(now, 'only additions to spec.nodeSelector are allowed (no mutations or deletions)')
  const had = items(requiredOf(old), TERMS)
  const has = items(requiredOf(spec), TERMS)
  const at = place.at('affinity', 'nodeAffinity', REQUIRED, TERMS)
  if (had.length > 0 && had.length !== has.length) {
    at.invalid(has, 'no additions/deletions to non-empty NodeSelectorTerms list are allowed')
    return
  }
  for (const [index, term] of had.entries())
    if (!onlyAdds(has[index] ?? {}, term))
      at.nth(index).invalid(has[index], 'only additions are allowed (no mutations or deletions)')
}

function requiredOf(spec: Json): Json | undefined {
  return existing(existing(existing(spec, 'affinity'), 'nodeAffinity'), REQUIRED)
}

function onlyAdds(term: Json, old: Json): boolean {
  const lists = ['matchExpressions', 'matchFields']
  // No condition at all matches no node: it must not come to match some.
  if (lists.every((list) => items(old, list).length === 0)) return lists.every((list) => items(term, list).length === 0)
  return lists.every((list) => {
    const before = items(old, list)
    return deepEqual(items(term, list).slice(0, before.length), before)
  })
}
