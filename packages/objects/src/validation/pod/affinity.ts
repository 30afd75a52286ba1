import { existing, items, type Json } from '../../defaults/fields.ts'
import { dns1123Label, dns1123Subdomain, labelValue, qualifiedName } from '../names.ts'
import type { Place } from '../place.ts'
import { numberOf, selector, textOf, textsOf } from '../shared.ts'

const REQUIRED = 'requiredDuringSchedulingIgnoredDuringExecution'
const PREFERRED = 'preferredDuringSchedulingIgnoredDuringExecution'

/** Where a pod wants to be, and beside whom. */
export function affinity(of: Json, place: Place): void {
  const node = existing(of, 'nodeAffinity')
  const required = existing(node, REQUIRED)
  const at = place.at('nodeAffinity')
  if (required !== undefined) nodeSelector(required, at.at(REQUIRED))
  for (const [index, term] of items(node, PREFERRED).entries()) {
    const own = at.at(PREFERRED).nth(index)
    weight(term, own)
    nodeTerm(existing(term, 'preference') ?? {}, own.at('preference'), false)
  }
  for (const name of ['podAffinity', 'podAntiAffinity']) podAffinity(existing(of, name), place.at(name))
}

/** Nodes by their labels and fields: of any of the terms. */
export function nodeSelector(of: Json, place: Place): void {
  const terms = items(of, 'nodeSelectorTerms')
  const at = place.at('nodeSelectorTerms')
  if (terms.length === 0) at.required('must have at least one node selector term')
  for (const [index, term] of terms.entries()) nodeTerm(term, at.nth(index), true)
}

function weight(term: Json, place: Place): void {
  const value = numberOf(term, 'weight') ?? 0
  if (value <= 0 || value > 100) place.at('weight').invalid(value, 'must be in the range 1-100')
}

function nodeTerm(term: Json, place: Place, strict: boolean): void {
  for (const [index, expression] of items(term, 'matchExpressions').entries())
    nodeExpression(expression, place.at('matchExpressions').nth(index), strict)
  for (const [index, expression] of items(term, 'matchFields').entries())
    nodeField(expression, place.at('matchFields').nth(index))
}

function nodeExpression(expression: Json, place: Place, strict: boolean): void {
  const operator = textOf(expression, 'operator')
  const values = textsOf(expression, 'values')
  if (operator === 'In' || operator === 'NotIn') {
    if (values.length === 0) place.at('values').required("must be specified when `operator` is 'In' or 'NotIn'")
  } else if (operator === 'Exists' || operator === 'DoesNotExist') {
    if (values.length > 0)
      place.at('values').forbidden("may not be specified when `operator` is 'Exists' or 'DoesNotExist'")
  } else if (operator === 'Gt' || operator === 'Lt') {
    if (values.length !== 1)
      place.at('values').required("must be specified single value when `operator` is 'Lt' or 'Gt'")
  } else place.at('operator').invalid(operator, 'not a valid selector operator')
  place.at('key').named(textOf(expression, 'key'), qualifiedName)
  if (strict) for (const [index, value] of values.entries()) place.at('values').nth(index).named(value, labelValue)
}

function nodeField(expression: Json, place: Place): void {
  const operator = textOf(expression, 'operator')
  const values = textsOf(expression, 'values')
  if (operator !== 'In' && operator !== 'NotIn') place.at('operator').invalid(operator, 'not a valid selector operator')
  else if (values.length !== 1)
    place.at('values').required("must be only one value when `operator` is 'In' or 'NotIn' for node field selector")
  const key = textOf(expression, 'key')
  if (key !== 'metadata.name') place.at('key').invalid(key, 'not a valid field selector key')
  else for (const [index, value] of values.entries()) place.at('values').nth(index).named(value, dns1123Subdomain)
}

function podAffinity(of: Json | undefined, place: Place): void {
  for (const [index, term] of items(of, REQUIRED).entries()) podTerm(term, place.at(REQUIRED).nth(index))
  for (const [index, term] of items(of, PREFERRED).entries()) {
    const at = place.at(PREFERRED).nth(index)
    weight(term, at)
    podTerm(existing(term, 'podAffinityTerm') ?? {}, at.at('podAffinityTerm'))
  }
}

function podTerm(term: Json, place: Place): void {
  selector(term['labelSelector'], place.at('labelSelector'))
  selector(term['namespaceSelector'], place.at('namespaceSelector'))
  for (const name of textsOf(term, 'namespaces')) place.at('namespace').named(name, dns1123Label)
  labelKeys(term, place, ['matchLabelKeys', 'mismatchLabelKeys'])
  const key = textOf(term, 'topologyKey')
  if (key === '') place.at('topologyKey').required('can not be empty')
  place.at('topologyKey').named(key, qualifiedName)
}

/** Keys whose values are those of the pod itself. */
export function labelKeys(term: Json, place: Place, lists: readonly string[]): void {
  for (const list of lists) {
    const keys = textsOf(term, list)
    if (keys.length > 0 && existing(term, 'labelSelector') === undefined)
      place.at(list).forbidden('must not be specified when labelSelector is not set')
    else for (const [index, key] of keys.entries()) place.at(list).nth(index).named(key, qualifiedName)
  }
  const others = new Set(textsOf(term, 'mismatchLabelKeys'))
  for (const [index, key] of textsOf(term, 'matchLabelKeys').entries())
    if (others.has(key))
      place.at('matchLabelKeys').nth(index).invalid(key, 'exists in both matchLabelKeys and mismatchLabelKeys')
}
