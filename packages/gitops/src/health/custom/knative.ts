import type { KubeObject } from '@slipway/objects'
import { textAt, valueAt } from '../../read.ts'
import { health, type Health } from '../status.ts'
import { conditionsOf } from './conditions.ts'

/** Knative's services. */
export const KNATIVE: Readonly<Record<string, (object: KubeObject) => Health>> = {
  'serving.knative.dev/Service': serviceHealth,
}

const WELL = ['ConfigurationsReady', 'RoutesReady', 'Ready']

function serviceHealth(object: KubeObject): Health {
  if (valueAt(object, 'status', 'conditions') === undefined) return health('Progressing', 'Waiting for status update.')
  const conditions = conditionsOf(object)
  const well = conditions.filter(({ type, status }) => status === 'True' && WELL.includes(String(type)))
  const others = conditions.filter(({ status }) => status === 'False' || status === 'Unknown')
  if (well.length === WELL.length && others.length === 0) return health('Healthy', 'Knative Service is healthy.')
  const message = others.map((condition) => `${told(condition)}\n`).join('')
  return health(others.some(({ status }) => status === 'False') ? 'Degraded' : 'Progressing', message)
}

function told(condition: Record<string, unknown>): string {
  const reason = textAt(condition, 'reason')
  const message = textAt(condition, 'message')
  const since = reason === '' ? '' : `, since ${reason}.`
  return `${textAt(condition, 'type')} is ${textAt(condition, 'status')}${since}${message === '' ? '' : ` ${message}`}`
}
