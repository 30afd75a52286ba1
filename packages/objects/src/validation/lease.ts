import { existing, type Json } from '../defaults/fields.ts'
import type { Place } from './place.ts'
import { nonNegative, numberOf } from './shared.ts'

/** k8s.io/kubernetes/pkg/apis/coordination/validation/validation.go; the fields of coordinated elections are behind a gate that is off. */
export function validateLease(object: Json, _old: Json | undefined, root: Place): void {
  const spec = existing(object, 'spec') ?? {}
  const place = root.at('spec')
  const seconds = numberOf(spec, 'leaseDurationSeconds')
  if (seconds !== undefined && seconds <= 0) place.at('leaseDurationSeconds').invalid(seconds, 'must be greater than 0')
  nonNegative(spec, place, ['leaseTransitions'])
}
