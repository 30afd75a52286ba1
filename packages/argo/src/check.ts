import type { FieldPath } from '@slipway/diag'
import { isRecord } from '@slipway/objects'
import type { Schema } from './schema.ts'

/** A field that does not fit its schema: an unknown one is a warning, because the real API drops it with one. */
export interface Misfit {
  readonly path: FieldPath
  readonly problem: 'type' | 'missing' | 'unknown'
  readonly message: string
}

/** Compares a value with a schema and tells of every misfit; null counts as absent. */
export function misfitsOf(schema: Schema, value: unknown, path: FieldPath = []): readonly Misfit[] {
  if (schema['x-kubernetes-int-or-string'] === true)
    return typeof value === 'string' || Number.isInteger(value)
      ? []
      : [wrongType(path, 'an integer or a string', value)]
  switch (schema.type) {
    case 'object':
      return isRecord(value) ? misfitsOfMap(schema, value, path) : [wrongType(path, 'a map', value)]
    case 'array':
      if (!Array.isArray(value)) return [wrongType(path, 'a list', value)]
      return value.flatMap((item, index) => misfitsOf(schema.items ?? {}, item, [...path, index]))
    case 'integer':
      return Number.isInteger(value) ? [] : [wrongType(path, 'an integer', value)]
    case undefined:
      return []
    default:
      return typeof value === schema.type ? [] : [wrongType(path, `a ${schema.type}`, value)]
  }
}

function misfitsOfMap(schema: Schema, value: Record<string, unknown>, path: FieldPath): readonly Misfit[] {
  const { properties = {}, additionalProperties, required = [] } = schema
  const missing = required
    .filter((name) => value[name] === undefined || value[name] === null)
    .map(
      (name): Misfit => ({
        path: [...path, name],
        problem: 'missing',
        message: `${show([...path, name])} is required`,
      }),
    )
  const found = Object.entries(value).flatMap(([name, member]) => {
    const known = properties[name] ?? additionalProperties
    if (member === null || member === undefined) return []
    if (known !== undefined) return misfitsOf(known, member, [...path, name])
    if (schema['x-kubernetes-preserve-unknown-fields'] === true) return []
    return [
      { path: [...path, name], problem: 'unknown', message: `there is no field ${show([...path, name])}` } as const,
    ]
  })
  return [...missing, ...found]
}

function wrongType(path: FieldPath, expected: string, value: unknown): Misfit {
  return { path, problem: 'type', message: `${show(path)} must be ${expected}, not ${nameOf(value)}` }
}

function nameOf(value: unknown): string {
  if (Array.isArray(value)) return 'a list'
  return isRecord(value) ? 'a map' : `the ${typeof value} ${JSON.stringify(value)}`
}

/** `spec.sources[0].path`. */
export function show(path: FieldPath): string {
  return path
    .map((part, index) => (typeof part === 'number' ? `[${part}]` : `${index === 0 ? '' : '.'}${part}`))
    .join('')
}
