import { deepEqual, isRecord, type Cause } from '@slipway/objects'
import { RE2JS } from 're2js'
import type { Schema } from './custom.ts'

/** The faults of a value by a structural schema, worded as `k8s.io/apiextensions-apiserver` words them; its rules (`x-kubernetes-validations`) are apart. */
export function checkValue(value: unknown, schema: Schema, field: string): Cause[] {
  if (value === null)
    return schema.nullable === true || schema.type === undefined ? [] : [invalidType(value, schema.type, field)]
  const type = typeFault(value, schema, field)
  if (type !== undefined) return [type]
  return [
    ...enumFaults(value, schema, field),
    ...numberFaults(value, schema, field),
    ...textFaults(value, schema, field),
    ...memberFaults(value, schema, field),
    ...combinedFaults(value, schema, field),
  ]
}

function typeFault(value: unknown, schema: Schema, field: string): Cause | undefined {
  if (schema['x-kubernetes-int-or-string'] === true) {
    return typeof value === 'string' || Number.isInteger(value)
      ? undefined
      : invalidType(value, 'integer,string', field)
  }
  if (schema.type === undefined || matchesType(value, schema.type)) return undefined
  return invalidType(value, schema.type, field)
}

function matchesType(value: unknown, type: string): boolean {
  switch (type) {
    case 'object':
      return isRecord(value)
    case 'array':
      return Array.isArray(value)
    case 'integer':
      return Number.isInteger(value)
    default:
      return typeof value === type
  }
}

function invalidType(value: unknown, type: string, field: string): Cause {
  const at = field === '' ? '<nil>' : field
  return {
    reason: 'FieldValueTypeInvalid',
    message: `Invalid value: ${JSON.stringify(kindOf(value))}: ${at} in body must be of type ${type}: ${JSON.stringify(kindOf(value))}`,
    field: at,
  }
}

function kindOf(value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'array'
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number'
  return typeof value
}

function invalid(value: unknown, field: string, detail: string): Cause {
  return {
    reason: 'FieldValueInvalid',
    message: `Invalid value: ${JSON.stringify(value)}: ${field} in body ${detail}`,
    field,
  }
}

function enumFaults(value: unknown, schema: Schema, field: string): Cause[] {
  const allowed = schema['enum']
  if (!Array.isArray(allowed) || allowed.some((item) => deepEqual(item, value))) return []
  const names = allowed.map((item) => JSON.stringify(item)).join(', ')
  return [
    {
      reason: 'FieldValueNotSupported',
      message: `Unsupported value: ${JSON.stringify(value)}: supported values: ${names}`,
      field,
    },
  ]
}

function numberFaults(value: unknown, schema: Schema, field: string): Cause[] {
  if (typeof value !== 'number') return []
  const { minimum, maximum, multipleOf } = schema as { minimum?: number; maximum?: number; multipleOf?: number }
  const low = schema['exclusiveMinimum'] === true
  const high = schema['exclusiveMaximum'] === true
  const faults: Cause[] = []
  if (minimum !== undefined && (low ? value <= minimum : value < minimum))
    faults.push(invalid(value, field, `should be greater than ${low ? '' : 'or equal to '}${minimum}`))
  if (maximum !== undefined && (high ? value >= maximum : value > maximum))
    faults.push(invalid(value, field, `should be less than ${high ? '' : 'or equal to '}${maximum}`))
  if (multipleOf !== undefined && value % multipleOf !== 0)
    faults.push(invalid(value, field, `should be a multiple of ${multipleOf}`))
  return faults
}

function textFaults(value: unknown, schema: Schema, field: string): Cause[] {
  if (typeof value !== 'string') return []
  const { minLength, maxLength, pattern } = schema as { minLength?: number; maxLength?: number; pattern?: string }
  const length = [...value].length
  const faults: Cause[] = []
  if (minLength !== undefined && length < minLength)
    faults.push(invalid(value, field, `should be at least ${minLength} chars long`))
  if (maxLength !== undefined && length > maxLength)
    faults.push({ reason: 'FieldValueTooLong', message: `Too long: may not be more than ${maxLength} bytes`, field })
  if (pattern !== undefined && !RE2JS.compile(pattern).matcher(value).find())
    faults.push(invalid(value, field, `should match '${pattern}'`))
  return faults
}

function memberFaults(value: unknown, schema: Schema, field: string): Cause[] {
  if (Array.isArray(value)) return listFaults(value, schema, field)
  if (!isRecord(value)) return []
  const required = Array.isArray(schema['required']) ? (schema['required'] as string[]) : []
  const missing = required
    .filter((name) => value[name] === undefined)
    .map((name): Cause => ({ reason: 'FieldValueRequired', message: 'Required value', field: join(field, name) }))
  const rest = isRecord(schema.additionalProperties) ? (schema.additionalProperties as Schema) : undefined
  const members = Object.entries(value).flatMap(([name, member]) => {
    const property = schema.properties?.[name] ?? rest
    return property === undefined || member === undefined ? [] : checkValue(member, property, join(field, name))
  })
  return [...missing, ...members]
}

function listFaults(value: readonly unknown[], schema: Schema, field: string): Cause[] {
  const { minItems, maxItems, items } = schema as { minItems?: number; maxItems?: number; items?: Schema }
  const faults: Cause[] = []
  if (minItems !== undefined && value.length < minItems)
    faults.push(invalid(value.length, field, `should have at least ${minItems} items`))
  if (maxItems !== undefined && value.length > maxItems)
    faults.push({
      reason: 'FieldValueTooMany',
      message: `Too many: ${value.length}: must have at most ${maxItems} items`,
      field,
    })
  if (
    schema['uniqueItems'] === true &&
    value.some((item, index) => value.findIndex((other) => deepEqual(other, item)) !== index)
  )
    faults.push(invalid(value, field, "shouldn't contain duplicates"))
  if (items !== undefined)
    for (const [index, item] of value.entries()) faults.push(...checkValue(item, items, `${field}[${index}]`))
  return faults
}

function combinedFaults(value: unknown, schema: Schema, field: string): Cause[] {
  const lists = (name: string): Schema[] => (Array.isArray(schema[name]) ? (schema[name] as Schema[]) : [])
  const fits = (part: Schema): boolean => checkValue(value, part, field).length === 0
  const faults = lists('allOf').flatMap((part) => checkValue(value, part, field))
  if (lists('anyOf').length > 0 && !lists('anyOf').some(fits))
    faults.push(invalid(value, field, 'must validate at least one schema (anyOf)'))
  if (lists('oneOf').length > 0 && lists('oneOf').filter(fits).length !== 1)
    faults.push(invalid(value, field, 'must validate one and only one schema (oneOf)'))
  if (isRecord(schema['not']) && fits(schema['not'] as Schema))
    faults.push(invalid(value, field, 'must not validate the schema (not)'))
  return faults
}

function join(field: string, name: string): string {
  return field === '' ? name : `${field}.${name}`
}
