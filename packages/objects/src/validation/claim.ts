import { existing, type Json } from '../defaults/fields.ts'
import { deepEqual } from '../equal.ts'
import { compareQuantities } from '../quantity.ts'
import { dns1123Subdomain } from './names.ts'
import type { Place } from './place.ts'
import { immutable, oneOf, selector, textOf, textsOf } from './shared.ts'

/** k8s.io/kubernetes/pkg/apis/core/validation/validation.go, ValidatePersistentVolumeClaim. */
export function validatePersistentVolumeClaim(object: Json, old: Json | undefined, root: Place): void {
  const spec = existing(object, 'spec') ?? {}
  claimSpec(spec, root.at('spec'))
  if (old !== undefined) validateChange(object, old, root)
}

/** What a claim asks for; templates of claims too. */
export function claimSpec(spec: Json, place: Place): void {
  if (textsOf(spec, 'accessModes').length === 0) place.at('accessModes').required('at least 1 access mode is required')
  selector(spec['selector'], place.at('selector'))
  accessModes(spec, place.at('accessModes'))
  const size = existing(existing(spec, 'resources'), 'requests')?.['storage']
  const at = place.at('resources').key('storage')
  if (size === undefined) at.required()
  else if (compareQuantities(String(size), '0') <= 0) at.invalid(size, 'must be greater than zero')
  for (const name of ['storageClassName', 'volumeAttributesClassName'])
    if (name === 'storageClassName' && textOf(spec, name) !== '')
      place.at(name).named(textOf(spec, name), dns1123Subdomain)
  oneOf(spec, place, 'volumeMode', ['Block', 'Filesystem'])
  const source = existing(spec, 'dataSource')
  const reference = existing(spec, 'dataSourceRef')
  if (source !== undefined && reference !== undefined && !deepEqual(source, reference))
    place.invalid({}, 'must match dataSourceRef')
}

const MODES = ['ReadOnlyMany', 'ReadWriteMany', 'ReadWriteOnce', 'ReadWriteOncePod']

/** Who may use a volume at the same time. */
export function accessModes(spec: Json, place: Place): void {
  const modes = textsOf(spec, 'accessModes')
  for (const mode of modes) if (!MODES.includes(mode)) place.unsupported(mode, MODES)
  const known = modes.filter((mode) => MODES.includes(mode))
  if (known.includes('ReadWriteOncePod') && known.some((mode) => mode !== 'ReadWriteOncePod'))
    place.forbidden('may not use ReadWriteOncePod with other access modes')
}

const FIXED =
  'spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims'

function validateChange(object: Json, old: Json, root: Place): void {
  const [spec, before] = [existing(object, 'spec') ?? {}, existing(old, 'spec') ?? {}]
  const isBound = existing(object, 'status')?.['phase'] === 'Bound'
  if (!deepEqual(comparable(spec, before, isBound), comparable(before, before, isBound)))
    root.at('spec').forbidden(FIXED)
  const sizes = [spec, before].map((of) => String(existing(existing(of, 'resources'), 'requests')?.['storage'] ?? '0'))
  const capacity = String(existing(existing(old, 'status'), 'capacity')?.['storage'] ?? '0')
  const [now = '0', was = '0'] = sizes
  if (compareQuantities(now, was) < 0 && compareQuantities(now, capacity) <= 0)
    root.at('spec', 'resources', 'requests', 'storage').forbidden('field can not be less than status.capacity')
  immutable(spec, before, root, ['volumeMode'])
}

// A volume is given once, a class once where there was none, and what is bound may grow.
function comparable(spec: Json, before: Json, isBound: boolean): Json {
  const { volumeAttributesClassName, ...rest } = spec
  return {
    ...rest,
    volumeName: textOf(before, 'volumeName') === '' ? '' : textOf(spec, 'volumeName'),
    storageClassName: before['storageClassName'] === undefined ? null : spec['storageClassName'],
    ...(isBound ? { resources: null } : { volumeAttributesClassName: volumeAttributesClassName ?? null }),
  }
}
