import { CelUnsupported } from './tokens.ts'
import type { Evaluate } from './values.ts'

/** A field of a literal such as `Object.spec{replicas: 3}`, with the type of its value where that is such a literal itself. */
export interface StructField {
  readonly name: string
  readonly value: Evaluate
  /** `Object.spec.template`, for a literal. */
  readonly type: string | undefined
}

const JSON_PATCH = new Set(['op', 'path', 'from', 'value'])

/** Compiles a literal of a type. The names of types within `Object` are paths: a field takes the type of its own path only. @throws CelUnsupported */
export function struct(type: string, fields: readonly StructField[]): Evaluate {
  for (const field of fields) {
    if (type === 'JSONPatch' && !JSON_PATCH.has(field.name)) throw new CelUnsupported(`undefined field '${field.name}'`)
    if (type.startsWith('Object') && field.type !== undefined && field.type !== `${type}.${field.name}`)
      throw new CelUnsupported(`unexpected type name "${field.type}", expected "${type}.${field.name}"`)
  }
  return (scope) => Object.fromEntries(fields.map(({ name, value }) => [name, value(scope)]))
}
