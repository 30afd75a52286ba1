import { canonicalQuantity, compareQuantities } from '../../quantity.ts'
import type { Json } from '../../defaults/fields.ts'
import { qualifiedName } from '../names.ts'
import type { Place } from '../place.ts'
import { textOf } from '../shared.ts'

/** Fields of the pod that a variable may be. */
export const VARIABLE_FIELDS: readonly string[] = [
  'metadata.name',
  'metadata.namespace',
  'metadata.uid',
  'spec.nodeName',
  'spec.serviceAccountName',
  'status.hostIP',
  'status.hostIPs',
  'status.podIP',
  'status.podIPs',
]

/** Fields of the pod that a file may be. */
export const FILE_FIELDS: readonly string[] = [
  'metadata.annotations',
  'metadata.labels',
  'metadata.name',
  'metadata.namespace',
  'metadata.uid',
]

const KNOWN = new Set([
  ...VARIABLE_FIELDS,
  ...FILE_FIELDS,
  'spec.host',
  'spec.restartPolicy',
  'spec.schedulerName',
  'status.phase',
])

/** A field of the pod, as `metadata.name` or `metadata.labels['a']`. */
export function podField(reference: Json, place: Place, supported: readonly string[]): void {
  const path = textOf(reference, 'fieldPath')
  const version = textOf(reference, 'apiVersion')
  const at = place.at('fieldPath')
  if (version === '') place.at('apiVersion').required()
  else if (path === '') at.required()
  else if (version !== 'v1') at.invalid(path, `error converting fieldPath: unsupported pod version: ${version}`)
  else if (path.endsWith("']")) subscripted(path, place)
  else if (!KNOWN.has(path)) at.invalid(path, `error converting fieldPath: field label not supported: ${path}`)
  else {
    const name = path === 'spec.host' ? 'spec.nodeName' : path
    if (!supported.includes(name)) at.unsupported(name, supported)
  }
}

function subscripted(path: string, place: Place): void {
  const [, owner = '', key = ''] = /^(.*?)\['(.*)'\]$/.exec(path) ?? []
  if (owner === 'metadata.annotations')
    for (const fault of qualifiedName(key.toLowerCase())) place.invalid(key.toLowerCase(), fault)
  else if (owner === 'metadata.labels') place.named(key, qualifiedName)
  else
    place.at('fieldPath').invalid(path, `error converting fieldPath: field label does not support subscript: ${path}`)
}

const RESOURCES = ['cpu', 'ephemeral-storage', 'memory']
  .flatMap((name) => [`limits.${name}`, `requests.${name}`])
  .sort()
const HUGE = /^(requests|limits)\.hugepages-/
const UNITS = ['1', '1k', '1M', '1G', '1T', '1P', '1E', '1Ki', '1Mi', '1Gi', '1Ti', '1Pi', '1Ei']
const NOUNS: readonly (readonly [RegExp, readonly string[], string])[] = [
  [/\.cpu$/, ['1m', '1'], "only divisor's values 1m and 1 are supported with the cpu resource"],
  [/\.memory$/, UNITS, supportedUnits('memory')],
  [/\.ephemeral-storage$/, UNITS, supportedUnits('local ephemeral storage')],
  [HUGE, UNITS, supportedUnits('hugepages')],
]

function supportedUnits(noun: string): string {
  return `only divisor's values ${UNITS.join(', ')} are supported with the ${noun} resource`
}

/** What a container asks for, as `limits.cpu`; a file says of which container. */
export function containerResource(reference: Json, place: Place, needsContainer = false): void {
  const resource = textOf(reference, 'resource')
  if (needsContainer && textOf(reference, 'containerName') === '') place.at('containerName').required()
  else if (resource === '') place.at('resource').required()
  else if (!RESOURCES.includes(resource) && !HUGE.test(resource)) place.at('resource').unsupported(resource, RESOURCES)
  const divisor = textOf(reference, 'divisor')
  if (divisor === '' || compareQuantities(divisor, '0') === 0) return
  const rule = NOUNS.find(([pattern]) => pattern.test(resource))
  if (rule !== undefined && !rule[1].includes(canonicalQuantity(divisor)))
    place.at('divisor').invalid(resource, rule[2])
}
