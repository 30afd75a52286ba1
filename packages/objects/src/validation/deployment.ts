import { existing, type Json } from '../defaults/fields.ts'
import type { Place } from './place.ts'
import { amount, amountOf, atMostAll, immutable, nonNegative, numberOf, textOf } from './shared.ts'
import { alwaysRunning, matchesTemplate, requiredSelector } from './template.ts'

const WORDS = { empty: 'empty selector is invalid for deployment', bad: 'invalid label selector' }

/** k8s.io/kubernetes/pkg/apis/apps/validation/validation.go, ValidateDeploymentSpec. */
export function validateDeployment(object: Json, old: Json | undefined, root: Place): void {
  const spec = existing(object, 'spec') ?? {}
  const place = root.at('spec')
  nonNegative(spec, place, ['replicas'])
  selectedTemplate(spec, place)
  validateStrategy(existing(spec, 'strategy') ?? {}, place.at('strategy'))
  nonNegative(spec, place, ['minReadySeconds', 'revisionHistoryLimit', 'progressDeadlineSeconds'])
  const deadline = numberOf(spec, 'progressDeadlineSeconds')
  if (deadline !== undefined && deadline <= (numberOf(spec, 'minReadySeconds') ?? 0))
    place.at('progressDeadlineSeconds').invalid(deadline, 'must be greater than minReadySeconds')
  immutable(spec, existing(old, 'spec'), place, ['selector'])
}

/** ValidateReplicaSetSpec: the same without a strategy, and in the same words. */
export function validateReplicaSet(object: Json, old: Json | undefined, root: Place): void {
  const spec = existing(object, 'spec') ?? {}
  const place = root.at('spec')
  nonNegative(spec, place, ['replicas', 'minReadySeconds'])
  selectedTemplate(spec, place)
  immutable(spec, existing(old, 'spec'), place, ['selector'])
}

function selectedTemplate(spec: Json, place: Place): void {
  if (!requiredSelector(spec, place, WORDS)) return
  matchesTemplate(spec, place.at('template'))
  alwaysRunning(existing(spec, 'template'), place.at('template'), 'ReplicaSet')
}

const TYPES = ['Recreate', 'RollingUpdate']

function validateStrategy(strategy: Json, place: Place): void {
  const type = textOf(strategy, 'type')
  const rolling = existing(strategy, 'rollingUpdate')
  const at = place.at('rollingUpdate')
  if (!TYPES.includes(type)) {
    place.unsupported({ Type: type, RollingUpdate: null }, TYPES)
  } else if (type === 'Recreate') {
    if (rolling !== undefined) at.forbidden("may not be specified when strategy `type` is 'Recreate'")
  } else if (rolling === undefined) at.required('this should be defaulted and never be nil')
  else validateRolling(rolling, at)
}

function validateRolling(rolling: Json, place: Place): void {
  const { maxUnavailable, maxSurge } = rolling
  amount(maxUnavailable, place.at('maxUnavailable'))
  amount(maxSurge, place.at('maxSurge'))
  if (amountOf(maxUnavailable) === 0 && amountOf(maxSurge) === 0)
    place.at('maxUnavailable').invalid(maxUnavailable, 'may not be 0 when `maxSurge` is 0')
  atMostAll(maxUnavailable, place.at('maxUnavailable'))
}
