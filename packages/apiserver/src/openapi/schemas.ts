import { builtInKinds, elementOf, parseApiVersion, typeNamed, type FieldInfo } from '@slipway/objects'

import type { Descriptions } from './descriptions.ts'

/** An OpenAPI schema. */
export type OpenApiSchema = Record<string, unknown>

const SCALARS: Readonly<Record<string, OpenApiSchema>> = {
  string: { type: 'string' },
  bytes: { type: 'string', format: 'byte' },
  bool: { type: 'boolean' },
  int32: { type: 'integer', format: 'int32' },
  int64: { type: 'integer', format: 'int64' },
  float64: { type: 'number', format: 'double' },
  time: { type: 'string', format: 'date-time' },
  microtime: { type: 'string', format: 'date-time' },
  duration: { type: 'string' },
  any: { type: 'object' },
}
const QUANTITY = 'api/resource.Quantity'
const INT_OR_STRING = 'util/intstr.IntOrString'

/** A type's name in OpenAPI documents: `apps/v1.Deployment` -> `io.k8s.api.apps.v1.Deployment`. */
export function modelName(type: string): string {
  if (type === QUANTITY) return 'io.k8s.apimachinery.pkg.api.resource.Quantity'
  if (type === INT_OR_STRING) return 'io.k8s.apimachinery.pkg.util.intstr.IntOrString'
  const dot = type.lastIndexOf('.')
  const [path, name] = [type.slice(0, dot).replaceAll('/', '.'), type.slice(dot + 1)]
  if (path.startsWith('meta.')) return `io.k8s.apimachinery.pkg.apis.${path}.${name}`
  if (path.startsWith('apiextensions.')) return `io.k8s.apiextensions-apiserver.pkg.apis.${path}.${name}`
  if (path.startsWith('apiregistration.')) return `io.k8s.kube-aggregator.pkg.apis.${path}.${name}`
  return `io.k8s.api.${path}.${name}`
}

/** How a document writes schemas: versions 2 and 3 differ in references beside other members, and in values of several types. */
export interface Dialect {
  readonly version: 2 | 3
  readonly descriptions: Descriptions
}

/** Where references of a dialect point. */
export function prefixOf({ version }: Pick<Dialect, 'version'>): string {
  return version === 3 ? '#/components/schemas/' : '#/definitions/'
}

/** The schemas of the given types and of everything they use, by model name. */
export function schemasOf(types: readonly string[], dialect: Dialect): Record<string, OpenApiSchema> {
  const schemas: Record<string, OpenApiSchema> = {}
  const open = [...types]
  for (let type = open.pop(); type !== undefined; type = open.pop()) {
    const name = modelName(type)
    if (name in schemas) continue
    const texts = dialect.descriptions[name] ?? {}
    const schema = schemaOfType(type, { ...dialect, texts, need: (other) => open.push(other) })
    schemas[name] = { ...(texts[''] === undefined ? {} : { description: texts[''] }), ...schema }
  }
  return schemas
}

interface References extends Dialect {
  /** What the type's fields are for, by name. */
  readonly texts: Readonly<Record<string, string>>
  readonly need: (type: string) => void
}

function schemaOfType(type: string, references: References): OpenApiSchema {
  const several = (...types: string[]): OpenApiSchema =>
    references.version === 3 ? { oneOf: types.map((one) => ({ type: one })) } : { type: 'string' }
  if (type === QUANTITY) return several('string', 'number')
  if (type === INT_OR_STRING) return { ...several('integer', 'string'), format: 'int-or-string' }
  const info = typeNamed(type)
  if (info === undefined) return { type: 'object' }
  const properties = Object.fromEntries(
    [...info.fields].map(([name, field]) => [name, described(schemaOfField(field, references), name, references)]),
  )
  const required = [...info.fields].flatMap(([name, field]) => (field.required ? [name] : [])).sort()
  const kinds = kindsOf(type)
  return {
    type: 'object',
    ...(Object.keys(properties).length === 0 ? {} : { properties }),
    ...(required.length === 0 ? {} : { required }),
    ...(info.mapType === 'atomic' ? { 'x-kubernetes-map-type': 'atomic' } : {}),
    ...(kinds.length === 0 ? {} : { 'x-kubernetes-group-version-kind': kinds }),
  }
}

// In version 3 nothing may stand beside a reference.
function described(schema: OpenApiSchema, name: string, { texts, version }: References): OpenApiSchema {
  const description = texts[name]
  if (description === undefined) return schema
  const { $ref, ...rest } = schema
  return $ref !== undefined && version === 3 ? { description, ...rest, allOf: [{ $ref }] } : { description, ...schema }
}

function schemaOfField(field: FieldInfo, references: References): OpenApiSchema {
  const isList = field.type.startsWith('[]')
  return {
    ...schemaOfValue(field.type, references),
    ...(field.enum === undefined ? {} : { enum: field.enum }),
    ...(field.default === undefined ? {} : { default: field.default }),
    ...(isList ? { 'x-kubernetes-list-type': field.listType } : {}),
    ...(field.mapKeys.length === 0 ? {} : { 'x-kubernetes-list-map-keys': field.mapKeys }),
    ...(field.mapType === 'atomic' ? { 'x-kubernetes-map-type': 'atomic' } : {}),
    ...(field.patchStrategy.length === 0 ? {} : { 'x-kubernetes-patch-strategy': field.patchStrategy.join(',') }),
    ...(field.mergeKey === '' ? {} : { 'x-kubernetes-patch-merge-key': field.mergeKey }),
  }
}

function schemaOfValue(type: string, references: References): OpenApiSchema {
  const element = elementOf(type)
  if (element !== undefined && type.startsWith('[]'))
    return { type: 'array', items: schemaOfValue(element, references) }
  if (element !== undefined) return { type: 'object', additionalProperties: schemaOfValue(element, references) }
  const scalar = SCALARS[type]
  if (scalar !== undefined) return { ...scalar }
  const named = type === 'quantity' ? QUANTITY : type === 'intstr' ? INT_OR_STRING : type
  references.need(named)
  return { $ref: `${prefixOf(references)}${modelName(named)}` }
}

let kindsByType: Map<string, { group: string; version: string; kind: string }[]> | undefined

function kindsOf(type: string): readonly { group: string; version: string; kind: string }[] {
  kindsByType ??= indexKinds()
  return kindsByType.get(type) ?? []
}

function indexKinds(): Map<string, { group: string; version: string; kind: string }[]> {
  const index = new Map<string, { group: string; version: string; kind: string }[]>()
  for (const [key, type] of builtInKinds()) {
    const [apiVersion = '', kind = ''] = key.split(' ')
    index.set(type, [...(index.get(type) ?? []), { ...parseApiVersion(apiVersion), kind }])
  }
  return index
}
