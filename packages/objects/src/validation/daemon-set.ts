import { existing, type Json } from '../defaults/fields.ts'
import type { Place } from './place.ts'
import { amount, amountOf, atMostAll, immutable, nonNegative, selector, textOf } from './shared.ts'
import { alwaysRunning, isEmpty, matchesTemplate } from './template.ts'

/** k8s.io/kubernetes/pkg/apis/apps/validation/validation.go, ValidateDaemonSetSpec. */
export function validateDaemonSet(object: Json, old: Json | undefined, root: Place): void {
  const spec = existing(object, 'spec') ?? {}
  const place = root.at('spec')
  immutable(spec, existing(old, 'spec'), place, ['selector'])
  const of = existing(spec, 'selector')
  if (selector(of, place.at('selector'))) matchesTemplate(spec, place.at('template'))
  if (of !== undefined && isEmpty(of)) place.at('selector').invalid(of, 'empty selector is invalid for daemonset')
  alwaysRunning(existing(spec, 'template'), place.at('template'), 'DaemonSet')
  nonNegative(spec, place, ['minReadySeconds'])
  validateStrategy(existing(spec, 'updateStrategy') ?? {}, place.at('updateStrategy'))
  nonNegative(spec, place, ['revisionHistoryLimit'])
}

const TYPES = ['RollingUpdate', 'OnDelete']

function validateStrategy(strategy: Json, place: Place): void {
  const type = textOf(strategy, 'type')
  if (!TYPES.includes(type)) {
    place.unsupported({ Type: type, RollingUpdate: null }, TYPES)
    return
  }
  if (type === 'OnDelete') return
  const rolling = existing(strategy, 'rollingUpdate')
  if (rolling === undefined) place.at('rollingUpdate').required()
  else validateRolling(rolling, place.at('rollingUpdate'))
}

function validateRolling(rolling: Json, place: Place): void {
  const names = ['maxUnavailable', 'maxSurge'] as const
  for (const name of names) amount(rolling[name], place.at(name))
  for (const name of names) atMostAll(rolling[name], place.at(name))
  const [unavailable, surge] = names.map((name) => amountOf(rolling[name]) !== 0)
  if (unavailable === true && surge === true)
    place.at('maxSurge').invalid(rolling['maxSurge'], 'may not be set when maxUnavailable is non-zero')
  else if (unavailable !== true && surge !== true) place.at('maxUnavailable').required('cannot be 0 when maxSurge is 0')
}
