import { existing, items, type Json } from '../defaults/fields.ts'
import { readCron } from '../cron/read.ts'
import { deepEqual } from '../equal.ts'
import { scaledValue, type IntOrString } from '../intstr.ts'
import { toLabelSelector, type LabelSelectorSpec } from '../selector.ts'
import type { Causes } from './causes.ts'
import { validateTemplate } from './pod.ts'

/** k8s.io/kubernetes/pkg/apis/apps/validation/validation.go. */
export function validateDeployment(object: Json, old: Json | undefined, causes: Causes): void {
  const spec = existing(object, 'spec') ?? {}
  validateReplicas(spec, causes)
  validateSelector(spec, causes)
  validateTemplateOf(spec, causes)
  validateAlwaysRestart(spec, causes)
  validateRolling(existing(spec, 'strategy'), causes)
  const deadline = spec['progressDeadlineSeconds']
  if (typeof deadline === 'number' && deadline <= Number(spec['minReadySeconds'] ?? 0)) {
    causes.invalid('spec.progressDeadlineSeconds', deadline, 'must be greater than minReadySeconds')
  }
  validateImmutable(spec, existing(old, 'spec'), { causes, fields: ['selector'] })
}

export function validateReplicaSet(object: Json, old: Json | undefined, causes: Causes): void {
  const spec = existing(object, 'spec') ?? {}
  validateReplicas(spec, causes)
  validateSelector(spec, causes)
  validateTemplateOf(spec, causes)
  validateAlwaysRestart(spec, causes)
  validateImmutable(spec, existing(old, 'spec'), { causes, fields: ['selector'] })
}

export function validateDaemonSet(object: Json, old: Json | undefined, causes: Causes): void {
  const spec = existing(object, 'spec') ?? {}
  validateSelector(spec, causes)
  validateTemplateOf(spec, causes)
  validateAlwaysRestart(spec, causes)
  validateImmutable(spec, existing(old, 'spec'), { causes, fields: ['selector'] })
}

const STATEFUL_MUTABLE = [
  'replicas',
  'ordinals',
  'template',
  'updateStrategy',
  'revisionHistoryLimit',
  'persistentVolumeClaimRetentionPolicy',
  'minReadySeconds',
]

export function validateStatefulSet(object: Json, old: Json | undefined, causes: Causes): void {
  const spec = existing(object, 'spec') ?? {}
  validateReplicas(spec, causes)
  validateSelector(spec, causes)
  validateTemplateOf(spec, causes)
  validateAlwaysRestart(spec, causes)
  const before = existing(old, 'spec')
  if (before === undefined) return
  const rest = (of: Json): Json =>
    Object.fromEntries(Object.entries(of).filter(([name]) => !STATEFUL_MUTABLE.includes(name)))
  if (!deepEqual(rest(spec), rest(before))) {
    const names = STATEFUL_MUTABLE.map((name) => `'${name}'`)
    causes.forbidden(
      'spec',
      `updates to statefulset spec for fields other than ${names.slice(0, -1).join(', ')} and ${names.at(-1)} are forbidden`,
    )
  }
}

/** k8s.io/kubernetes/pkg/apis/batch/validation/validation.go. */
export function validateJob(object: Json, old: Json | undefined, causes: Causes): void {
  const spec = existing(object, 'spec') ?? {}
  validateJobSpec(spec, { field: 'spec', causes })
  const before = existing(old, 'spec')
  if (before === undefined) return
  const fields = ['selector', 'template', 'completionMode', 'podFailurePolicy', 'backoffLimitPerIndex']
  validateImmutable(spec, before, {
    causes,
    fields: before['suspend'] === true ? fields.filter((name) => name !== 'template') : fields,
  })
}

export function validateCronJob(object: Json, _old: Json | undefined, causes: Causes): void {
  const spec = existing(object, 'spec') ?? {}
  const schedule = String(spec['schedule'] ?? '')
  const cron = schedule === '' ? undefined : readCron(schedule)
  if (schedule === '') causes.required('spec.schedule')
  else if (typeof cron === 'string') causes.invalid('spec.schedule', schedule, cron)
  if (schedule.includes('TZ'))
    causes.invalid('spec.schedule', schedule, 'cannot use TZ or CRON_TZ in schedule, use timeZone field instead')
  validateJobSpec(existing(existing(spec, 'jobTemplate'), 'spec') ?? {}, { field: 'spec.jobTemplate.spec', causes })
}

function validateJobSpec(spec: Json, { field, causes }: { field: string; causes: Causes }): void {
  for (const name of [
    'parallelism',
    'completions',
    'backoffLimit',
    'activeDeadlineSeconds',
    'ttlSecondsAfterFinished',
  ]) {
    const value = spec[name]
    if (typeof value === 'number' && value < 0)
      causes.invalid(`${field}.${name}`, value, 'must be greater than or equal to 0')
  }
  const template = existing(spec, 'template')
  validateTemplate(template, { field: `${field}.template`, causes })
  const restart = existing(template, 'spec')?.['restartPolicy']
  if (restart === 'Always')
    causes.required(`${field}.template.spec.restartPolicy`, 'valid values: "OnFailure", "Never"')
}

function validateReplicas(spec: Json, causes: Causes): void {
  for (const name of ['replicas', 'minReadySeconds', 'revisionHistoryLimit', 'progressDeadlineSeconds']) {
    const value = spec[name]
    if (typeof value === 'number' && value < 0)
      causes.invalid(`spec.${name}`, value, 'must be greater than or equal to 0')
  }
}

function validateSelector(spec: Json, causes: Causes): void {
  const selector = existing(spec, 'selector')
  if (selector === undefined) {
    causes.required('spec.selector')
    return
  }
  if (Object.keys(selector).length === 0)
    causes.invalid('spec.selector', selector, 'empty selector is invalid for deployment')
  const labels = (existing(existing(existing(spec, 'template'), 'metadata'), 'labels') ?? {}) as Record<string, string>
  if (!toLabelSelector(selector as LabelSelectorSpec).matches(labels)) {
    causes.invalid('spec.template.metadata.labels', labels, '`selector` does not match template `labels`')
  }
}

function validateTemplateOf(spec: Json, causes: Causes): void {
  validateTemplate(existing(spec, 'template'), { field: 'spec.template', causes })
}

function validateAlwaysRestart(spec: Json, causes: Causes): void {
  const policy = existing(existing(spec, 'template'), 'spec')?.['restartPolicy']
  if (policy !== undefined && policy !== 'Always')
    causes.unsupported('spec.template.spec.restartPolicy', policy, ['Always'])
}

function validateRolling(strategy: Json | undefined, causes: Causes): void {
  const rolling = existing(strategy, 'rollingUpdate')
  if (rolling === undefined) return
  if (strategy?.['type'] === 'Recreate') {
    causes.forbidden('spec.strategy.rollingUpdate', "may not be specified when strategy `type` is 'Recreate'")
    return
  }
  const surge = scaledValue((rolling['maxSurge'] ?? 0) as IntOrString, 100, 'up')
  const unavailable = scaledValue((rolling['maxUnavailable'] ?? 0) as IntOrString, 100, 'up')
  for (const [name, value] of [
    ['maxUnavailable', unavailable],
    ['maxSurge', surge],
  ] as const) {
    const given = rolling[name]
    if (value === undefined)
      causes.invalid(
        `spec.strategy.rollingUpdate.${name}`,
        given,
        "a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')",
      )
    else if (value < 0)
      causes.invalid(`spec.strategy.rollingUpdate.${name}`, given, 'must be greater than or equal to 0')
  }
  if (surge === 0 && unavailable === 0)
    causes.invalid(
      'spec.strategy.rollingUpdate.maxUnavailable',
      rolling['maxUnavailable'],
      'may not be 0 when `maxSurge` is 0',
    )
}

function validateImmutable(
  spec: Json,
  old: Json | undefined,
  how: { causes: Causes; fields: readonly string[] },
): void {
  if (old === undefined) return
  for (const field of how.fields)
    if (!deepEqual(spec[field], old[field])) how.causes.invalid(`spec.${field}`, spec[field], 'field is immutable')
}

/** k8s.io/kubernetes/pkg/apis/autoscaling/validation/validation.go. */
export function validateHorizontalPodAutoscaler(object: Json, _old: Json | undefined, causes: Causes): void {
  const spec = existing(object, 'spec') ?? {}
  const min = Number(spec['minReplicas'] ?? 1)
  const max = Number(spec['maxReplicas'] ?? 0)
  if (min < 1) causes.invalid('spec.minReplicas', min, 'must be greater than or equal to 1')
  if (max < 1) causes.invalid('spec.maxReplicas', max, 'must be greater than 0')
  else if (max < min) causes.invalid('spec.maxReplicas', max, 'must be greater than or equal to `minReplicas`')
  const target = existing(spec, 'scaleTargetRef') ?? {}
  for (const name of ['kind', 'name']) if ((target[name] ?? '') === '') causes.required(`spec.scaleTargetRef.${name}`)
  const apiVersion = String(target['apiVersion'] ?? '')
  // A ReplicationController is the only target without a group.
  if (!apiVersion.includes('/') && target['kind'] !== 'ReplicationController')
    causes.invalid('spec.scaleTargetRef.apiVersion', apiVersion, 'apiVersion must specify API group')
  for (const [index, metric] of items(spec, 'metrics').entries()) {
    if ((metric['type'] ?? '') === '')
      causes.required(`spec.metrics[${index}].type`, 'must specify a metric source type')
  }
}

/** k8s.io/kubernetes/pkg/apis/policy/validation/validation.go. */
export function validatePodDisruptionBudget(object: Json, _old: Json | undefined, causes: Causes): void {
  const spec = existing(object, 'spec') ?? {}
  if (spec['minAvailable'] === undefined || spec['maxUnavailable'] === undefined) return
  const shown = {
    MinAvailable: spec['minAvailable'],
    Selector: spec['selector'] ?? null,
    MaxUnavailable: spec['maxUnavailable'],
    UnhealthyPodEvictionPolicy: spec['unhealthyPodEvictionPolicy'] ?? null,
  }
  causes.invalid('spec', shown, 'minAvailable and maxUnavailable cannot be both set')
}
