import { compareBytes } from '@slipway/diag'
import { ChartError } from '../errors.ts'
import { checkArray } from './array.ts'
import { checkConditions } from './conditions.ts'
import type { Failure } from './failure.ts'
import { checkNumber } from './number.ts'
import { checkObject } from './object.ts'
import type { Resolver } from './resolve.ts'
import { checkString } from './string.ts'
import { equal, isInteger, isObject, type Json, type JsonObject, shown, typeOf } from './values.ts'

/** What later keywords must not look at again: the members that a keyword has judged. */
export interface Evaluated {
  readonly properties: Set<string>
  readonly items: Set<number>
}

/** One value under one schema. */
export interface Check {
  readonly value: Json
  readonly at: readonly string[]
  readonly schema: JsonObject
  readonly resolver: Resolver
  readonly evaluated: Evaluated
  /** Schemas that are being applied to this same value, to find circles. */
  readonly open: readonly Json[]
}

/** Nothing judged yet. */
export function nothing(): Evaluated {
  return { properties: new Set(), items: new Set() }
}

const MAX_OPEN = 500

/** What a value under a schema does not meet (jsonschema's validator.validate); undefined when it does. */
export function validate(value: Json, schema: Json, context: Omit<Check, 'value' | 'schema'>): Failure | undefined {
  if (schema === true) return undefined
  if (schema === false) return failure(context.at, 'false schema')
  if (!isObject(schema) || context.open.includes(schema)) return undefined
  if (context.open.length > MAX_OPEN) {
    throw new ChartError('CHART_LIMIT', `references of values.schema.json are nested more than ${MAX_OPEN} deep`, {
      hint: 'Let values.schema.json refer to what is meant at once.',
    })
  }
  const check: Check = { ...context, value, schema, open: [...context.open, schema] }
  const first = general(check)
  if (first !== undefined) return first
  const reference = checkReference(check, '$ref')
  if (check.resolver.draft < 2019 && schema['$ref'] !== undefined) return reference
  const failures = [...(reference === undefined ? [] : [reference]), ...byType(check)]
  if (check.resolver.draft >= 2019) {
    for (const keyword of ['$recursiveRef', '$dynamicRef']) {
      const failed = checkReference(check, keyword)
      if (failed !== undefined) failures.push(failed)
    }
  }
  failures.push(...checkConditions(check), ...unevaluated(check))
  return failures.length > 1 ? { at: check.at, message: 'validation failed', causes: failures } : failures[0]
}

/** A failure without causes. */
export function failure(at: readonly string[], message: string): Failure {
  return { at, message, causes: [] }
}

/** The same value under another schema; what that judged counts here when it accepts. */
export function validateSelf(check: Check, schema: Json): Failure | undefined {
  const evaluated = nothing()
  const failed = validate(check.value, schema, { ...check, evaluated })
  if (failed !== undefined) return failed
  for (const name of evaluated.properties) check.evaluated.properties.add(name)
  for (const index of evaluated.items) check.evaluated.items.add(index)
  return undefined
}

/** A member under its schema. */
export function validateMember(check: Check, schema: Json, member: { key: string; value: Json }): Failure[] {
  const at = [...check.at, member.key]
  const failed = validate(member.value, schema, { ...check, at, evaluated: nothing(), open: [] })
  return failed === undefined ? [] : [failed]
}

function general({ value, schema, at }: Check): Failure | undefined {
  const { type, enum: values } = schema
  const types = typeof type === 'string' ? [type] : Array.isArray(type) ? (type as readonly string[]) : []
  const actual = typeOf(value)
  const fits = types.includes(actual) || (types.includes('integer') && actual === 'number' && isInteger(value))
  if (types.length > 0 && !fits) return failure(at, `got ${actual}, want ${ordered(types).join(' or ')}`)
  if (Object.hasOwn(schema, 'const')) {
    const wanted = schema['const'] ?? null
    if (!equal(value, wanted)) {
      const isPlain = typeof wanted !== 'object' || wanted === null
      return failure(at, isPlain ? `value must be ${shown(wanted)}` : "'const' failed")
    }
  }
  if (Array.isArray(values)) return checkEnum(value, values as readonly Json[], at)
  return undefined
}

const TYPES = ['null', 'boolean', 'number', 'integer', 'string', 'array', 'object']

function ordered(types: readonly string[]): readonly string[] {
  return TYPES.filter((type) => types.includes(type))
}

function checkEnum(value: Json, values: readonly Json[], at: readonly string[]): Failure | undefined {
  if (values.some((item) => equal(value, item))) return undefined
  if (values.some((item) => typeof item === 'object' && item !== null)) return failure(at, "'enum' failed")
  const list = values.map(shown).join(', ')
  return failure(at, values.length === 1 ? `value must be ${list}` : `value must be one of ${list}`)
}

function checkReference(check: Check, keyword: string): Failure | undefined {
  const reference = check.schema[keyword]
  if (typeof reference !== 'string') return undefined
  const found = check.resolver.find(reference, check.schema)
  if (found === undefined) return undefined
  const failed = validateSelf(check, found.schema)
  if (failed === undefined) return undefined
  const causes = failed.message === 'validation failed' && failed.isReference !== true ? failed.causes : [failed]
  return { at: check.at, message: 'validation failed', causes, isReference: true }
}

function byType(check: Check): Failure[] {
  const { value } = check
  if (isObject(value)) return checkObject(check, value)
  if (Array.isArray(value)) return checkArray(check, value as readonly Json[])
  if (typeof value === 'string') return checkString(check, value)
  return typeof value === 'number' || typeof value === 'bigint' ? checkNumber(check, Number(value)) : []
}

function unevaluated(check: Check): Failure[] {
  const { value, schema, evaluated } = check
  if (check.resolver.draft < 2019) return []
  const { unevaluatedProperties: properties, unevaluatedItems: items } = schema
  const failures: Failure[] = []
  if (isObject(value) && properties !== undefined) {
    for (const key of Object.keys(value).sort(compareBytes)) {
      if (evaluated.properties.has(key)) continue
      failures.push(...validateMember(check, properties, { key, value: value[key] ?? null }))
      evaluated.properties.add(key)
    }
  }
  if (Array.isArray(value) && items !== undefined) {
    ;(value as readonly Json[]).forEach((item, index) => {
      if (!evaluated.items.has(index)) {
        failures.push(...validateMember(check, items, { key: String(index), value: item }))
        evaluated.items.add(index)
      }
    })
  }
  return failures
}
