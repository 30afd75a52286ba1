import { existing, items, type Json } from '../defaults/fields.ts'
import { compareQuantities } from '../quantity.ts'
import { validateMetrics } from './metrics.ts'
import { pathSegment } from './names.ts'
import type { Place } from './place.ts'
import { NOT_NEGATIVE, numberOf, oneOf, textOf } from './shared.ts'

const LONGEST_WINDOW = 3600
const LONGEST_PERIOD = 1800

/** k8s.io/kubernetes/pkg/apis/autoscaling/validation/validation.go. */
export function validateHorizontalPodAutoscaler(object: Json, _old: Json | undefined, root: Place): void {
  const spec = existing(object, 'spec') ?? {}
  const place = root.at('spec')
  const min = numberOf(spec, 'minReplicas')
  const max = numberOf(spec, 'maxReplicas') ?? 0
  if (min !== undefined && min < 1) place.at('minReplicas').invalid(min, 'must be greater than or equal to 1')
  if (max === 0) place.at('maxReplicas').required('must be set and greater than 0')
  else if (max < 0) place.at('maxReplicas').invalid(max, 'must be greater than or equal to 1')
  if (min !== undefined && max < min)
    place.at('maxReplicas').invalid(max, 'must be greater than or equal to `minReplicas`')
  scaleTarget(existing(spec, 'scaleTargetRef') ?? {}, place.at('scaleTargetRef'))
  validateMetrics(spec, place.at('metrics'))
  for (const name of ['scaleUp', 'scaleDown']) {
    const rules = existing(existing(spec, 'behavior'), name)
    if (rules !== undefined) scalingRules(rules, place.at('behavior', name))
  }
}

/** A reference to an object of any group, by its kind and name. */
export function objectReference(reference: Json, place: Place): void {
  for (const name of ['kind', 'name']) {
    const value = textOf(reference, name)
    if (value === '') place.at(name).required()
    else place.at(name).named(value, pathSegment)
  }
}

function scaleTarget(reference: Json, place: Place): void {
  objectReference(reference, place)
  const version = textOf(reference, 'apiVersion')
  const parts = version.split('/')
  if (parts.length > 2) place.at('apiVersion').invalid(version, `unexpected GroupVersion string: ${version}`)
  // A ReplicationController is the only target without a group.
  else if (parts.length < 2 && reference['kind'] !== 'ReplicationController')
    place.at('apiVersion').invalid(version, 'apiVersion must specify API group')
}

function scalingRules(rules: Json, place: Place): void {
  const window = numberOf(rules, 'stabilizationWindowSeconds')
  const at = place.at('stabilizationWindowSeconds')
  if (window !== undefined && window < 0) at.invalid(window, 'must be greater than or equal to zero')
  if (window !== undefined && window > LONGEST_WINDOW)
    at.invalid(window, `must be less than or equal to ${LONGEST_WINDOW}`)
  oneOf(rules, place, 'selectPolicy', ['Disabled', 'Max', 'Min'])
  const policies = items(rules, 'policies')
  if (policies.length === 0) place.at('policies').required('must specify at least one Policy')
  for (const [index, policy] of policies.entries()) scalingPolicy(policy, place.at('policies').nth(index))
  const tolerance = rules['tolerance']
  if (tolerance !== undefined && compareQuantities(String(tolerance), '0') < 0)
    place.at('tolerance').invalid(tolerance, NOT_NEGATIVE)
}

function scalingPolicy(policy: Json, place: Place): void {
  const type = textOf(policy, 'type')
  if (type !== 'Pods' && type !== 'Percent') place.at('type').unsupported(type, ['Percent', 'Pods'])
  for (const name of ['value', 'periodSeconds']) {
    const number = numberOf(policy, name) ?? 0
    if (number <= 0) place.at(name).invalid(number, 'must be greater than zero')
  }
  const period = numberOf(policy, 'periodSeconds') ?? 0
  if (period > LONGEST_PERIOD)
    place.at('periodSeconds').invalid(period, `must be less than or equal to ${LONGEST_PERIOD}`)
}
