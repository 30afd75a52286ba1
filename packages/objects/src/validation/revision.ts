import type { Json } from '../defaults/fields.ts'
import { isRecord } from '../equal.ts'
import type { Place } from './place.ts'
import { immutable, nonNegative } from './shared.ts'

/** k8s.io/kubernetes/pkg/apis/apps/validation/validation.go, ValidateControllerRevisionCreate: its data is an object, for ever. */
export function validateControllerRevision(object: Json, old: Json | undefined, root: Place): void {
  nonNegative(object, root, ['revision'])
  if (old !== undefined) immutable(object, old, root, ['data'])
  else if (object['data'] === undefined || object['data'] === null) root.at('data').required('data is mandatory')
  else if (!isRecord(object['data'])) root.at('data').required('data must be a valid JSON object')
}
