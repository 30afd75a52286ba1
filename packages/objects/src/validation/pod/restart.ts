import { existing, items, type Json } from '../../defaults/fields.ts'
import type { Place } from '../place.ts'
import { textOf } from '../shared.ts'

const POLICIES = ['Always', 'Never', 'OnFailure']
const ACTIONS = ['Restart', 'RestartAllContainers']
const MOST_RULES = 20
const MOST_VALUES = 255

/** A container's own restart policy, and its rules. */
export function restartPolicy(container: Json, place: Place): void {
  const policy = container['restartPolicy']
  const rules = items(container, 'restartPolicyRules')
  if (policy === undefined) {
    if (rules.length > 0) place.at('restartPolicy').required('must specify restartPolicy when restart rules are used')
    // An init container without a policy of its own is not looked at further.
    if (rules.length === 0) return
  } else if (!POLICIES.includes(String(policy))) place.at('restartPolicy').unsupported(policy, POLICIES)
  const at = place.at('restartPolicyRules')
  if (rules.length > MOST_RULES) at.tooMany(rules.length, MOST_RULES)
  for (const [index, rule] of rules.entries()) restartRule(rule, at.nth(index))
}

function restartRule(rule: Json, place: Place): void {
  const action = textOf(rule, 'action')
  if (!ACTIONS.includes(action)) place.at('action').unsupported(action, ACTIONS)
  const codes = existing(rule, 'exitCodes')
  if (codes === undefined) {
    place.at('exitCodes').required('must be specified')
    return
  }
  const operator = textOf(codes, 'operator')
  if (operator !== 'In' && operator !== 'NotIn')
    place.at('exitCodes', 'operator').unsupported(operator, ['In', 'NotIn'])
  const values = Array.isArray(codes['values']) ? codes['values'].length : 0
  if (values > MOST_VALUES) place.at('exitCodes', 'values').tooMany(values, MOST_VALUES)
}
