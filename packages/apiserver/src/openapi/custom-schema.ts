import { isRecord } from '@slipway/objects'
import type { ResourceDefinition } from '../registry/definition.ts'
import type { Descriptions } from './descriptions.ts'
import { modelName, type OpenApiSchema } from './schemas.ts'

const GVK = 'x-kubernetes-group-version-kind'
const PRESERVE = 'x-kubernetes-preserve-unknown-fields'
const JUNCTORS = new Set(['allOf', 'oneOf', 'anyOf', 'not'])

/**
 * The published schema of a custom kind. In version 2 it says less than in the definition: what kubectl of that version cannot read is left out, and a kind that
 * keeps unknown fields at its root has no properties (`apiextensions-apiserver/pkg/controller/openapi`).
 */
export function customSchema(
  resource: ResourceDefinition,
  dialect: { readonly version: 2 | 3; readonly prefix: string; readonly descriptions?: Descriptions },
): OpenApiSchema {
  const { group, version, kind } = resource
  const kinds = { [GVK]: [{ group, version, kind }] }
  const schema = (resource.custom?.schema ?? { type: 'object' }) as Record<string, unknown>
  if (dialect.version === 2 && (resource.custom?.schema === undefined || schema[PRESERVE] === true))
    return { type: 'object', ...kinds }
  const shown = dialect.version === 2 ? forVersion2(schema) : schema
  const properties = {
    ...(isRecord(shown['properties']) ? shown['properties'] : {}),
    ...objectFields(dialect),
  }
  return { ...shown, properties, ...kinds }
}

// What every object has, with the words of the built-in kinds.
function objectFields({
  version,
  prefix,
  descriptions,
}: {
  readonly version: 2 | 3
  readonly prefix: string
  readonly descriptions?: Descriptions
}): Record<string, OpenApiSchema> {
  const texts = descriptions?.[modelName('core/v1.Pod')] ?? {}
  const text = (name: string): OpenApiSchema => (texts[name] === undefined ? {} : { description: texts[name] })
  const reference = { $ref: `${prefix}${modelName('meta/v1.ObjectMeta')}` }
  return {
    apiVersion: { ...text('apiVersion'), type: 'string' },
    kind: { ...text('kind'), type: 'string' },
    // In version 3 nothing may stand beside a reference.
    metadata:
      version === 3 && texts['metadata'] !== undefined
        ? { ...text('metadata'), allOf: [reference] }
        : { ...text('metadata'), ...reference },
  }
}

function forVersion2(schema: Record<string, unknown>): Record<string, unknown> {
  const { type, nullable, items, properties, additionalProperties, required, ...rest } = schema
  const kept = Object.fromEntries(Object.entries(rest).filter(([name]) => !JUNCTORS.has(name) && name !== 'default'))
  // Values of no type break kubectl if they have items or properties.
  const untyped = nullable === true || schema[PRESERVE] === true
  const shownItems = untyped || !isRecord(items) ? undefined : forVersion2(items)
  const isBare = type === 'array' && shownItems === undefined
  return {
    ...kept,
    ...(type === undefined || nullable === true || isBare || (untyped && type === 'object') ? {} : { type }),
    ...(shownItems === undefined ? {} : { items: shownItems }),
    ...(untyped || !isRecord(properties) ? {} : { properties: eachForVersion2(properties) }),
    ...(additionalProperties === undefined
      ? {}
      : {
          additionalProperties: isRecord(additionalProperties)
            ? forVersion2(additionalProperties)
            : additionalProperties,
        }),
    ...requiredOf(required, properties),
  }
}

function eachForVersion2(properties: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(properties).map(([name, schema]) => [name, isRecord(schema) ? forVersion2(schema) : schema]),
  )
}

// A field that may be null cannot be demanded by who does not know null.
function requiredOf(required: unknown, properties: unknown): { required?: readonly string[] } {
  if (!Array.isArray(required)) return {}
  const nullable = (name: string): boolean => {
    const schema = isRecord(properties) ? properties[name] : undefined
    return isRecord(schema) && schema['nullable'] === true
  }
  const left = (required as string[]).filter((name) => !nullable(name))
  return left.length === 0 ? {} : { required: left }
}
