import { isRecord, type KubeObject } from '@slipway/objects'
import { invalid } from '../status.ts'

/**
 * Refuses schemas with references, as the real server does: what follows them might never come back. Schemas are as deep as a body may be.
 *
 * @throws StatusError Invalid
 */
export function assertNoReferences(object: KubeObject): void {
  const spec = isRecord(object['spec']) ? object['spec'] : {}
  const versions = Array.isArray(spec['versions']) ? spec['versions'] : []
  const causes = versions.flatMap((version, at) => {
    const schema = isRecord(version) && isRecord(version['schema']) ? version['schema']['openAPIV3Schema'] : undefined
    return referencesIn(schema, `spec.versions[${at}].schema.openAPIV3Schema`)
  })
  if (causes.length === 0) return
  throw invalid(
    { group: 'apiextensions.k8s.io', resource: '', kind: 'CustomResourceDefinition' },
    object.metadata.name ?? '',
    causes.map((field) => ({
      reason: 'FieldValueForbidden',
      message: 'Forbidden: $ref is not supported',
      field: `${field}.$ref`,
    })),
  )
}

const MANY = ['allOf', 'anyOf', 'oneOf']
const ONE = ['items', 'additionalProperties', 'not']
const NAMED = ['properties', 'patternProperties', 'definitions']

function referencesIn(schema: unknown, path: string): string[] {
  if (!isRecord(schema)) return []
  const own = schema['$ref'] === undefined ? [] : [path]
  const one = ONE.flatMap((name) => referencesIn(schema[name], `${path}.${name}`))
  const many = MANY.flatMap((name) =>
    (Array.isArray(schema[name]) ? schema[name] : []).flatMap((item, at) =>
      referencesIn(item, `${path}.${name}[${at}]`),
    ),
  )
  const named = NAMED.flatMap((name) =>
    Object.entries(isRecord(schema[name]) ? schema[name] : {}).flatMap(([key, item]) =>
      referencesIn(item, `${path}.${name}[${key}]`),
    ),
  )
  return [...own, ...one, ...many, ...named]
}
