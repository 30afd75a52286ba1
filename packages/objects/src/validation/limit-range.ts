import { existing, items, type Json } from '../defaults/fields.ts'
import { compareQuantities, parseQuantity } from '../quantity.ts'
import { qualifiedName } from './names.ts'
import type { Place } from './place.ts'
import { containerResourceName, isOvercommittable, resourceName } from './resource-names.ts'
import { textOf } from './shared.ts'

type Quantities = Readonly<Record<string, string>>

const TYPES = ['Pod', 'Container', 'PersistentVolumeClaim']

/** k8s.io/kubernetes/pkg/apis/core/validation/validation.go, ValidateLimitRange. */
export function validateLimitRange(object: Json, _old: Json | undefined, root: Place): void {
  const seen = new Set<string>()
  for (const [index, limit] of items(existing(object, 'spec'), 'limits').entries()) {
    const place = root.at('spec', 'limits').nth(index)
    const type = textOf(limit, 'type')
    const faults = qualifiedName(type)
    place.at('type').named(type, () => faults)
    if (faults.length === 0 && !type.includes('/') && !TYPES.includes(type))
      place.at('type').invalid(type, 'must be a standard limit type or fully qualified')
    if (seen.has(type)) place.at('type').duplicate(type)
    seen.add(type)
    validateLimit(limit, type, place)
  }
}

function validateLimit(limit: Json, type: string, place: Place): void {
  const of = (name: string): Quantities => (existing(limit, name) ?? {}) as Quantities
  const lists = ['max', 'min', ...(type === 'Pod' ? [] : ['default', 'defaultRequest'])]
  const named = (list: string): void => {
    for (const name of Object.keys(of(list)))
      if (type === 'Pod' || type === 'Container') containerResourceName(name, place.at(list).key(name))
      else resourceName(name, place.at(list).key(name))
  }
  for (const list of lists) named(list)
  if (type === 'Pod')
    for (const list of ['default', 'defaultRequest'])
      if (Object.keys(of(list)).length > 0) place.at(list).forbidden("may not be specified when `type` is 'Pod'")
  if (type === 'PersistentVolumeClaim' && of('min')['storage'] === undefined && of('max')['storage'] === undefined)
    place.at('limits').required('either minimum or maximum storage value is required, but neither was provided')
  named('maxLimitRequestRatio')
  const names = new Set([...lists, 'maxLimitRequestRatio'].flatMap((list) => Object.keys(of(list))))
  const quantityIn = (name: string) => (list: string) =>
    (lists.includes(list) || list === 'maxLimitRequestRatio') && Object.hasOwn(of(list), name)
      ? of(list)[name]
      : undefined
  for (const name of [...names].sort()) validateResource(name, quantityIn(name), place)
}

/** Each pair of lists that must be in order, which of them is shown, and the words for it. */
const PAIRS: readonly (readonly [
  low: string,
  high: string,
  at: string,
  shown: string,
  words: readonly [string, string],
])[] = [
  ['min', 'max', 'min', 'min', ['min value', 'max value']],
  ['min', 'defaultRequest', 'defaultRequest', 'defaultRequest', ['min value', 'default request value']],
  ['defaultRequest', 'max', 'defaultRequest', 'defaultRequest', ['default request value', 'max value']],
  ['defaultRequest', 'default', 'defaultRequest', 'defaultRequest', ['default request value', 'default limit value']],
  ['min', 'default', 'default', 'min', ['min value', 'default value']],
  ['default', 'max', 'default', 'max', ['default value', 'max value']],
]

function validateResource(name: string, of: (list: string) => string | undefined, place: Place): void {
  for (const [low, high, at, shown, [lower, higher]] of PAIRS) {
    const [less, more] = [of(low), of(high)]
    if (less !== undefined && more !== undefined && compareQuantities(less, more) > 0)
      place.at(at).key(name).invalid(of(shown), `${lower} ${less} is greater than ${higher} ${more}`)
  }
  validateRatio(name, of, place.at('maxLimitRequestRatio').key(name))
  const [limit, request] = [of('default'), of('defaultRequest')]
  if (
    !isOvercommittable(name) &&
    limit !== undefined &&
    request !== undefined &&
    compareQuantities(limit, request) !== 0
  )
    place
      .at('defaultRequest')
      .key(name)
      .invalid(request, `default value ${limit} must equal to defaultRequest value ${request} in ${name}`)
}

function validateRatio(_name: string, of: (list: string) => string | undefined, place: Place): void {
  const [ratio, min, max] = [of('maxLimitRequestRatio'), of('min'), of('max')]
  if (ratio === undefined) return
  if (compareQuantities(ratio, '1') < 0) place.invalid(ratio, `ratio ${ratio} is less than 1`)
  if (min === undefined || max === undefined) return
  const most = amountOf(max) / amountOf(min)
  if (amountOf(ratio) > most) place.invalid(ratio, `ratio ${ratio} is greater than max/min = ${most.toFixed(6)}`)
}

const amountOf = (quantity: string): number => Number(parseQuantity(quantity).nano) / 1e9
