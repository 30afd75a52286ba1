import { items, type Json } from '../../defaults/fields.ts'
import { labelValue, qualifiedName } from '../names.ts'
import type { Place } from '../place.ts'
import { textOf } from '../shared.ts'

const EFFECTS = ['NoSchedule', 'PreferNoSchedule', 'NoExecute']

/** The taints that a pod lives with. */
export function tolerations(owner: Json, place: Place): void {
  for (const [index, toleration] of items(owner, 'tolerations').entries()) oneToleration(toleration, place.nth(index))
}

function oneToleration(toleration: Json, place: Place): void {
  const key = textOf(toleration, 'key')
  const operator = textOf(toleration, 'operator')
  const effect = textOf(toleration, 'effect')
  if (key !== '') place.at('key').named(key, qualifiedName)
  else if (operator !== 'Exists')
    place
      .at('operator')
      .invalid(operator, 'operator must be Exists when `key` is empty, which means "match all values and all keys"')
  if (toleration['tolerationSeconds'] !== undefined && effect !== 'NoExecute')
    place.at('effect').invalid(effect, "effect must be 'NoExecute' when `tolerationSeconds` is set")
  valueOf(textOf(toleration, 'value'), operator, place.at('operator'))
  if (effect !== '' && !EFFECTS.includes(effect)) place.at('effect').unsupported(effect, EFFECTS)
}

function valueOf(value: string, operator: string, place: Place): void {
  if (operator === 'Equal' || operator === '') {
    const faults = labelValue(value)
    if (faults.length > 0) place.invalid(value, faults.join(';'))
  } else if (operator === 'Exists') {
    if (value !== '') place.invalid(value, "value must be empty when `operator` is 'Exists'")
  } else if (operator === 'Lt' || operator === 'Gt') place.unsupported(operator, ['Equal', 'Exists', 'Lt', 'Gt'])
  else place.unsupported(operator, ['Equal', 'Exists'])
}
