import { existing, type Json } from '../defaults/fields.ts'
import { deepEqual } from '../equal.ts'
import { compareQuantities, quantityValue } from '../quantity.ts'
import { accessModes } from './claim.ts'
import { dns1123Label, dns1123Subdomain } from './names.ts'
import type { Place } from './place.ts'
import { nodeSelector } from './pod/affinity.ts'
import { hostPath, nfs } from './pod/volumes.ts'
import { immutable, noBacksteps, oneOf, textOf, textsOf } from './shared.ts'

/** k8s.io/kubernetes/pkg/apis/core/validation/validation.go, ValidatePersistentVolumeSpec. */
export function validatePersistentVolume(object: Json, old: Json | undefined, root: Place): void {
  const spec = existing(object, 'spec') ?? {}
  const place = root.at('spec')
  if (textsOf(spec, 'accessModes').length === 0) place.at('accessModes').required()
  accessModes(spec, place.at('accessModes'))
  capacity(existing(spec, 'capacity') ?? {}, place.at('capacity'))
  oneOf(spec, place, 'persistentVolumeReclaimPolicy', ['Delete', 'Recycle', 'Retain'])
  const affinity = existing(spec, 'nodeAffinity')
  if (affinity !== undefined) nodeAffinity(affinity, place.at('nodeAffinity'))
  sources(spec, place)
  const recycled = spec['persistentVolumeReclaimPolicy'] === 'Recycle'
  if (recycled && /^\/+\.?$/.test(textOf(existing(spec, 'hostPath'), 'path')))
    place.at('persistentVolumeReclaimPolicy').forbidden("may not be 'recycle' for a hostPath mount of '/'")
  const name = textOf(spec, 'storageClassName')
  if (name !== '') place.at('storageClassName').named(name, dns1123Subdomain)
  oneOf(spec, place, 'volumeMode', ['Block', 'Filesystem'])
  const before = existing(old, 'spec')
  if (before !== undefined) validateChange(spec, before, root)
}

function capacity(of: Json, place: Place): void {
  const names = Object.keys(of)
  if (names.length === 0) place.required()
  if (names.length !== 1 || names[0] !== 'storage') place.unsupported(names.length === 0 ? null : of, ['storage'])
  for (const [name, size] of Object.entries(of)) {
    const value = quantityValue(String(size))
    if (value < 0) place.key(name).invalid(value, 'must be a valid resource quantity')
    if (compareQuantities(String(size), '0') <= 0) place.key(name).invalid(size, 'must be greater than zero')
  }
}

function nodeAffinity(of: Json, place: Place): void {
  const required = existing(of, 'required')
  if (required === undefined) place.at('required').required('must specify required node constraints')
  else nodeSelector(required, place.at('required'))
}

// The order in which the real server looks at them.
const ORDER = [
  'hostPath',
  'gcePersistentDisk',
  'awsElasticBlockStore',
  'glusterfs',
  'flocker',
  'nfs',
  'rbd',
  'quobyte',
  'cephfs',
  'iscsi',
  'cinder',
  'fc',
  'flexVolume',
  'azureFile',
  'vsphereVolume',
  'photonPersistentDisk',
  'portworxVolume',
  'azureDisk',
  'scaleIO',
  'local',
  'storageos',
  'csi',
]

function sources(spec: Json, place: Place): void {
  const given = ORDER.filter((name) => existing(spec, name) !== undefined)
  if (given.length === 0) place.required('must specify a volume type')
  for (const [index, name] of given.entries()) {
    const source = existing(spec, name) ?? {}
    if (index > 0) place.at(name === 'cephfs' ? 'cephFS' : name).forbidden('may not specify more than 1 volume type')
    else if (name === 'hostPath') hostPath(source, place.at(name))
    else if (name === 'nfs') nfs(source, place.at(name))
    else if (name === 'csi') driver(source, place.at(name))
    else if (name === 'local') local(source, place, spec)
  }
}

function local(source: Json, place: Place, spec: Json): void {
  const path = textOf(source, 'path')
  if (path === '') place.at('local', 'path').required()
  else noBacksteps(path, place.at('local', 'path'))
  if (existing(spec, 'nodeAffinity') === undefined)
    place.at('nodeAffinity').required('Local volume requires node affinity')
}

const LONGEST_DRIVER = 63
const SECRETS = [
  'controllerPublishSecretRef',
  'controllerExpandSecretRef',
  'nodePublishSecretRef',
  'nodeExpandSecretRef',
]

function driver(source: Json, place: Place): void {
  const name = textOf(source, 'driver')
  if (name === '') place.at('driver').required()
  else {
    if (name.length > LONGEST_DRIVER) place.at('driver').tooLong(LONGEST_DRIVER)
    for (const fault of dns1123Subdomain(name.toLowerCase())) place.at('driver').invalid(name, fault)
  }
  if (textOf(source, 'volumeHandle') === '') place.at('volumeHandle').required()
  for (const secret of SECRETS) {
    const reference = existing(source, secret)
    if (reference === undefined) continue
    const [own, namespace] = [textOf(reference, 'name'), textOf(reference, 'namespace')]
    if (own === '') place.at(secret, 'name').required()
    else place.at(secret, 'name').named(own, dns1123Subdomain)
    if (namespace === '') place.at(secret, 'namespace').required()
    else place.at(secret, 'namespace').named(namespace, dns1123Label)
  }
}

function validateChange(spec: Json, before: Json, root: Place): void {
  const sourceOf = (of: Json): Json => Object.fromEntries(ORDER.map((name) => [name, of[name] ?? null]))
  if (!deepEqual(sourceOf(spec), sourceOf(before)))
    root.at('spec', 'persistentvolumesource').forbidden('spec.persistentvolumesource is immutable after creation')
  immutable(spec, before, root, ['volumeMode'])
}
