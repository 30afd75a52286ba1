import { existing, items, type Json } from '../defaults/fields.ts'
import { qualifiedName } from './names.ts'
import type { Place } from './place.ts'
import { immutable, oneOf, textOf, textsOf } from './shared.ts'

const MOST_PARAMETERS = 512
const LARGEST_PARAMETERS = 256 * 1024

/** k8s.io/kubernetes/pkg/apis/storage/validation/validation.go. */
export function validateStorageClass(object: Json, old: Json | undefined, root: Place): void {
  if (old !== undefined) {
    immutable(object, old, root, ['parameters', 'provisioner', 'reclaimPolicy', 'volumeBindingMode'])
    return
  }
  const provisioner = textOf(object, 'provisioner')
  const at = root.at('provisioner')
  if (provisioner === '') at.required()
  else for (const fault of qualifiedName(provisioner.toLowerCase())) at.invalid(provisioner.toLowerCase(), fault)
  parameters(existing(object, 'parameters') ?? {}, root.at('parameters'))
  oneOf(object, root, 'reclaimPolicy', ['Delete', 'Retain'])
  oneOf(object, root, 'volumeBindingMode', ['Immediate', 'WaitForFirstConsumer'])
  for (const [index, term] of items(object, 'allowedTopologies').entries())
    topology(term, root.at('allowedTopologies').nth(index).at('matchLabelExpressions'))
}

function parameters(of: Json, place: Place): void {
  const all = Object.entries(of)
  if (all.length > MOST_PARAMETERS) {
    place.tooLong(MOST_PARAMETERS)
    return
  }
  for (const [name] of all) if (name === '') place.invalid(name, 'field can not be empty.')
  const size = all.reduce((sum, [name, value]) => sum + name.length + String(value).length, 0)
  if (size > LARGEST_PARAMETERS) place.tooLong(LARGEST_PARAMETERS)
}

function topology(term: Json, place: Place): void {
  const keys = new Set<string>()
  for (const [index, expression] of items(term, 'matchLabelExpressions').entries()) {
    const at = place.nth(index)
    const key = textOf(expression, 'key')
    const values = textsOf(expression, 'values')
    if (values.length === 0) at.at('values').required()
    for (const [number, value] of values.entries())
      if (values.indexOf(value) < number) at.at('values').nth(number).duplicate(value)
    at.at('key').named(key, qualifiedName)
    if (keys.has(key)) at.at('key').duplicate(key)
    keys.add(key)
  }
}
