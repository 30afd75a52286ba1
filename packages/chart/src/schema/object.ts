import { compileExpression } from '@slipway/sprig'
import { compareBytes } from '@slipway/diag'
import { type Failure, quoted, quotedList } from './failure.ts'
import { type Check, failure, nothing, validate, validateMember, validateSelf } from './validate.ts'
import { counted, isObject, type Json, type JsonObject } from './values.ts'

/** The keywords for objects, in the order in which Helm's validator has them; members by name, which is random there. */
export function checkObject(check: Check, object: JsonObject): Failure[] {
  const names = Object.keys(object).sort(compareBytes)
  return [
    ...checkSize(check, names.length),
    ...checkRequired(check, object),
    ...checkDependencies(check, object),
    ...checkMembers(check, object, names),
    ...checkNames(check, names),
    ...checkDependents(check, object),
  ]
}

function checkSize({ schema, at }: Check, count: number): Failure[] {
  const { minProperties: min, maxProperties: max } = schema
  const failures: Failure[] = []
  if (typeof min === 'number' && count < min) {
    failures.push(failure(at, `minProperties: got ${counted(count)}, want ${counted(min)}`))
  }
  if (typeof max === 'number' && count > max) {
    failures.push(failure(at, `maxProperties: got ${counted(count)}, want ${counted(max)}`))
  }
  return failures
}

function missing(object: JsonObject, required: Json | undefined): string[] {
  if (!Array.isArray(required)) return []
  return (required as readonly string[]).filter((name) => !Object.hasOwn(object, name))
}

function checkRequired({ schema, at }: Check, object: JsonObject): Failure[] {
  const names = missing(object, schema['required'])
  if (names.length === 0) return []
  return [failure(at, `${names.length === 1 ? 'missing property' : 'missing properties'} ${quotedList(names)}`)]
}

function checkDependencies(check: Check, object: JsonObject): Failure[] {
  const { dependencies } = check.schema
  if (!isObject(dependencies)) return []
  return Object.entries(dependencies).flatMap(([name, dependency]) => {
    if (!Object.hasOwn(object, name)) return []
    return Array.isArray(dependency) ? dependents(check, object, { name, dependency }) : selfFailures(check, dependency)
  })
}

function dependents(check: Check, object: JsonObject, of: { name: string; dependency: Json }): Failure[] {
  const names = missing(object, of.dependency)
  if (names.length === 0) return []
  return [failure(check.at, `properties ${quotedList(names)} required, if ${quoted(of.name)} exists`)]
}

function selfFailures(check: Check, schema: Json): Failure[] {
  const failed = validateSelf(check, schema)
  return failed === undefined ? [] : [failed]
}

function checkMembers(check: Check, object: JsonObject, names: readonly string[]): Failure[] {
  const { additionalProperties: additional } = check.schema
  const failures: Failure[] = []
  const extra: string[] = []
  for (const name of names) {
    const schemas = schemasOf(check.schema, name)
    const member = { key: name, value: object[name] ?? null }
    for (const schema of schemas) failures.push(...validateMember(check, schema, member))
    if (schemas.length === 0 && additional === false) extra.push(name)
    if (schemas.length === 0 && isObject(additional)) failures.push(...validateMember(check, additional, member))
    if (schemas.length > 0 || additional !== undefined) check.evaluated.properties.add(name)
  }
  if (extra.length > 0) failures.push(failure(check.at, `additional properties ${quotedList(extra)} not allowed`))
  return failures
}

function schemasOf(schema: JsonObject, name: string): Json[] {
  const { properties, patternProperties: patterns } = schema
  const own = isObject(properties) && Object.hasOwn(properties, name) ? [properties[name] ?? null] : []
  if (!isObject(patterns)) return own
  const matched = Object.entries(patterns).filter(([pattern]) => compileExpression(pattern).matches(name))
  return [...own, ...matched.map(([, each]) => each)]
}

function checkNames(check: Check, names: readonly string[]): Failure[] {
  const { propertyNames } = check.schema
  if (propertyNames === undefined || check.resolver.draft === 4) return []
  return names.flatMap((name) => {
    const failed = validate(name, propertyNames, { ...check, at: [], evaluated: nothing(), open: [] })
    if (failed === undefined) return []
    const isGroup = failed.message === 'validation failed' && failed.isReference !== true
    const causes = isGroup ? failed.causes : [failed]
    return [{ at: check.at, message: `invalid propertyName ${quoted(name)}`, causes }]
  })
}

function checkDependents(check: Check, object: JsonObject): Failure[] {
  if (check.resolver.draft <= 6) return []
  const { dependentSchemas: schemas, dependentRequired: required } = check.schema
  const has = ([name]: [string, Json]): boolean => Object.hasOwn(object, name)
  const bySchema = isObject(schemas) ? Object.entries(schemas).filter(has) : []
  const byName = isObject(required) ? Object.entries(required).filter(has) : []
  return [
    ...bySchema.flatMap(([, schema]) => selfFailures(check, schema)),
    ...byName.flatMap(([name, dependency]) => dependents(check, object, { name, dependency })),
  ]
}
