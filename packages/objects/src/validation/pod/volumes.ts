import { existing, items, type Json } from '../../defaults/fields.ts'
import { compareQuantities } from '../../quantity.ts'
import { dns1123Label } from '../names.ts'
import type { Place } from '../place.ts'
import { descendingPath, noBacksteps, numberOf, oneOf, textOf } from '../shared.ts'
import { claimSpec } from '../claim.ts'
import { containerResource, FILE_FIELDS, podField } from './field-refs.ts'
import { projections } from './projections.ts'

const MODE = 'must be a number between 0 and 0777 (octal), both inclusive'

/** The volumes of a pod that have no fault, by name. */
export function volumes(spec: Json, place: Place): ReadonlyMap<string, Json> {
  const found = new Map<string, Json>()
  for (const [index, volume] of items(spec, 'volumes').entries()) {
    const at = place.nth(index)
    const before = at.causes.list.length
    sources(volume, at)
    const name = textOf(volume, 'name')
    if (name === '') at.at('name').required()
    else at.at('name').named(name, dns1123Label)
    if (found.has(name)) at.at('name').duplicate(name)
    if (at.causes.list.length === before) found.set(name, volume)
  }
  return found
}

// The order in which the real server looks at them decides which of two is one too many.
const ORDER = [
  'emptyDir',
  'hostPath',
  'gitRepo',
  'gcePersistentDisk',
  'awsElasticBlockStore',
  'secret',
  'nfs',
  'iscsi',
  'glusterfs',
  'flocker',
  'persistentVolumeClaim',
  'rbd',
  'cinder',
  'cephfs',
  'quobyte',
  'downwardAPI',
  'fc',
  'flexVolume',
  'configMap',
  'azureFile',
  'vsphereVolume',
  'photonPersistentDisk',
  'portworxVolume',
  'azureDisk',
  'storageos',
  'projected',
  'scaleIO',
  'csi',
  'ephemeral',
  'image',
]

function sources(volume: Json, place: Place): void {
  const given = ORDER.filter((name) => existing(volume, name) !== undefined)
  if (given.length === 0) place.required('must specify a volume type')
  for (const [index, name] of given.entries()) {
    if (index > 0) place.at(SPELLED[name] ?? name).forbidden('may not specify more than 1 volume type')
    else CHECKS[name]?.(existing(volume, name) ?? {}, place.at(name))
  }
}

// As upstream spells them.
const SPELLED: Readonly<Record<string, string>> = { downwardAPI: 'downwarAPI', cephfs: 'cephFS' }

const CHECKS: Readonly<Record<string, (source: Json, place: Place) => void>> = {
  emptyDir,
  hostPath,
  secret: (source, place) => keyed(source, place, 'secretName'),
  configMap: (source, place) => keyed(source, place, 'name'),
  persistentVolumeClaim: (source, place) => needed(source, place, 'claimName'),
  nfs,
  downwardAPI,
  projected: (source, place) => {
    mode(source, place, 'defaultMode')
    projections(source, place)
  },
  ephemeral: (source, place) => {
    const template = existing(source, 'volumeClaimTemplate')
    if (template === undefined) place.at('volumeClaimTemplate').required()
    else claimSpec(existing(template, 'spec') ?? {}, place.at('volumeClaimTemplate', 'spec'))
  },
}

function needed(source: Json, place: Place, name: string): void {
  if (textOf(source, name) === '') place.at(name).required()
}

function emptyDir(source: Json, place: Place): void {
  const size = source['sizeLimit']
  if (size !== undefined && compareQuantities(String(size), '0') < 0)
    place.at('sizeLimit').forbidden('SizeLimit field must be a valid resource quantity')
}

const HOST_TYPES = ['', 'BlockDevice', 'CharDevice', 'Directory', 'DirectoryOrCreate', 'File', 'FileOrCreate', 'Socket']

/** A path of the host. */
export function hostPath(source: Json, place: Place): void {
  const path = textOf(source, 'path')
  if (path === '') {
    place.at('path').required()
    return
  }
  noBacksteps(path, place.at('path'))
  oneOf(source, place, 'type', HOST_TYPES)
}

/** A path of a file server. */
export function nfs(source: Json, place: Place): void {
  for (const name of ['server', 'path']) needed(source, place, name)
  const path = textOf(source, 'path')
  if (path !== '' && !path.startsWith('/')) place.at('path').invalid(path, 'must be an absolute path')
}

function keyed(source: Json, place: Place, name: string): void {
  needed(source, place, name)
  mode(source, place, 'defaultMode')
  for (const [index, item] of items(source, 'items').entries()) keyToPath(item, place.at('items').nth(index))
}

/** A key and the file that it becomes. */
export function keyToPath(item: Json, place: Place): void {
  needed(item, place, 'key')
  needed(item, place, 'path')
  filePath(textOf(item, 'path'), place.at('path'))
  mode(item, place, 'mode')
}

/** A file in a volume: `..data` and its like belong to the kubelet. */
export function filePath(path: string, place: Place): void {
  descendingPath(path, place)
  if (path.startsWith('..') && !path.startsWith('../')) place.invalid(path, "must not start with '..'")
}

function mode(source: Json, place: Place, name: string): void {
  const value = numberOf(source, name)
  if (value !== undefined && (value < 0 || value > 0o777)) place.at(name).invalid(value, MODE)
}

function downwardAPI(source: Json, place: Place): void {
  mode(source, place, 'defaultMode')
  // Upstream names none of the items.
  for (const file of items(source, 'items')) downwardFile(file, place)
}

/** A file that shows a field of the pod. */
export function downwardFile(file: Json, place: Place): void {
  needed(file, place, 'path')
  filePath(textOf(file, 'path'), place.at('path'))
  const field = existing(file, 'fieldRef')
  const resource = existing(file, 'resourceFieldRef')
  if (field !== undefined) {
    podField(field, place.at('fieldRef'), FILE_FIELDS)
    if (resource !== undefined)
      place.invalid('resource', 'fieldRef and resourceFieldRef can not be specified simultaneously')
  } else if (resource !== undefined) containerResource(resource, place.at('resourceFieldRef'), true)
  else place.required('one of fieldRef and resourceFieldRef is required')
  mode(file, place, 'mode')
}
