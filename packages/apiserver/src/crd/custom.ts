import { copyJson, isRecord, type Cause, type KubeObject } from '@slipway/objects'
import type { CustomResource } from '../registry/definition.ts'
import { checkValue } from './check.ts'
import { coerceCustom } from './coerce.ts'
import { checkRules, hasRules } from './rules.ts'

/** A node of a structural schema. */
export interface Schema {
  readonly type?: string
  readonly properties?: Readonly<Record<string, Schema>>
  readonly additionalProperties?: boolean | Schema
  readonly items?: Schema
  readonly default?: unknown
  readonly 'x-kubernetes-preserve-unknown-fields'?: boolean
  readonly 'x-kubernetes-int-or-string'?: boolean
  readonly 'x-kubernetes-embedded-resource'?: boolean
  readonly nullable?: boolean
  readonly [keyword: string]: unknown
}

/** Drops what the schema does not know and fills in its defaults, as the API server does with custom objects. Changes the object. */
export function prepareCustom(object: KubeObject, custom: CustomResource): void {
  if (custom.schema === undefined) return
  coerceCustom(object, custom)
  fillDefaults(object, custom.schema as Schema)
}

const BLOCKING = new Set([
  'FieldValueNotSupported',
  'FieldValueRequired',
  'FieldValueTooLong',
  'FieldValueTooMany',
  'FieldValueTypeInvalid',
])
const NOT_CHECKED: Cause = {
  reason: 'FieldValueInvalid',
  message:
    'Invalid value: null: some validation rules were not checked because the object was invalid; correct the existing errors to complete validation',
  field: '<nil>',
}

/** The faults of a custom object by its schema, then by the schema's rules, which only look at objects of the right shape. */
export function validateCustom(
  object: KubeObject,
  old: KubeObject | undefined,
  custom: CustomResource,
): readonly Cause[] {
  if (custom.schema === undefined) return []
  const schema = custom.schema as Schema
  const faults = checkValue(object, schema, '')
  if (!hasRules(schema)) return faults
  if (faults.some(({ reason }) => BLOCKING.has(reason))) return [...faults, NOT_CHECKED]
  return [...faults, ...checkRules({ value: object, old, field: '' }, schema)]
}

function fillDefaults(value: unknown, schema: Schema): void {
  if (Array.isArray(value)) {
    for (const item of value) if (schema.items !== undefined) fillDefaults(item, schema.items)
    return
  }
  if (!isRecord(value)) return
  for (const [name, property] of Object.entries(schema.properties ?? {})) {
    const given = value[name]
    if ((given === undefined || (given === null && property.nullable !== true)) && property.default !== undefined)
      value[name] = copyJson(property.default)
    if (value[name] !== undefined) fillDefaults(value[name], property)
  }
  if (isRecord(schema.additionalProperties))
    for (const member of Object.values(value)) fillDefaults(member, schema.additionalProperties as Schema)
}
