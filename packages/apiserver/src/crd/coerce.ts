import { decodeAs, isRecord, typeNamed, type KubeObject } from '@slipway/objects'
import type { CustomResource } from '../registry/definition.ts'
import type { Schema } from './custom.ts'

/** What reading a custom object by its schema found. */
export interface Coerced {
  /** Fields that were dropped because nobody declares them, as `spec.ports[0].colour`: those of the metadata first, then the rest by name. */
  readonly unknown: readonly string[]
  /** The first value in a metadata that has a wrong type; such an object is refused. */
  readonly mismatch: string | undefined
}

interface Findings {
  readonly unknown: string[]
  mismatch: string | undefined
}

const META = new Set(['apiVersion', 'kind', 'metadata'])

/**
 * Drops from a custom object what its schema does not declare, and from its metadata, and that of embedded objects, what no metadata has. Changes the object.
 * The order of k8s.io/apiextensions-apiserver/pkg/apiserver.unstructuredSchemaCoercer.
 */
export function coerceCustom(object: KubeObject, custom: CustomResource): Coerced {
  const root: Findings = { unknown: [], mismatch: undefined }
  coerceMetadata(object, '', root)
  const pruned: string[] = []
  const schema = custom.schema as Schema | undefined
  if (schema !== undefined && !custom.preserveUnknownFields) {
    prune(object, { ...schema, 'x-kubernetes-embedded-resource': true }, { path: '', unknown: pruned })
  }
  const embedded: Findings = { unknown: [], mismatch: undefined }
  if (schema !== undefined) coerceEmbedded(object, { ...schema, 'x-kubernetes-embedded-resource': false }, '', embedded)
  return {
    unknown: [...root.unknown, ...pruned.sort(), ...embedded.unknown.sort()],
    mismatch: root.mismatch ?? embedded.mismatch,
  }
}

function coerceMetadata(owner: Record<string, unknown>, path: string, findings: Findings): void {
  const { metadata } = owner
  const type = typeNamed('meta/v1.ObjectMeta')
  if (metadata === undefined || type === undefined) return
  if (!isRecord(metadata)) {
    findings.mismatch ??= 'json: cannot unmarshal into Go value of type v1.ObjectMeta'
    return
  }
  const { value, unknown, mismatch } = decodeAs(type, metadata)
  findings.mismatch ??= mismatch
  findings.unknown.push(...unknown.map((field) => `${join(path, 'metadata')}.${field}`))
  owner['metadata'] = value
}

interface At {
  readonly path: string
  readonly unknown: string[]
}

// Without a schema, lists and scalars stay and objects lose all their members.
function prune(value: unknown, schema: Schema | undefined, at: At): void {
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) prune(item, schema?.items, { ...at, path: `${at.path}[${index}]` })
    return
  }
  if (!isRecord(value)) return
  const keeps = schema?.['x-kubernetes-preserve-unknown-fields'] === true
  for (const [name, member] of Object.entries(value)) {
    if (schema?.['x-kubernetes-embedded-resource'] === true && META.has(name)) continue
    const path = join(at.path, name)
    const declared = schema === undefined ? undefined : memberOf(schema, name)
    if (declared !== undefined) prune(member, declared.schema, { ...at, path })
    else if (!keeps) {
      at.unknown.push(path)
      delete value[name]
    }
  }
}

/** The schema of a member of an object; a map of anything declares its members without saying how they look. */
export function memberOf(schema: Schema, name: string): { readonly schema: Schema | undefined } | undefined {
  const property = schema.properties?.[name]
  if (property !== undefined) return { schema: property }
  const rest = schema.additionalProperties
  if (isRecord(rest)) return { schema: rest as Schema }
  return rest === true ? { schema: undefined } : undefined
}

function coerceEmbedded(value: unknown, schema: Schema | undefined, path: string, findings: Findings): void {
  if (schema === undefined) return
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) coerceEmbedded(item, schema.items, `${path}[${index}]`, findings)
    return
  }
  if (!isRecord(value)) return
  if (schema['x-kubernetes-embedded-resource'] === true) coerceMetadata(value, path, findings)
  for (const [name, member] of Object.entries(value))
    coerceEmbedded(member, memberOf(schema, name)?.schema, join(path, name), findings)
}

function join(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`
}
