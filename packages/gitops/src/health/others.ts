import type { KubeObject } from '@slipway/objects'
import { isRecord } from '@slipway/objects'
import { recordsAt, textAt, valueAt } from '../read.ts'
import { health, type Health, type HealthCode } from './status.ts'

/** Health of a Service: only a load balancer has to wait for anything. */
export function serviceHealth(object: KubeObject): Health {
  const waiting = textAt(object, 'spec', 'type') === 'LoadBalancer' && !hasAddress(object)
  return health(waiting ? 'Progressing' : 'Healthy')
}

/** Health of an Ingress: it waits for an address. */
export function ingressHealth(object: KubeObject): Health {
  return health(hasAddress(object) ? 'Healthy' : 'Progressing')
}

function hasAddress(object: KubeObject): boolean {
  return recordsAt(object, 'status', 'loadBalancer', 'ingress').length > 0
}

const CLAIMS: Readonly<Record<string, HealthCode>> = { Lost: 'Degraded', Pending: 'Progressing', Bound: 'Healthy' }

/** Health of a PersistentVolumeClaim, by its phase. */
export function claimHealth(object: KubeObject): Health {
  return health(CLAIMS[textAt(object, 'status', 'phase')] ?? 'Unknown')
}

/** Health of an APIService, by its condition Available. */
export function apiServiceHealth(object: KubeObject): Health {
  const available = recordsAt(object, 'status', 'conditions').find((condition) => condition['type'] === 'Available')
  if (available === undefined) return health('Progressing', 'Waiting to be processed')
  const message = `${textAt(available, 'reason')}: ${textAt(available, 'message')}`
  return health(available['status'] === 'True' ? 'Healthy' : 'Progressing', message)
}

const BROKEN_SCALERS = new Set([
  'AbleToScale FailedGetScale',
  'AbleToScale FailedUpdateScale',
  'ScalingActive FailedGetResourceMetric',
  'ScalingActive FailedGetObjectMetric',
  'ScalingActive FailedGetPodsMetric',
  'ScalingActive FailedGetExternalMetric',
  'ScalingActive FailedComputeMetricsReplicas',
  'ScalingActive InvalidSelector',
])

/** Health of a HorizontalPodAutoscaler, by its conditions (in `autoscaling/v1` they are an annotation). */
export function autoscalerHealth(object: KubeObject): Health {
  const conditions =
    object.apiVersion === 'autoscaling/v1' ? annotatedConditions(object) : recordsAt(object, 'status', 'conditions')
  const broken = conditions.find(({ type, reason }) => BROKEN_SCALERS.has(`${String(type)} ${String(reason)}`))
  if (broken !== undefined) return health('Degraded', textAt(broken, 'message'))
  const well = conditions.find(
    ({ type, status }) => (type === 'AbleToScale' || type === 'ScalingLimited') && status === 'True',
  )
  return well === undefined ? health('Progressing', 'Waiting to Autoscale') : health('Healthy', textAt(well, 'message'))
}

function annotatedConditions(object: KubeObject): readonly Record<string, unknown>[] {
  try {
    const parsed: unknown = JSON.parse(
      object.metadata.annotations?.['autoscaling.alpha.kubernetes.io/conditions'] ?? '[]',
    )
    return Array.isArray(parsed) ? parsed.filter(isRecord) : []
  } catch {
    return []
  }
}

/** Health of a PodDisruptionBudget, by the last of its conditions. */
export function budgetHealth(object: KubeObject): Health {
  let verdict = health('Progressing', 'Waiting for status')
  for (const condition of recordsAt(object, 'status', 'conditions')) {
    const message = `PodDisruptionBudget has ${textAt(condition, 'reason')}`
    if (condition['status'] === 'False' && condition['reason'] !== 'InsufficientPods')
      return health('Degraded', message)
    verdict = health('Healthy', message)
  }
  return verdict
}

/** Health of a CustomResourceDefinition, by its conditions. */
export function definitionHealth(object: KubeObject): Health {
  const conditions = recordsAt(object, 'status', 'conditions')
  if (conditions.length === 0) return health('Progressing', 'Status conditions not found')
  const find = (type: string, status: string): Record<string, unknown> | undefined =>
    conditions.find((condition) => condition['type'] === type && condition['status'] === status)
  const terminating = find('Terminating', 'True')
  if (terminating !== undefined) return health('Progressing', `CRD is terminating: ${textAt(terminating, 'message')}`)
  const refused = find('NamesAccepted', 'False')
  if (refused !== undefined)
    return health('Degraded', `CRD names have not been accepted: ${textAt(refused, 'message')}`)
  const violated = find('NonStructuralSchema', 'True')
  if (violated !== undefined) return health('Degraded', `Schema violations found: ${textAt(violated, 'message')}`)
  if (find('Established', 'True') !== undefined) return health('Healthy', 'CRD is healthy')
  const installing = conditions.some(({ type, reason }) => type === 'Established' && reason === 'Installing')
  return installing ? health('Progressing', 'CRD is being installed') : health('Degraded', 'CRD is not established')
}

/** Health of an Argo Workflow, by its phase. */
export function workflowHealth(object: KubeObject): Health {
  const phases: Readonly<Record<string, HealthCode>> = {
    '': 'Progressing',
    Pending: 'Progressing',
    Running: 'Progressing',
    Succeeded: 'Healthy',
    Failed: 'Degraded',
    Error: 'Degraded',
  }
  const phase = phases[textAt(valueAt(object, 'status'), 'phase')] ?? 'Unknown'
  return health(phase, textAt(object, 'status', 'message'))
}
