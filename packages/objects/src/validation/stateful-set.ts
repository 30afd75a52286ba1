import { existing, items, type Json } from '../defaults/fields.ts'
import { deepEqual } from '../equal.ts'
import { claimSpec } from './claim.ts'
import { dns1123Label } from './names.ts'
import type { Place } from './place.ts'
import { validateTemplate } from './pod/pod.ts'
import { amount, amountOf, annotations, atMostAll, labels, nonNegative, numberOf, textOf } from './shared.ts'
import { matchesTemplate, requiredSelector, restartsAlways } from './template.ts'

const WORDS = { empty: 'empty selector is invalid for statefulset', bad: '' }
const ORDERS = ['OrderedReady', 'Parallel']

/** k8s.io/kubernetes/pkg/apis/apps/validation/validation.go, ValidateStatefulSetSpec. */
export function validateStatefulSet(object: Json, old: Json | undefined, root: Place): void {
  const spec = existing(object, 'spec') ?? {}
  const place = root.at('spec')
  const order = textOf(spec, 'podManagementPolicy')
  if (!ORDERS.includes(order)) place.at('podManagementPolicy').invalid(order, "must be 'OrderedReady' or 'Parallel'")
  validateStrategy(existing(spec, 'updateStrategy') ?? {}, place.at('updateStrategy'))
  retention(spec, place.at('persistentVolumeClaimRetentionPolicy'))
  if (old === undefined)
    for (const [index, claim] of items(spec, 'volumeClaimTemplates').entries())
      claimSpec(existing(claim, 'spec') ?? {}, place.at('volumeClaimTemplates').nth(index).at('spec'))
  nonNegative(spec, place, ['replicas', 'minReadySeconds'])
  nonNegative(existing(spec, 'ordinals') ?? {}, place.at('ordinals'), ['start'])
  const service = textOf(spec, 'serviceName')
  if (old === undefined && service !== '') place.at('serviceName').named(service, dns1123Label)
  if (requiredSelector(spec, place, WORDS)) selectedTemplate(spec, place.at('template'))
  restartsAlways(existing(spec, 'template'), place.at('template'), 'StatefulSet')
  const before = existing(old, 'spec')
  if (before !== undefined && !deepEqual(fixed(spec), fixed(before))) place.forbidden(FIXED)
}

function selectedTemplate(spec: Json, place: Place): void {
  matchesTemplate(spec, place)
  const template = withClaims(spec)
  validateTemplate(template, place)
  const metadata = existing(template, 'metadata')
  labels(metadata?.['labels'], place.at('labels'))
  annotations(metadata?.['annotations'], place.at('annotations'))
}

// Its pods get host name and volumes when they are made.
function withClaims(spec: Json): Json {
  const template = existing(spec, 'template') ?? {}
  const { hostname: _, subdomain: __, ...pod } = existing(template, 'spec') ?? {}
  const names = items(spec, 'volumeClaimTemplates').map((claim) => textOf(existing(claim, 'metadata'), 'name'))
  const made = names.map((name) => ({ name, persistentVolumeClaim: { claimName: name } }))
  const own = items(pod, 'volumes').filter((volume) => !names.includes(textOf(volume, 'name')))
  return { ...template, spec: { ...pod, volumes: [...made, ...own] } }
}

const TYPES = "must be 'RollingUpdate' or 'OnDelete'"

function validateStrategy(strategy: Json, place: Place): void {
  const type = textOf(strategy, 'type')
  const rolling = existing(strategy, 'rollingUpdate')
  const at = place.at('rollingUpdate')
  if (type === '') place.required()
  else if (type === 'OnDelete') {
    if (rolling !== undefined)
      at.invalid(
        { Partition: numberOf(rolling, 'partition') ?? 0, MaxUnavailable: rolling['maxUnavailable'] ?? null },
        "only allowed for updateStrategy 'RollingUpdate'",
      )
  } else if (type !== 'RollingUpdate') place.invalid({ Type: type, RollingUpdate: null }, TYPES)
  else if (rolling !== undefined) validateRolling(rolling, at)
}

function validateRolling(rolling: Json, place: Place): void {
  nonNegative(rolling, place, ['partition'])
  const { maxUnavailable } = rolling
  if (maxUnavailable === undefined) return
  const at = place.at('maxUnavailable')
  amount(maxUnavailable, at)
  if (amountOf(maxUnavailable) === 0) at.invalid(maxUnavailable, 'cannot be 0')
  atMostAll(maxUnavailable, at)
}

const RETENTIONS = ['Retain', 'Delete']

function retention(spec: Json, place: Place): void {
  const policy = existing(spec, 'persistentVolumeClaimRetentionPolicy')
  if (policy === undefined) return
  for (const name of ['whenDeleted', 'whenScaled'])
    if (!RETENTIONS.includes(textOf(policy, name))) place.at(name).unsupported(textOf(policy, name), RETENTIONS)
}

const MUTABLE = [
  'replicas',
  'ordinals',
  'template',
  'updateStrategy',
  'revisionHistoryLimit',
  'persistentVolumeClaimRetentionPolicy',
  'minReadySeconds',
]
const FIXED =
  "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and " +
  "'minReadySeconds' are forbidden"

function fixed(spec: Json): Json {
  return Object.fromEntries(Object.entries(spec).filter(([name]) => !MUTABLE.includes(name)))
}
