import { existing, items, type Json } from '../defaults/fields.ts'
import { deepEqual } from '../equal.ts'
import type { Causes } from './causes.ts'

const AFFINITY = 'spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms'

/**
 * What a change may do to where a pod is scheduled: gates may go, and while there are any, demands on the node may be added. Returns the spec without what was checked
 * here. Source: pkg/apis/core/validation, validateOnlyDeletedSchedulingGates, validateNodeSelectorMutation and validateNodeAffinityMutation.
 */
export function checkGates(spec: Json, old: Json, causes: Causes): { readonly spec: Json; readonly old: Json } {
  const known = items(old, 'schedulingGates').map(({ name }) => name)
  for (const [index, { name }] of items(spec, 'schedulingGates').entries())
    if (!known.includes(name))
      causes.forbidden(
        `spec.schedulingGates[${index}].name`,
        `only deletion is allowed, but found new scheduling gate '${String(name)}'`,
      )
  if (known.length === 0) return { spec: without(spec, ['schedulingGates']), old: without(old, ['schedulingGates']) }
  checkSelector(existing(spec, 'nodeSelector') ?? {}, existing(old, 'nodeSelector') ?? {}, causes)
  checkTerms(termsOf(spec), termsOf(old), causes)
  return { spec: withoutDemands(spec), old: withoutDemands(old) }
}

function checkSelector(selector: Json, old: Json, causes: Causes): void {
  if (Object.entries(old).some(([key, value]) => selector[key] !== value))
    causes.invalid(
      'spec.nodeSelector',
      selector,
      'only additions to spec.nodeSelector are allowed (no mutations or deletions)',
    )
}

function checkTerms(terms: readonly Json[], old: readonly Json[], causes: Causes): void {
  if (old.length === 0) return
  if (terms.length !== old.length) {
    causes.invalid(AFFINITY, terms, 'no additions/deletions to non-empty NodeSelectorTerms list are allowed')
    return
  }
  for (const [index, term] of terms.entries())
    if (!hasOnlyMore(term, old[index] ?? {}))
      causes.invalid(`${AFFINITY}[${index}]`, term, 'only additions are allowed (no mutations or deletions)')
}

// A term that matched nothing must not begin to match.
function hasOnlyMore(term: Json, old: Json): boolean {
  const lists = ['matchExpressions', 'matchFields'].map((name) => ({
    now: items(term, name),
    before: items(old, name),
  }))
  if (lists.every(({ before }) => before.length === 0)) return lists.every(({ now }) => now.length === 0)
  return lists.every(({ now, before }) => deepEqual(now.slice(0, before.length), before))
}

function termsOf(spec: Json): Json[] {
  const node = existing(existing(spec, 'affinity') ?? {}, 'nodeAffinity') ?? {}
  return items(existing(node, 'requiredDuringSchedulingIgnoredDuringExecution') ?? {}, 'nodeSelectorTerms')
}

function withoutDemands(spec: Json): Json {
  const rest = without(existing(spec, 'affinity') ?? {}, ['nodeAffinity'])
  const kept = without(spec, ['schedulingGates', 'nodeSelector', 'affinity'])
  return Object.keys(rest).length === 0 ? kept : { ...kept, affinity: rest }
}

function without(of: Json, names: readonly string[]): Json {
  return Object.fromEntries(Object.entries(of).filter(([name]) => !names.includes(name)))
}
