import { items, type Json } from '../../defaults/fields.ts'
import { qualifiedName } from '../names.ts'
import type { Place } from '../place.ts'
import { numberOf, oneOf, selector, textOf } from '../shared.ts'
import { labelKeys } from './affinity.ts'

const ACTIONS = ['DoNotSchedule', 'ScheduleAnyway']

/** How evenly pods lie over the parts of a cluster. */
export function spreads(spec: Json, place: Place): void {
  const all = items(spec, 'topologySpreadConstraints')
  for (const [index, constraint] of all.entries()) {
    const at = place.nth(index)
    const action = textOf(constraint, 'whenUnsatisfiable')
    const key = textOf(constraint, 'topologyKey')
    const skew = numberOf(constraint, 'maxSkew') ?? 0
    if (skew <= 0) at.at('maxSkew').invalid(skew, 'must be greater than zero')
    if (key === '') at.at('topologyKey').required('can not be empty')
    if (!ACTIONS.includes(action)) at.at('whenUnsatisfiable').unsupported(action, ACTIONS)
    const again = (other: Json): boolean =>
      textOf(other, 'topologyKey') === key && textOf(other, 'whenUnsatisfiable') === action
    if (all.slice(index + 1).some(again)) at.at('{topologyKey, whenUnsatisfiable}').duplicate(`{${key}, ${action}}`)
    domains(constraint, at.at('minDomains'), action)
    for (const name of ['nodeAffinityPolicy', 'nodeTaintsPolicy']) oneOf(constraint, at, name, ['Honor', 'Ignore'])
    labelKeys(constraint, at, ['matchLabelKeys'])
    selector(constraint['labelSelector'], at.at('labelSelector'))
  }
}

function domains(constraint: Json, place: Place, action: string): void {
  const least = numberOf(constraint, 'minDomains')
  if (least === undefined) return
  if (least <= 0) place.invalid(least, 'must be greater than zero')
  if (action !== 'DoNotSchedule')
    place.invalid(least, `can only use minDomains if whenUnsatisfiable=DoNotSchedule, not ${action}`)
}

/** What a pod waits for before it is scheduled, and before it is ready. */
export function gates(spec: Json, place: Place): void {
  for (const [index, gate] of items(spec, 'readinessGates').entries())
    place.at('readinessGates').nth(index).at('conditionType').named(textOf(gate, 'conditionType'), qualifiedName)
  const seen = new Set<string>()
  for (const [index, gate] of items(spec, 'schedulingGates').entries()) {
    const at = place.at('schedulingGates').nth(index)
    const name = textOf(gate, 'name')
    at.named(name, qualifiedName)
    if (seen.has(name)) at.duplicate(name)
    seen.add(name)
  }
}
