import {
  copyJson,
  decodeAs,
  elementOf,
  gvkOf,
  isRecord,
  typeNamed,
  typeOfKind,
  type KubeObject,
  type TypeInfo,
} from '@slipway/objects'

const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration'

/**
 * A copy of an object without what never counts: `creationTimestamp`, empty lists and maps of built-in types, empty rules of roles; a Secret's `stringData`
 * becomes `data`. An object with a field that its kind does not have, or one of a wrong type, keeps all it says.
 */
export function normalised(object: KubeObject): KubeObject {
  const copy = decoded(copyJson(object))
  delete copy.metadata.creationTimestamp
  const { group, kind } = gvkOf(copy)
  if (group === '' && kind === 'Secret') mergeStringData(copy)
  if (group === 'rbac.authorization.k8s.io' && (kind === 'Role' || kind === 'ClusterRole')) tidyRules(copy)
  return copy
}

function decoded(object: KubeObject): KubeObject {
  const type = typeOfKind(gvkOf(object))
  if (type === undefined) return object
  const { value, unknown, mismatch } = decodeAs(type, object)
  const same = unknown.length === 0 && mismatch === undefined ? (value as KubeObject) : object
  dropEmpty(same, type)
  same.metadata ??= {}
  return same
}

// Go leaves empty lists and maps out; an empty struct, such as `emptyDir: {}`, means something.
function dropEmpty(value: Record<string, unknown>, type: TypeInfo): void {
  for (const [name, field] of type.fields) {
    const member = value[name]
    const isList = Array.isArray(member)
    if (isList && member.length === 0) delete value[name]
    else if (isRecord(member) && field.type.startsWith('{}') && Object.keys(member).length === 0) delete value[name]
    else dropEmptyBelow(member, typeNamed(elementOf(field.type) ?? field.type))
  }
}

function dropEmptyBelow(member: unknown, type: TypeInfo | undefined): void {
  if (type === undefined) return
  if (Array.isArray(member)) for (const item of member) dropEmptyBelow(item, type)
  else if (isRecord(member)) dropEmpty(member, type)
}

function mergeStringData(secret: KubeObject): void {
  const { stringData } = secret
  if (!isRecord(stringData)) return
  const encoded = Object.entries(stringData).map(([name, value]): [string, unknown] => [
    name,
    typeof value === 'string' ? Buffer.from(value).toString('base64') : value,
  ])
  secret['data'] = { ...(isRecord(secret['data']) ? secret['data'] : {}), ...Object.fromEntries(encoded) }
  delete secret['stringData']
}

// The rules of an aggregated role are written by a controller.
function tidyRules(role: KubeObject): void {
  const { rules } = role
  if (isRecord(role['aggregationRule']) || (Array.isArray(rules) && rules.length === 0)) delete role['rules']
}

/** What was applied last, as kubectl's annotation says; undefined without it, or when it cannot be read. */
export function lastAppliedOf(live: KubeObject): KubeObject | undefined {
  const text = live.metadata.annotations?.[LAST_APPLIED]
  if (text === undefined) return undefined
  try {
    const value: unknown = JSON.parse(text)
    return isRecord(value) && isRecord(value['metadata']) ? (value as KubeObject) : undefined
  } catch {
    return undefined
  }
}

/** An object as `kubectl apply` sends it: with itself in the annotation, written as Go writes it. */
export function withLastApplied(target: KubeObject): KubeObject {
  const { [LAST_APPLIED]: _, ...annotations } = target.metadata.annotations ?? {}
  const bare = { ...target, metadata: { ...target.metadata, annotations } }
  const text = `${JSON.stringify(sorted(bare))}\n`
  return { ...bare, metadata: { ...bare.metadata, annotations: { ...annotations, [LAST_APPLIED]: text } } }
}

/** Removes kubectl's annotation, in place. */
export function dropLastApplied(object: KubeObject): void {
  const { annotations } = object.metadata
  if (annotations === undefined) return
  delete annotations[LAST_APPLIED]
  if (Object.keys(annotations).length === 0) delete object.metadata.annotations
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (!isRecord(value)) return value
  const names = Object.keys(value)
    .filter((name) => value[name] !== undefined)
    .sort()
  return Object.fromEntries(names.map((name) => [name, sorted(value[name])]))
}
