import { existing, items, type Json } from '../../defaults/fields.ts'
import { deepEqual } from '../../equal.ts'
import type { Place } from '../place.ts'
import { gatedChange } from './gated.ts'
import { numberOf, textOf } from '../shared.ts'

const LONGEST = 2147483647
const CHANGEABLE =
  'pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing ' +
  'tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)'

/** What of a pod may change after its creation. One that waits for a gate may still be sent to fewer nodes. */
export function validatePodUpdate(spec: Json, old: Json, place: Place): void {
  for (const list of ['containers', 'initContainers']) {
    if (items(spec, list).length === items(old, list).length) continue
    place.at(list).forbidden('pod updates may not add or remove containers')
    return
  }
  if (!deadlineChange(spec, old, place.at('activeDeadlineSeconds'))) return
  tolerationChange(spec, old, place.at('tolerations'))
  gateChange(spec, old, place.at('schedulingGates'))
  const isGated = items(old, 'schedulingGates').length > 0
  if (isGated) gatedChange(spec, old, place)
  const comparable = isGated ? withSelectionOf(spec, old) : spec
  if (!deepEqual(rest(comparable, old), rest(old, old))) place.forbidden(CHANGEABLE)
}

function deadlineChange(spec: Json, old: Json, place: Place): boolean {
  const now = numberOf(spec, 'activeDeadlineSeconds')
  const before = numberOf(old, 'activeDeadlineSeconds')
  if (now === undefined) {
    if (before !== undefined) place.invalid(null, 'must not update from a positive integer to nil value')
    return true
  }
  if (now < 0 || now > LONGEST) place.invalid(now, `must be between 0 and ${LONGEST}, inclusive`)
  else if (before !== undefined && before < now) place.invalid(now, 'must be less than or equal to previous value')
  else return true
  return false
}

function tolerationChange(spec: Json, old: Json, place: Place): void {
  const timeless = ({ tolerationSeconds: _, ...toleration }: Json): Json => toleration
  const now = items(spec, 'tolerations').map(timeless)
  const kept = items(old, 'tolerations').every((one) => now.some((other) => deepEqual(timeless(one), other)))
  if (!kept) place.forbidden('existing toleration can not be modified except its tolerationSeconds')
}

function gateChange(spec: Json, old: Json, place: Place): void {
  const before = new Set(items(old, 'schedulingGates').map((gate) => textOf(gate, 'name')))
  for (const [index, gate] of items(spec, 'schedulingGates').entries()) {
    const name = textOf(gate, 'name')
    if (!before.has(name))
      place.nth(index).at('name').forbidden(`only deletion is allowed, but found new scheduling gate '${name}'`)
  }
}

const MOVABLE = new Set(['activeDeadlineSeconds', 'tolerations', 'schedulingGates'])

function rest(spec: Json, old: Json): Json {
  const grace = numberOf(spec, 'terminationGracePeriodSeconds')
  const before = numberOf(old, 'terminationGracePeriodSeconds')
  const kept = Object.entries(spec).filter(([name]) => !MOVABLE.has(name))
  return {
    ...Object.fromEntries(kept),
    containers: items(spec, 'containers').map(({ image: _, ...container }) => container),
    initContainers: items(spec, 'initContainers').map(({ image: _, ...container }) => container),
    terminationGracePeriodSeconds: grace === 1 && before !== undefined && before < 0 ? before : grace,
  }
}

function withSelectionOf(spec: Json, old: Json): Json {
  const { nodeAffinity: _, ...others } = existing(spec, 'affinity') ?? {}
  const before = existing(old, 'affinity')
  const nodes = existing(before, 'nodeAffinity')
  const affinity = { ...others, ...(nodes === undefined ? {} : { nodeAffinity: nodes }) }
  return {
    ...spec,
    nodeSelector: old['nodeSelector'],
    affinity: Object.keys(affinity).length === 0 && before === undefined ? undefined : affinity,
  }
}
