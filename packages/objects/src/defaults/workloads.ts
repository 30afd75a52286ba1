import { child, existing, fill, items, type Json } from './fields.ts'
import { defaultPodSpec } from './pod.ts'

const ROLLING = { maxUnavailable: '25%', maxSurge: '25%' }

/** k8s.io/kubernetes/pkg/apis/apps/v1/defaults.go. */
export function defaultDeployment(object: Json): void {
  const spec = child(object, 'spec')
  fill(spec, { replicas: 1, revisionHistoryLimit: 10, progressDeadlineSeconds: 600 })
  const strategy = child(spec, 'strategy')
  fill(strategy, { type: 'RollingUpdate' })
  if (strategy['type'] === 'RollingUpdate') fill(child(strategy, 'rollingUpdate'), ROLLING)
  defaultTemplate(spec)
}

export function defaultReplicaSet(object: Json): void {
  const spec = child(object, 'spec')
  fill(spec, { replicas: 1 })
  defaultTemplate(spec)
}

export function defaultStatefulSet(object: Json): void {
  const spec = child(object, 'spec')
  fill(spec, { replicas: 1, revisionHistoryLimit: 10, podManagementPolicy: 'OrderedReady' })
  const strategy = child(spec, 'updateStrategy')
  fill(strategy, { type: 'RollingUpdate' })
  if (strategy['type'] === 'RollingUpdate') fill(child(strategy, 'rollingUpdate'), { partition: 0 })
  fill(child(spec, 'persistentVolumeClaimRetentionPolicy'), { whenDeleted: 'Retain', whenScaled: 'Retain' })
  for (const claim of items(spec, 'volumeClaimTemplates')) {
    fill(claim, { apiVersion: 'v1', kind: 'PersistentVolumeClaim' })
    defaultPersistentVolumeClaim(claim)
  }
  defaultTemplate(spec)
}

export function defaultDaemonSet(object: Json): void {
  const spec = child(object, 'spec')
  fill(spec, { revisionHistoryLimit: 10 })
  const strategy = child(spec, 'updateStrategy')
  fill(strategy, { type: 'RollingUpdate' })
  if (strategy['type'] === 'RollingUpdate') fill(child(strategy, 'rollingUpdate'), { maxUnavailable: 1, maxSurge: 0 })
  defaultTemplate(spec)
}

export function defaultReplicationController(object: Json): void {
  const spec = child(object, 'spec')
  fill(spec, { replicas: 1 })
  const labels = existing(existing(existing(spec, 'template'), 'metadata'), 'labels')
  if (labels !== undefined) fill(spec, { selector: labels })
  if (spec['template'] !== undefined) defaultTemplate(spec)
}

/** k8s.io/kubernetes/pkg/apis/batch/v1/defaults.go. */
export function defaultJob(object: Json): void {
  defaultJobSpec(child(object, 'spec'))
}

export function defaultCronJob(object: Json): void {
  const spec = child(object, 'spec')
  fill(spec, { concurrencyPolicy: 'Allow', suspend: false, successfulJobsHistoryLimit: 3, failedJobsHistoryLimit: 1 })
  const template = existing(spec, 'jobTemplate')
  const jobSpec = existing(template, 'spec')
  // Only the pod's defaults are filled in here; those of the job come when the job is created.
  if (jobSpec?.['template'] !== undefined) defaultTemplate(jobSpec)
}

export function defaultPersistentVolumeClaim(object: Json): void {
  fill(child(object, 'spec'), { volumeMode: 'Filesystem' })
  fill(child(object, 'status'), { phase: 'Pending' })
}

function defaultJobSpec(spec: Json): void {
  if (spec['completions'] === undefined && spec['parallelism'] === undefined)
    fill(spec, { completions: 1, parallelism: 1 })
  fill(spec, {
    parallelism: 1,
    completionMode: 'NonIndexed',
    suspend: false,
    podReplacementPolicy: spec['podFailurePolicy'] === undefined ? 'TerminatingOrFailed' : 'Failed',
  })
  fill(spec, { backoffLimit: spec['backoffLimitPerIndex'] === undefined ? 6 : 2147483647 })
  for (const rule of items(existing(spec, 'podFailurePolicy'), 'rules'))
    for (const pattern of items(rule, 'onPodConditions')) fill(pattern, { status: 'True' })
  if (spec['template'] !== undefined) defaultTemplate(spec)
}

function defaultTemplate(spec: Json): void {
  const template = child(spec, 'template')
  if (template['spec'] === undefined) return
  defaultPodSpec(child(template, 'spec'))
}
