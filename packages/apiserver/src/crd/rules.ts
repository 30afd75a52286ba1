import { isRecord, type KubeObject } from '@slipway/objects'

/** The places of CEL rules (`x-kubernetes-validations`) in a CustomResourceDefinition: `v1: spec.size`. They are stored and not enforced here. */
export function ruleFields(definition: KubeObject): readonly string[] {
  const { versions } = (definition['spec'] ?? {}) as {
    versions?: readonly { name?: string; schema?: { openAPIV3Schema?: unknown } }[]
  }
  return (versions ?? []).flatMap(({ name = '', schema }) =>
    below(schema?.openAPIV3Schema, '').map((field) => `${name}: ${field === '' ? 'the object' : field}`),
  )
}

function below(schema: unknown, field: string): string[] {
  if (!isRecord(schema)) return []
  const own = Array.isArray(schema['x-kubernetes-validations']) ? [field] : []
  const properties = isRecord(schema['properties']) ? Object.entries(schema['properties']) : []
  const members = properties.flatMap(([name, member]) => below(member, field === '' ? name : `${field}.${name}`))
  return [
    ...own,
    ...members,
    ...below(schema['items'], `${field}[]`),
    ...below(schema['additionalProperties'], `${field}.*`),
  ]
}
