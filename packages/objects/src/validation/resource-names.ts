import { compareQuantities, parseQuantity } from '../quantity.ts'
import { qualifiedName } from './names.ts'
import type { Place } from './place.ts'
import { NOT_NEGATIVE } from './shared.ts'

const COMPUTE = ['cpu', 'memory', 'ephemeral-storage']
const COUNTS = [
  'pods',
  'resourcequotas',
  'services',
  'replicationcontrollers',
  'secrets',
  'configmaps',
  'persistentvolumeclaims',
  'services.nodeports',
  'services.loadbalancers',
]
const QUOTA = [
  ...COMPUTE,
  ...COMPUTE.flatMap((name) => [`requests.${name}`, `limits.${name}`]),
  'requests.storage',
  ...COUNTS,
]
const QUOTA_NAMES = new Set(QUOTA)
const STANDARD = new Set([...QUOTA, 'storage'])
const WHOLE = new Set(COUNTS)

/** Pages of a size of their own, which no container shares. */
export function isHugePage(name: string): boolean {
  return name.startsWith('hugepages-')
}

const isQuotaPage = (name: string): boolean => /^(requests\.)?hugepages-/.test(name)
const isNative = (name: string): boolean => !name.includes('/') || name.includes('kubernetes.io/')

/** True for what may be asked for beyond what there is: processors and memory, not devices. */
export function isOvercommittable(name: string): boolean {
  return isNative(name) && !isHugePage(name)
}

function isExtended(name: string): boolean {
  return !isNative(name) && !name.startsWith('requests.') && qualifiedName(`requests.${name}`).length === 0
}

/** The name of a resource: one that is known, or one with a domain. */
export function resourceName(name: string, place: Place): void {
  const faults = qualifiedName(name)
  if (faults.length > 0) place.named(name, () => faults)
  else if (!name.includes('/') && !STANDARD.has(name) && !isQuotaPage(name))
    place.invalid(name, 'must be a standard resource type or fully qualified')
}

/** The name of a resource that a container may ask for. */
export function containerResourceName(name: string, place: Place): void {
  resourceName(name, place)
  if (!name.includes('/')) {
    if (!COMPUTE.includes(name) && !isHugePage(name)) place.invalid(name, 'must be a standard resource for containers')
  } else if (!isNative(name) && !isExtended(name)) place.invalid(name, "doesn't follow extended resource name standard")
}

/** The name of a resource that a quota may limit. */
export function quotaResourceName(name: string, place: Place): void {
  resourceName(name, place)
  if (!name.includes('/') && !isStandardQuota(name)) place.invalid(name, 'must be a standard resource for quota')
}

/** True for what quotas count without a domain. */
export function isStandardQuota(name: string): boolean {
  return QUOTA_NAMES.has(name) || isQuotaPage(name)
}

/** An amount of a resource: not below zero, and whole for what is counted. */
export function resourceAmount(name: string, quantity: string, place: Place): void {
  if (compareQuantities(quantity, '0') < 0) place.invalid(quantity, NOT_NEGATIVE)
  if ((WHOLE.has(name) || isExtended(name)) && parseQuantity(quantity).nano % 1_000_000_000n !== 0n)
    place.invalid(quantity, 'must be an integer')
}
