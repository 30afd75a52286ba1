import { existing, type Json } from '../defaults/fields.ts'
import { standardFinalizer } from './metadata.ts'
import { qualifiedName } from './names.ts'
import type { Place } from './place.ts'
import { textsOf } from './shared.ts'

/** k8s.io/kubernetes/pkg/apis/core/validation/validation.go, ValidateNamespace. */
export function validateNamespace(object: Json, old: Json | undefined, root: Place): void {
  if (old !== undefined) return
  const place = root.at('spec', 'finalizers')
  for (const finalizer of textsOf(existing(object, 'spec'), 'finalizers')) {
    place.named(finalizer, qualifiedName)
    standardFinalizer(finalizer, place)
  }
}
