import type { Failure } from './failure.ts'
import { type Check, failure, nothing, validateSelf } from './validate.ts'
import type { Json } from './values.ts'

/** not, allOf, anyOf, oneOf, and if with then and else. */
export function checkConditions(check: Check): Failure[] {
  const { schema, at, resolver } = check
  const failures: Failure[] = []
  if (schema['not'] !== undefined && validateSelf({ ...check, evaluated: nothing() }, schema['not']) === undefined) {
    failures.push(failure(at, "'not' failed"))
  }
  failures.push(...checkAll(check, listOf(schema['allOf'])), ...checkAny(check, listOf(schema['anyOf'])))
  failures.push(...checkOne(check, listOf(schema['oneOf'])))
  if (schema['if'] === undefined || resolver.draft < 7) return failures
  const branch = validateSelf(check, schema['if']) === undefined ? schema['then'] : schema['else']
  const failed = branch === undefined ? undefined : validateSelf(check, branch)
  return failed === undefined ? failures : [...failures, failed]
}

function listOf(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? (value as readonly Json[]) : []
}

function checkAll(check: Check, schemas: readonly Json[]): Failure[] {
  const causes = schemas.map((schema) => validateSelf(check, schema)).filter((failed) => failed !== undefined)
  return causes.length === 0 ? [] : [{ at: check.at, message: "'allOf' failed", causes }]
}

function checkAny(check: Check, schemas: readonly Json[]): Failure[] {
  const causes = schemas.map((schema) => validateSelf(check, schema)).filter((failed) => failed !== undefined)
  return causes.length < schemas.length || schemas.length === 0
    ? []
    : [{ at: check.at, message: "'anyOf' failed", causes }]
}

function checkOne(check: Check, schemas: readonly Json[]): Failure[] {
  if (schemas.length === 0) return []
  const results = schemas.map((schema) => validateSelf(check, schema))
  const matched = results.flatMap((failed, index) => (failed === undefined ? [index] : []))
  if (matched.length === 1) return []
  if (matched.length > 1) {
    return [failure(check.at, `'oneOf' failed, subschemas ${matched[0] ?? 0}, ${matched[1] ?? 0} matched`)]
  }
  const causes = results.filter((failed) => failed !== undefined)
  return [{ at: check.at, message: "'oneOf' failed, none matched", causes }]
}
