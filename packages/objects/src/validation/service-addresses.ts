import type { Json } from '../defaults/fields.ts'
import { address, familyOf } from './addresses.ts'
import type { Place } from './place.ts'
import { oneOf, textOf, textsOf } from './shared.ts'

const FAMILIES = ['IPv4', 'IPv6']
const POLICIES = ['PreferDualStack', 'RequireDualStack', 'SingleStack']

/** The addresses of a Service and their families: ValidateServiceClusterIPsRelatedFields. */
export function addressFamilies(spec: Json, place: Place): void {
  const addresses = textsOf(spec, 'clusterIPs')
  const first = textOf(spec, 'clusterIP')
  const at = place.at('clusterIPs')
  if (first === '') {
    if (addresses.length > 0) at.invalid(addresses, 'must be empty when `clusterIP` is not specified')
  } else if (addresses.length === 0) at.required()
  else if (addresses[0] !== first) at.invalid(addresses, 'first value must match `clusterIP`')
  families(spec, place)
  oneOf(spec, place, 'ipFamilyPolicy', POLICIES)
  if (!areAddresses(addresses, at)) return
  const [one, two] = addresses.map(familyOf)
  if (two !== undefined && one === two) at.invalid(addresses, 'may specify no more than one IP for each IP family')
  ofFamilies(addresses, textsOf(spec, 'ipFamilies'), at)
}

function families(spec: Json, place: Place): void {
  const all = textsOf(spec, 'ipFamilies')
  for (const [index, family] of all.entries()) {
    const at = place.at('ipFamilies').nth(index)
    if (!FAMILIES.includes(family)) at.unsupported(family, FAMILIES)
    if (all.indexOf(family) < index) at.duplicate(family)
  }
}

function areAddresses(addresses: readonly string[], place: Place): boolean {
  let valid = true
  for (const [index, text] of addresses.entries()) {
    if (index > 0 || text !== 'None') valid = address(text, place.nth(index)) && valid
    else if (addresses.length > 1) {
      place.invalid(addresses, "'None' must be the first and only value")
      valid = false
    }
  }
  if (addresses.length > 2) place.invalid(addresses, 'may only hold up to 2 values')
  return valid
}

function ofFamilies(addresses: readonly string[], wanted: readonly string[], place: Place): void {
  if (addresses[0] === 'None') return
  for (const [index, text] of addresses.entries()) {
    const family = wanted[index]
    if (family !== undefined && FAMILIES.includes(family) && `IPv${familyOf(text)}` !== family)
      place.nth(index).invalid(text, `expected an ${family} value as indicated by \`ipFamilies[${index}]\``)
  }
}

const isHeadless = (addresses: readonly string[]): boolean => addresses.join() === 'None'

/** The address of a Service is its own for life, unless it is another's name meanwhile. */
export function keptAddresses(spec: Json, old: Json, place: Place): void {
  if (spec['type'] === 'ExternalName' || old['type'] === 'ExternalName') return
  const [now, before] = [textsOf(spec, 'clusterIPs'), textsOf(old, 'clusterIPs')]
  if (!(isHeadless(now) && isHeadless(before))) keptList(now, before, place)
  if (isHeadless(now) || isHeadless(before)) return
  const [families, had] = [textsOf(spec, 'ipFamilies'), textsOf(old, 'ipFamilies')]
  if (families.length === had.length && had.some((family, index) => family !== families[index]))
    place.at('ipFamilies').nth(0).invalid(families, 'may not change once set')
  balancerClass(spec, old, place)
}

function keptList(now: readonly string[], before: readonly string[], place: Place): void {
  const at = place.at('clusterIPs')
  if (now.length === before.length) {
    for (const [index, text] of before.entries())
      if (text !== now[index]) at.nth(index).invalid(now, 'may not change once set')
  } else if (now.length === 0) at.nth(0).invalid(now, 'primary clusterIP can not be unset')
  else if (before.length > 0 && now[0] !== before[0]) at.nth(0).invalid(now, 'may not change once set')
}

function balancerClass(spec: Json, old: Json, place: Place): void {
  if (spec['type'] !== 'LoadBalancer' || old['type'] !== 'LoadBalancer') return
  if (spec['loadBalancerClass'] !== old['loadBalancerClass'])
    place.at('loadBalancerClass').invalid(spec['loadBalancerClass'], 'may not change once set')
}
