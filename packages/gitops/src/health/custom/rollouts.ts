import type { KubeObject } from '@slipway/objects'
import { isRecord } from '@slipway/objects'
import { numberAt, recordsAt, textAt, valueAt } from '../../read.ts'
import { health, isHealthCode, type Health, type HealthCode } from '../status.ts'
import { conditionsOf } from './conditions.ts'

/** Kinds of Argo's other projects. */
export const ROLLOUTS: Readonly<Record<string, (object: KubeObject) => Health | undefined>> = {
  'argoproj.io/Rollout': rolloutHealth,
  'argoproj.io/AnalysisRun': analysisHealth,
  'argoproj.io/Experiment': experimentHealth,
  'argoproj.io/CronWorkflow': cronWorkflowHealth,
  'argoproj.io/EventBus': eventBusHealth,
}

function rolloutHealth(object: KubeObject): Health {
  if (!isObserved(object)) return health('Progressing', 'Waiting for rollout spec update to be observed')
  const phase = textAt(object, 'status', 'phase')
  if (phase !== '') return phaseHealth(phase, textAt(object, 'status', 'message'))
  // Before version 1.0 of Rollouts there was no phase.
  const broken = conditionsOf(object).find(
    ({ type, reason }) =>
      type === 'InvalidSpec' ||
      (type === 'Progressing' && (reason === 'RolloutAborted' || reason === 'ProgressDeadlineExceeded')),
  )
  if (broken !== undefined) return health('Degraded', textAt(broken, 'message'))
  const isPaused =
    recordsAt(object, 'status', 'pauseConditions').length > 0 || valueAt(object, 'spec', 'paused') === true
  if (isPaused) return health('Suspended', 'Rollout is paused')
  return replicasHealth(object) ?? switchHealth(object) ?? health('Healthy')
}

function phaseHealth(phase: string, message: string): Health {
  const status = phase === 'Paused' ? 'Suspended' : phase
  return isHealthCode(status) ? health(status, message) : health('Unknown', 'Lua returned an invalid health status')
}

function isObserved(object: KubeObject): boolean {
  if (valueAt(object, 'status') === undefined) return false
  const { generation = 0, annotations } = object.metadata
  const seen = numberIn(valueAt(object, 'status', 'observedGeneration'))
  // A hash, or a number that is none, is from version 0.9.
  if (seen !== undefined && seen < generation) return false
  if (valueAt(object, 'spec', 'workloadRef') === undefined || annotations === undefined) return true
  const wanted = numberIn(annotations['rollout.argoproj.io/workload-generation'])
  return wanted === numberIn(valueAt(object, 'status', 'workloadObservedGeneration'))
}

function numberIn(value: unknown): number | undefined {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined
}

function replicasHealth(object: KubeObject): Health | undefined {
  if (valueAt(object, 'status', 'currentPodHash') === undefined)
    return health('Progressing', 'Waiting for rollout to finish: status has not been reconciled.')
  const desired = valueAt(object, 'spec', 'replicas') === undefined ? 1 : numberAt(object, 'spec', 'replicas')
  const updated = numberAt(object, 'status', 'updatedReplicas')
  const waiting = (what: string): Health => health('Progressing', `Waiting for roll out to finish: ${what}`)
  if (updated < desired) return waiting('More replicas need to be updated')
  if (numberAt(object, 'status', 'availableReplicas') < updated)
    return waiting('updated replicas are still becoming available')
  return undefined
}

function switchHealth(object: KubeObject): Health | undefined {
  const hash = textAt(object, 'status', 'currentPodHash')
  const stable = textAt(object, 'status', 'stableRS') || textAt(object, 'status', 'canary', 'stableRS')
  if (isRecord(valueAt(object, 'spec', 'strategy', 'blueGreen'))) {
    if (textAt(object, 'status', 'blueGreen', 'activeSelector') !== hash)
      return health('Progressing', 'active service cutover pending')
    return stable !== '' && stable !== hash ? health('Progressing', 'waiting for analysis to complete') : undefined
  }
  if (!isRecord(valueAt(object, 'spec', 'strategy', 'canary'))) return undefined
  if (numberAt(object, 'status', 'replicas') > numberAt(object, 'status', 'updatedReplicas'))
    return health('Progressing', 'Waiting for roll out to finish: old replicas are pending termination')
  return stable === hash ? undefined : health('Progressing', 'Waiting for rollout to finish steps')
}

interface Phase {
  readonly status: HealthCode
  readonly message: string
}

const ANALYSIS: Readonly<Record<string, Phase>> = {
  Pending: { status: 'Progressing', message: 'Analysis run is running' },
  Running: { status: 'Progressing', message: 'Analysis run is running' },
  Successful: { status: 'Healthy', message: 'Analysis run completed successfully' },
  Failed: { status: 'Degraded', message: 'Analysis run failed' },
  Error: { status: 'Degraded', message: 'Analysis run had an error' },
  Inconclusive: { status: 'Unknown', message: 'Analysis run was inconclusive' },
}

function analysisHealth(object: KubeObject): Health | undefined {
  if (valueAt(object, 'status') === undefined)
    return health('Progressing', 'Waiting for analysis run to finish: status has not been reconciled.')
  const phase = ANALYSIS[textAt(object, 'status', 'phase')]
  if (phase === undefined) return undefined
  const own = phase.status === 'Progressing' ? '' : textAt(object, 'status', 'message')
  return health(phase.status, own || phase.message)
}

const EXPERIMENT: Readonly<Record<string, Phase>> = {
  Pending: { status: 'Progressing', message: 'Experiment is pending' },
  Running: { status: 'Progressing', message: 'Experiment is running' },
  Successful: { status: 'Healthy', message: 'Experiment is successful' },
  Failed: { status: 'Degraded', message: 'Experiment has failed' },
  Error: { status: 'Degraded', message: 'Experiment had an error' },
}

function experimentHealth(object: KubeObject): Health | undefined {
  if (valueAt(object, 'status') === undefined)
    return health('Progressing', 'Waiting for experiment to finish: status has not been reconciled.')
  return EXPERIMENT[textAt(object, 'status', 'phase')]
}

function cronWorkflowHealth(object: KubeObject): Health {
  const told = conditionsOf(object).find(
    ({ type, status }) =>
      status === 'True' && (type === 'SpecError' || type === 'SubmissionError' || type === 'Completed'),
  )
  if (told === undefined) return health('Healthy', 'CronWorkflow is healthy.')
  return health(told['type'] === 'Completed' ? 'Healthy' : 'Degraded', textAt(told, 'message'))
}

function eventBusHealth(object: KubeObject): Health {
  const deployed = conditionsOf(object).find(
    ({ type, status }) => type === 'Deployed' && (status === 'True' || status === 'False'),
  )
  if (deployed === undefined) return health('Progressing', 'Waiting for initialization')
  const message = textAt(deployed, 'message') || textAt(deployed, 'reason')
  return health(deployed['status'] === 'True' ? 'Healthy' : 'Degraded', message)
}
