import { existing, type Json } from '../defaults/fields.ts'
import type { Place } from './place.ts'
import { amount, atMostAll, oneOf, selector } from './shared.ts'

/** k8s.io/kubernetes/pkg/apis/policy/validation/validation.go. */
export function validatePodDisruptionBudget(object: Json, _old: Json | undefined, root: Place): void {
  const spec = existing(object, 'spec') ?? {}
  const place = root.at('spec')
  if (spec['minAvailable'] !== undefined && spec['maxUnavailable'] !== undefined)
    place.invalid(shown(spec), 'minAvailable and maxUnavailable cannot be both set')
  for (const name of ['minAvailable', 'maxUnavailable']) {
    amount(spec[name], place.at(name))
    atMostAll(spec[name], place.at(name))
  }
  selector(spec['selector'], place.at('selector'))
  oneOf(spec, place, 'unhealthyPodEvictionPolicy', ['AlwaysAllow', 'IfHealthyBudget'])
}

// As Go shows it.
function shown(spec: Json): object {
  return {
    MinAvailable: spec['minAvailable'],
    Selector: spec['selector'] ?? null,
    MaxUnavailable: spec['maxUnavailable'],
    UnhealthyPodEvictionPolicy: spec['unhealthyPodEvictionPolicy'] ?? null,
  }
}
