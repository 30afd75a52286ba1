import { existing, items, type Json } from '../defaults/fields.ts'
import { indexCount } from './indexes.ts'
import { qualifiedName } from './names.ts'
import type { Place } from './place.ts'
import { NOT_NEGATIVE, numberOf, textOf } from './shared.ts'

const MOST_RULES = 20
const MOST_VALUES = 255
const ACTIONS = ['Count', 'FailIndex', 'FailJob', 'Ignore']

/** Which failures end a job, and which do not count. */
export function failurePolicy(spec: Json, place: Place): void {
  const rules = items(existing(spec, 'podFailurePolicy'), 'rules')
  const at = place.at('rules')
  if (rules.length > MOST_RULES) at.tooMany(rules.length, MOST_RULES)
  for (const [index, rule] of rules.entries()) failureRule(rule, at.nth(index), spec)
}

function failureRule(rule: Json, place: Place, spec: Json): void {
  const action = textOf(rule, 'action')
  const at = place.at('action')
  if (action === '') at.required('valid values: ["Count" "FailIndex" "FailJob" "Ignore"]')
  else if (action === 'FailIndex') {
    if (spec['backoffLimitPerIndex'] === undefined) at.invalid(action, 'requires the backoffLimitPerIndex to be set')
  } else if (!ACTIONS.includes(action)) at.unsupported(action, ACTIONS)
  const codes = existing(rule, 'onExitCodes')
  const conditions = items(rule, 'onPodConditions')
  if (codes !== undefined) exitCodes(codes, place.at('onExitCodes'), containerNames(spec))
  podConditions(conditions, place.at('onPodConditions'))
  if (codes !== undefined && conditions.length > 0)
    place.bad('specifying both OnExitCodes and OnPodConditions is not supported')
  if (codes === undefined && conditions.length === 0)
    place.bad('specifying one of OnExitCodes and OnPodConditions is required')
}

function containerNames(spec: Json): readonly string[] {
  const pod = existing(existing(spec, 'template'), 'spec')
  return [...items(pod, 'containers'), ...items(pod, 'initContainers')].map((container) => textOf(container, 'name'))
}

const OPERATORS = ['In', 'NotIn']

function exitCodes(codes: Json, place: Place, containers: readonly string[]): void {
  const operator = textOf(codes, 'operator')
  if (operator === '') place.at('operator').required('valid values: ["In" "NotIn"]')
  else if (!OPERATORS.includes(operator)) place.at('operator').unsupported(operator, OPERATORS)
  const container = codes['containerName']
  if (container !== undefined && !containers.includes(String(container)))
    place
      .at('containerName')
      .invalid(container, 'must be one of the container or initContainer names in the pod template')
  const values = Array.isArray(codes['values']) ? codes['values'].map(Number) : []
  const at = place.at('values')
  if (values.length === 0) at.invalid([], 'at least one value is required')
  else if (values.length > MOST_VALUES) at.tooMany(values.length, MOST_VALUES)
  for (const [index, value] of values.entries()) {
    if (operator === 'In' && value === 0) at.nth(index).invalid(value, 'must not be 0 for the In operator')
    if (values.indexOf(value) < index) at.nth(index).duplicate(value)
  }
  if (values.some((value, index) => index > 0 && (values[index - 1] ?? 0) > value))
    at.invalid(values, 'must be ordered')
}

const STATUSES = ['False', 'True', 'Unknown']

function podConditions(patterns: readonly Json[], place: Place): void {
  if (patterns.length > MOST_RULES) place.tooMany(patterns.length, MOST_RULES)
  for (const [index, pattern] of patterns.entries()) {
    const at = place.nth(index)
    at.at('type').named(textOf(pattern, 'type'), qualifiedName)
    const status = textOf(pattern, 'status')
    if (status === '') at.at('status').required('valid values: ["False" "True" "Unknown"]')
    else if (!STATUSES.includes(status)) at.at('status').unsupported(status, STATUSES)
  }
}

/** When an indexed job is done before all of its pods are. */
export function successPolicy(spec: Json, place: Place): void {
  const rules = items(existing(spec, 'successPolicy'), 'rules')
  if (spec['completionMode'] !== 'Indexed') {
    const shown = rules.map((rule) => ({
      SucceededIndexes: rule['succeededIndexes'] ?? null,
      SucceededCount: rule['succeededCount'] ?? null,
    }))
    place.invalid({ Rules: shown }, 'requires indexed completion mode')
    return
  }
  const at = place.at('rules')
  if (rules.length === 0) at.required('at least one rules must be specified when the successPolicy is specified')
  if (rules.length > MOST_RULES) at.tooMany(rules.length, MOST_RULES)
  const completions = numberOf(spec, 'completions') ?? 0
  for (const [index, rule] of rules.entries()) successRule(rule, at.nth(index), completions)
}

function successRule(rule: Json, place: Place, completions: number): void {
  const indexes = rule['succeededIndexes']
  const count = numberOf(rule, 'succeededCount')
  if (indexes === undefined && count === undefined)
    place.required('at least one of succeededCount or succeededIndexes must be specified')
  const total = indexes === undefined ? 0 : indexCount(String(indexes), completions)
  if (typeof total === 'string')
    place.at('succeededIndexes').invalid(indexes, `error parsing succeededIndexes: ${total}`)
  if (count === undefined) return
  const at = place.at('succeededCount')
  if (count < 0) at.invalid(count, NOT_NEGATIVE)
  const most = 'must be less than or equal to'
  if (count > completions) at.invalid(count, `${most} ${completions} (the number of specified completions)`)
  const listed = typeof total === 'string' ? 0 : total
  if (indexes !== undefined && count > listed)
    at.invalid(count, `${most} ${listed} (the number of indexes in the specified succeededIndexes field)`)
}
