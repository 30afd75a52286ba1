import { failure } from '../errors.ts'
import { formatId } from '../resource/gvk.ts'
import type { ResMap } from '../resource/resmap.ts'
import { type Resource, copyMergeMetadata, dataOf } from '../resource/resource.ts'
import { clearField, field, setField } from '../tree/fields.ts'
import { type Node, isMissing, stringNode } from '../tree/node.ts'
import { lookup } from '../tree/path.ts'
import { encodeBase64 } from './maps.ts'

const ORIGIN = 'config.kubernetes.io/origin'

/** Adds a generated resource, or replaces or merges the one that exists, as its behavior says. */
export function absorb(into: ResMap, generated: Resource): void {
  const { id } = generated
  const matches = into.byAnyId(id)
  const [old] = matches
  const goId = `resid.ResId{Gvk:resid.Gvk{Group:${JSON.stringify(id.group)}, Version:${JSON.stringify(id.version)}, Kind:${JSON.stringify(id.kind)}, isClusterScoped:${String(id.clusterScoped)}}, Name:${JSON.stringify(id.name)}, Namespace:${JSON.stringify(id.namespace)}}`
  if (old === undefined) {
    if (generated.behavior === 'merge' || generated.behavior === 'replace') {
      throw failure(`id ${goId} does not exist; cannot merge or replace`)
    }
    return into.append(generated)
  }
  if (matches.length > 1) {
    throw failure(
      `found multiple objects [${matches.map((each) => formatId(each.id)).join(' ')}] that could accept merge of ${formatId(id)}`,
    )
  }
  if (generated.behavior === 'merge') merge(generated, old)
  else if (generated.behavior === 'replace') copyMergeMetadata(generated, old)
  else {
    throw failure(`id ${goId} exists; can not use behavior: '${generated.behavior}', behavior must be merge or replace`)
  }
  into.replace(old, generated)
}

function merge(generated: Resource, old: Resource): void {
  const origin = old.annotations.get(ORIGIN)
  const data = dataOf(old, 'data')
  const isSecret = generated.apiVersion === 'v1' && generated.kind === 'Secret'
  if (isSecret) for (const [key, value] of stringDataOf(old)) data.set(key, value)
  copyMergeMetadata(generated, old)
  mergeData(generated, 'data', data)
  mergeData(generated, 'binaryData', dataOf(old, 'binaryData'))
  if (origin !== undefined) generated.annotate(ORIGIN, origin)
}

function stringDataOf(secret: Resource): Map<string, Node> {
  const map = field(secret.node, 'stringData')
  const result = new Map<string, Node>()
  if (isMissing(map) || map.kind !== 'map') return result
  for (let at = 0; at + 1 < map.content.length; at += 2) {
    const [key, value] = [map.content[at], map.content[at + 1]]
    if (key === undefined || value === undefined) continue
    if (value.kind !== 'scalar') {
      throw failure(
        `failed to normalize stringData for ${formatId(secret.id)}: read stringData: stringData value for key ${JSON.stringify(key.value)} must be a scalar`,
      )
    }
    const encoded = value.copy()
    encoded.value = encodeBase64(value.value)
    result.set(key.value, encoded)
  }
  return result
}

function mergeData(resource: Resource, name: 'data' | 'binaryData', old: ReadonlyMap<string, Node>): void {
  const { node } = resource
  if (node === undefined) return
  const merged = new Map([...old, ...dataOf(resource, name)])
  clearField(node, name)
  for (const key of [...merged.keys()].sort()) {
    const source = merged.get(key)
    const value = stringNode(source?.value ?? '')
    value.at = source?.at
    value.maker = source?.maker
    value.before = old.get(key) === source ? source?.before : (old.get(key) ?? source?.before)
    if (value.value.includes('\n')) value.style = 'literal'
    const map = lookup(node, [name], 'map')
    if (map !== undefined) setField(map, key, value)
  }
}
