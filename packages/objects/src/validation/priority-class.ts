import type { Json } from '../defaults/fields.ts'
import type { Place } from './place.ts'
import { immutable, numberOf, oneOf, textOf } from './shared.ts'
import { existing } from '../defaults/fields.ts'

const HIGHEST = 1_000_000_000
const SYSTEM: Readonly<Record<string, number>> = {
  'system-cluster-critical': 2_000_000_000,
  'system-node-critical': 2_000_001_000,
}

/** k8s.io/kubernetes/pkg/apis/scheduling/validation/validation.go. */
export function validatePriorityClass(object: Json, old: Json | undefined, root: Place): void {
  const value = numberOf(object, 'value') ?? 0
  if (old !== undefined) {
    if (value !== (numberOf(old, 'value') ?? 0)) root.at('value').forbidden('may not be changed in an update.')
    immutable(object, old, root, ['preemptionPolicy'])
    return
  }
  const name = textOf(existing(object, 'metadata'), 'name')
  if (name.startsWith('system-')) systemClass(object, root.at('metadata', 'name'))
  else if (value > HIGHEST) root.at('value').forbidden(`maximum allowed value of a user defined priority is ${HIGHEST}`)
  oneOf(object, root, 'preemptionPolicy', ['PreemptLowerPriority', 'Never'])
}

function systemClass(object: Json, place: Place): void {
  const name = textOf(existing(object, 'metadata'), 'name')
  const value = SYSTEM[name]
  const why =
    value === undefined
      ? `${name} is not a known system priority class`
      : value !== numberOf(object, 'value')
        ? `value of ${name} PriorityClass must be ${value}`
        : object['globalDefault'] === true
          ? `globalDefault of ${name} PriorityClass must be false`
          : undefined
  if (why !== undefined)
    place.forbidden(`priority class names with 'system-' prefix are reserved for system use only. error: ${why}`)
}
