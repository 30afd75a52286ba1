import { deepEqual, isRecord, type Cause, type KubeObject } from '@slipway/objects'
import { messageOf } from '@slipway/diag'
import { compile, type Program } from '../cel/compile.ts'
import { CelUnsupported } from '../cel/tokens.ts'
import { CelError } from '../cel/values.ts'
import type { Schema } from './custom.ts'

/** A member of `x-kubernetes-validations`. */
interface Rule {
  readonly rule: string
  readonly message?: string
  readonly messageExpression?: string
  readonly reason?: string
  readonly fieldPath?: string
  readonly optionalOldSelf?: boolean
}

const NAMES = ['self', 'oldSelf']
const programs = new WeakMap<Rule, Program | undefined>()

/** The places of rules in a CustomResourceDefinition that use something of the expression language that is not known here: `v1: spec.size`. */
export function unknownRules(definition: KubeObject): readonly string[] {
  const { versions } = (definition['spec'] ?? {}) as {
    versions?: readonly { name?: string; schema?: { openAPIV3Schema?: unknown } }[]
  }
  return (versions ?? []).flatMap(({ name = '', schema }) =>
    rulesBelow(schema?.openAPIV3Schema, '').flatMap(({ field, rule }) =>
      programOf(rule) === undefined ? [`${name}: ${field === '' ? 'the object' : field}`] : [],
    ),
  )
}

const ruled = new WeakMap<Schema, boolean>()

/** Whether a schema has rules at any depth. The answer is remembered: a schema does not change, and that of an Application has thousands of members. */
export function hasRules(schema: Schema): boolean {
  const known = ruled.get(schema) ?? rulesBelow(schema, '').length > 0
  ruled.set(schema, known)
  return known
}

function rulesBelow(schema: unknown, field: string): { field: string; rule: Rule }[] {
  if (!isRecord(schema)) return []
  const properties = isRecord(schema['properties']) ? Object.entries(schema['properties']) : []
  return [
    ...rulesOf(schema).map((rule) => ({ field, rule })),
    ...properties.flatMap(([name, member]) => rulesBelow(member, field === '' ? name : `${field}.${name}`)),
    ...rulesBelow(schema['items'], `${field}[]`),
    ...rulesBelow(schema['additionalProperties'], `${field}.*`),
  ]
}

function rulesOf(schema: Schema): readonly Rule[] {
  const rules = schema['x-kubernetes-validations']
  return Array.isArray(rules) ? (rules as Rule[]) : []
}

function programOf(rule: Rule): Program | undefined {
  if (!programs.has(rule)) programs.set(rule, rule.optionalOldSelf === true ? undefined : compiled(rule.rule))
  return programs.get(rule)
}

function compiled(source: string): Program | undefined {
  try {
    return compile(source, NAMES)
  } catch (error) {
    if (error instanceof CelUnsupported) return undefined
    throw error
  }
}

/** A value with what was at the same place before. */
interface Place {
  readonly value: unknown
  readonly old: unknown
  readonly field: string
}

/** The faults of a value by its schema's rules, worded as k8s.io/apiextensions-apiserver/pkg/apiserver/schema/cel does. Rules that are not known here pass. */
export function checkRules(place: Place, schema: Schema): Cause[] {
  if (place.value === undefined || place.value === null) return []
  return [...rulesOf(schema).flatMap((rule) => checkRule(place, schema, rule)), ...checkMembers(place, schema)]
}

function checkRule({ value, old, field }: Place, schema: Schema, rule: Rule): Cause[] {
  const program = programOf(rule)
  if (program === undefined) return []
  // Rules about a change need something to compare with; others do not blame what was there before.
  if (program.uses.has('oldSelf') ? old === undefined : old !== undefined && deepEqual(old, value)) return []
  const scope = new Map([
    ['self', value],
    ['oldSelf', old],
  ])
  try {
    if (program.evaluate(scope) === true) return []
  } catch (error) {
    if (!(error instanceof CelError)) throw error
    const why = `${messageOf(error)} evaluating rule: ${rule.rule.trim()}`
    return [{ reason: 'FieldValueInvalid', message: `Invalid value: ${JSON.stringify(schema.type)}: ${why}`, field }]
  }
  const at = rule.fieldPath === undefined ? field : `${field}${rule.fieldPath}`.replace(/^\./, '')
  return [cause({ rule, value, detail: detailOf(rule, scope), field: at === '' ? '<nil>' : at })]
}

function detailOf(rule: Rule, scope: ReadonlyMap<string, unknown>): string {
  const program = rule.messageExpression === undefined ? undefined : compiled(rule.messageExpression)
  try {
    const text = program?.evaluate(scope)
    if (typeof text === 'string' && text.trim() !== '') return text
  } catch (error) {
    if (!(error instanceof CelError)) throw error
  }
  return rule.message ?? `failed rule: ${rule.rule.trim()}`
}

function cause({ rule, value, detail, field }: { rule: Rule; value: unknown; detail: string; field: string }): Cause {
  const { reason = 'FieldValueInvalid' } = rule
  const shown = typeof value === 'object' ? '' : `${JSON.stringify(value)}: `
  switch (reason) {
    case 'FieldValueRequired':
      return { reason, message: `Required value: ${detail}`, field }
    case 'FieldValueForbidden':
      return { reason, message: `Forbidden: ${detail}`, field }
    case 'FieldValueDuplicate':
      return { reason, message: `Duplicate value: ${shown}${detail}`, field }
    default:
      return { reason, message: `Invalid value: ${shown}${detail}`, field }
  }
}

function checkMembers({ value, old, field }: Place, schema: Schema): Cause[] {
  if (Array.isArray(value)) {
    const { items } = schema
    if (items === undefined) return []
    return value.flatMap((item, index) =>
      checkRules({ value: item, old: sameItem(item, old, schema), field: `${field}[${index}]` }, items),
    )
  }
  if (!isRecord(value)) return []
  const before = isRecord(old) ? old : {}
  const rest = isRecord(schema.additionalProperties) ? (schema.additionalProperties as Schema) : undefined
  return Object.entries(value).flatMap(([name, member]) => {
    const property = schema.properties?.[name] ?? rest
    if (property === undefined) return []
    return checkRules({ value: member, old: before[name], field: field === '' ? name : `${field}.${name}` }, property)
  })
}

// Only the items of a keyed list can be told to be the same as before.
function sameItem(item: unknown, old: unknown, schema: Schema): unknown {
  const keys = schema['x-kubernetes-list-map-keys']
  if (!Array.isArray(old) || !Array.isArray(keys) || !isRecord(item)) return undefined
  return old.find((other) => isRecord(other) && keys.every((key: string) => deepEqual(other[key], item[key])))
}
