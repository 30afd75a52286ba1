import type { Failure } from './failure.ts'
import { type Check, failure, validateMember } from './validate.ts'
import { counted, equal, type Json } from './values.ts'

/** The keywords for arrays. */
export function checkArray(check: Check, array: readonly Json[]): Failure[] {
  return [
    ...checkLength(check, array),
    ...checkUnique(check, array),
    ...(check.resolver.draft < 2020 ? checkItems(check, array) : checkItems2020(check, array)),
    ...checkContains(check, array),
  ]
}

function checkLength({ schema, at }: Check, array: readonly Json[]): Failure[] {
  const { minItems: min, maxItems: max } = schema
  const count = array.length
  const failures: Failure[] = []
  if (typeof min === 'number' && count < min) {
    failures.push(failure(at, `minItems: got ${counted(count)}, want ${counted(min)}`))
  }
  if (typeof max === 'number' && count > max) {
    failures.push(failure(at, `maxItems: got ${counted(count)}, want ${counted(max)}`))
  }
  return failures
}

function checkUnique({ schema, at }: Check, array: readonly Json[]): Failure[] {
  if (schema['uniqueItems'] !== true) return []
  for (let second = 1; second < array.length; second++) {
    const first = array.findIndex((item, index) => index < second && equal(item, array[second] ?? null))
    if (first >= 0) return [failure(at, `items at ${first} and ${second} are equal`)]
  }
  return []
}

function itemFailures(check: Check, schema: Json, item: { index: number; value: Json }): Failure[] {
  check.evaluated.items.add(item.index)
  return validateMember(check, schema, { key: String(item.index), value: item.value })
}

function checkItems(check: Check, array: readonly Json[]): Failure[] {
  const { items, additionalItems: additional } = check.schema
  if (items === undefined) return []
  if (!Array.isArray(items)) return array.flatMap((value, index) => itemFailures(check, items, { index, value }))
  const list = items as readonly Json[]
  const count = Math.min(list.length, array.length)
  const failures = array
    .slice(0, count)
    .flatMap((value, index) => itemFailures(check, list[index] ?? true, { index, value }))
  if (additional === false && count < array.length) {
    failures.push(failure(check.at, `last ${counted(array.length - count)} additionalItem(s) not allowed`))
  } else if (additional !== undefined) {
    failures.push(...restFailures(check, additional, { array, from: count }))
  }
  return failures
}

function restFailures(check: Check, schema: Json, of: { array: readonly Json[]; from: number }): Failure[] {
  return of.array
    .slice(of.from)
    .flatMap((value, offset) => itemFailures(check, schema, { index: of.from + offset, value }))
}

function checkItems2020(check: Check, array: readonly Json[]): Failure[] {
  const { prefixItems, items } = check.schema
  const prefix = Array.isArray(prefixItems) ? (prefixItems as readonly Json[]) : []
  const count = Math.min(prefix.length, array.length)
  const failures = array
    .slice(0, count)
    .flatMap((value, index) => itemFailures(check, prefix[index] ?? true, { index, value }))
  return items === undefined ? failures : [...failures, ...restFailures(check, items, { array, from: count })]
}

function checkContains(check: Check, array: readonly Json[]): Failure[] {
  const { contains, minContains, maxContains } = check.schema
  if (contains === undefined || check.resolver.draft === 4) return []
  const matched: number[] = []
  const causes: Failure[] = []
  array.forEach((value, index) => {
    const failed = validateMember(check, contains, { key: String(index), value })
    if (failed.length > 0) causes.push(...failed)
    else {
      matched.push(index)
      if (check.resolver.draft >= 2020) check.evaluated.items.add(index)
    }
  })
  return containsFailures(check, { matched, causes, min: minContains, max: maxContains })
}

function containsFailures(
  { at }: Check,
  of: { matched: readonly number[]; causes: readonly Failure[]; min: Json | undefined; max: Json | undefined },
): Failure[] {
  const { matched, causes, min, max } = of
  const where = `but matched ${counted(matched.length)} items at ${matched.join(' ')}`
  const failures: Failure[] = []
  if (typeof min === 'number' && matched.length < min) {
    const suffix = matched.length === 0 ? 'but none matched' : where
    failures.push({ at, causes, message: `min ${counted(min)} items required to match contains schema, ${suffix}` })
  } else if (min === undefined && matched.length === 0) {
    failures.push({ at, causes, message: 'no items match contains schema' })
  }
  if (typeof max === 'number' && matched.length > max) {
    failures.push(failure(at, `max ${counted(max)} items required to match contains schema, ${where}`))
  }
  return failures
}
