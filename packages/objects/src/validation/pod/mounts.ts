import { existing, items, type Json } from '../../defaults/fields.ts'
import type { Place } from '../place.ts'
import { descendingPath, textOf } from '../shared.ts'

const PROPAGATIONS = ['Bidirectional', 'HostToContainer', 'None']
const RECURSIVE = ['Disabled', 'Enabled', 'IfPossible']

/** Where a container has its volumes. */
export function mounts(container: Json, place: Place, volumes: ReadonlyMap<string, Json>): void {
  const paths = new Set<string>()
  const devices = items(container, 'volumeDevices')
  for (const [index, mount] of items(container, 'volumeMounts').entries()) {
    const at = place.at('volumeMounts')
    const own = at.nth(index)
    const name = textOf(mount, 'name')
    const path = textOf(mount, 'mountPath')
    if (name === '') own.at('name').required()
    if (!volumes.has(name)) own.at('name').notFound(name)
    if (path === '') own.at('mountPath').required()
    if (paths.has(path)) own.at('mountPath').invalid(path, 'must be unique')
    paths.add(path)
    if (devices.some((device) => textOf(device, 'name') === name))
      own.at('name').invalid(name, 'must not already exist in volumeDevices')
    if (devices.some((device) => textOf(device, 'devicePath') === path))
      own.at('mountPath').invalid(path, 'must not already exist as a path in volumeDevices')
    subPaths(mount, at, own)
    propagation(mount, at, container)
  }
}

// Upstream leaves the index out of these.
function subPaths(mount: Json, place: Place, own: Place): void {
  const path = textOf(mount, 'subPath')
  const expression = textOf(mount, 'subPathExpr')
  if (path !== '') descendingPath(path, place.at('subPath'))
  if (expression === '') return
  if (path !== '') own.at('subPathExpr').invalid(expression, 'subPathExpr and subPath are mutually exclusive')
  descendingPath(expression, place.at('subPathExpr'))
}

function propagation(mount: Json, place: Place, container: Json): void {
  const mode = mount['mountPropagation']
  const at = place.at('mountPropagation')
  if (mode !== undefined && !PROPAGATIONS.includes(String(mode))) at.unsupported(mode, PROPAGATIONS)
  if (mode === 'Bidirectional' && existing(container, 'securityContext')?.['privileged'] !== true)
    at.forbidden('Bidirectional mount propagation is available only to privileged containers')
  const recursive = mount['recursiveReadOnly']
  const read = place.at('recursiveReadOnly')
  if (recursive === undefined || recursive === 'Disabled') return
  if (!RECURSIVE.includes(String(recursive))) {
    read.unsupported(recursive, RECURSIVE)
    return
  }
  if (mount['readOnly'] !== true) read.forbidden('may only be specified when readOnly is true')
  if (mode !== undefined && mode !== 'None')
    read.forbidden('may only be specified when mountPropagation is None or not specified')
}
