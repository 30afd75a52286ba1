import { existing, items, type Json } from '../../defaults/fields.ts'
import { compareQuantities, parseQuantity } from '../../quantity.ts'
import { dns1123Label } from '../names.ts'
import type { Place } from '../place.ts'
import { containerResourceName, isHugePage, isOvercommittable, resourceAmount } from '../resource-names.ts'
import { textOf } from '../shared.ts'

/** What a container asks for and may use at most. */
export function quantities(resources: Json, place: Place, claims: ReadonlySet<string>): void {
  const limits = existing(resources, 'limits') ?? {}
  const requests = existing(resources, 'requests') ?? {}
  for (const [name, quantity] of sorted(limits)) one(name, String(quantity), place.at('limits').key(name))
  for (const [name, quantity] of sorted(requests)) {
    one(name, String(quantity), place.at('requests').key(name))
    against(name, { request: String(quantity), limit: Object.hasOwn(limits, name) ? limits[name] : undefined }, place)
  }
  const names = [...Object.keys(limits), ...Object.keys(requests)]
  if (names.some(isHugePage) && !names.some((name) => name === 'cpu' || name === 'memory'))
    place.forbidden('HugePages require cpu or memory')
  claimNames(resources, place.at('claims'), claims)
}

// Go goes through a map in any order.
function sorted(of: Json): [string, unknown][] {
  return Object.entries(of).sort(([a], [b]) => (a < b ? -1 : 1))
}

function one(name: string, quantity: string, place: Place): void {
  containerResourceName(name, place)
  resourceAmount(name, quantity, place)
  if (!isHugePage(name)) return
  const size = name.slice('hugepages-'.length)
  if (!isMultiple(quantity, size)) place.invalid(quantity, `${quantity} is not positive integer multiple of ${name}`)
}

function against(name: string, asked: { request: string; limit: unknown }, place: Place): void {
  if (asked.limit === undefined) {
    if (!isOvercommittable(name)) place.at('limits').required('Limit must be set for non overcommitable resources')
    return
  }
  const limit = String(asked.limit)
  const difference = compareQuantities(asked.request, limit)
  if (difference !== 0 && !isOvercommittable(name))
    place.at('requests').invalid(asked.request, `must be equal to ${name} limit of ${limit}`)
  else if (difference > 0)
    place.at('requests').invalid(asked.request, `must be less than or equal to ${name} limit of ${limit}`)
}

function claimNames(resources: Json, place: Place, claims: ReadonlySet<string>): void {
  const seen = new Set<string>()
  for (const [index, claim] of items(resources, 'claims').entries()) {
    const at = place.nth(index)
    const name = textOf(claim, 'name')
    const request = textOf(claim, 'request')
    const key = request === '' ? name : `${name}/${request}`
    if (name === '') at.required()
    else if (seen.has(name) || seen.has(key)) at.duplicate(seen.has(name) ? name : key)
    else if (request !== '') at.at('request').named(request, dns1123Label)
    seen.add(key)
    if (claims.has(name)) continue
    const known = claims.size === 0 ? ' which is empty' : `: ${[...claims].sort().join(', ')}`
    at.notFound(name, `must be one of the names in pod.spec.resourceClaims${known}`)
  }
}

const RESIZES = ['NotRequired', 'RestartContainer']

/** What a change of resources does to a container. */
export function resizePolicies(container: Json, place: Place, restartPolicy: string): void {
  const seen = new Set<string>()
  for (const [index, policy] of items(container, 'resizePolicy').entries()) {
    const name = textOf(policy, 'resourceName')
    const restart = textOf(policy, 'restartPolicy')
    if (seen.has(name)) place.nth(index).duplicate(name)
    seen.add(name)
    if (name === '') place.required()
    else if (name !== 'cpu' && name !== 'memory') place.unsupported(name, ['cpu', 'memory'])
    if (restart === '') place.required()
    else if (!RESIZES.includes(restart)) place.unsupported(restart, RESIZES)
    if (restartPolicy === 'Never' && restart !== 'NotRequired')
      place.invalid(restart, "must be 'NotRequired' when pod `restartPolicy` is 'Never'")
  }
}

function isMultiple(quantity: string, size: string): boolean {
  try {
    const page = parseQuantity(size).nano
    return page > 0n && page % 1_000_000_000n === 0n && parseQuantity(quantity).nano % page === 0n
  } catch {
    return false
  }
}
