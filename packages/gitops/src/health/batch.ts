import type { KubeObject } from '@slipway/objects'
import { recordsAt, textAt, valueAt } from '../read.ts'
import { health, type Health } from './status.ts'

/** Health of a Job. A condition counts by its presence, as in Argo CD. */
export function jobHealth(object: KubeObject): Health {
  const conditions = recordsAt(object, 'status', 'conditions')
  const failed = conditions.findLast((condition) => condition['type'] === 'Failed')
  if (failed !== undefined) return health('Degraded', textAt(failed, 'message'))
  const ended = conditions.findLast(({ type }) => type === 'Complete' || type === 'Suspended')
  if (ended === undefined) return health('Progressing')
  const suspended = conditions.some(({ type, status }) => type === 'Suspended' && status === 'True')
  return health(suspended ? 'Suspended' : 'Healthy', textAt(ended, 'message'))
}

/** Health of a CronJob: degraded only after a last run that did not succeed. */
export function cronJobHealth(object: KubeObject): Health {
  if (valueAt(object, 'spec', 'suspend') === true) return health('Healthy', 'CronJob is Suspended')
  if (valueAt(object, 'status') === undefined) return health('Progressing', 'Waiting for CronJob')
  const scheduled = textAt(object, 'status', 'lastScheduleTime')
  const succeeded = textAt(object, 'status', 'lastSuccessfulTime')
  if (scheduled === '') return health('Healthy', 'CronJob has not been scheduled yet')
  if (succeeded === '') return health('Healthy', 'The CronJob never completed successfully. It may not be healthy')
  if (recordsAt(object, 'status', 'active').length > 0)
    return health('Healthy', 'The job is running. Its last execution may not have been successful')
  if (succeeded < scheduled) return health('Degraded', 'CronJob has not completed its last execution successfully')
  return health('Healthy', 'CronJob has completed its last execution successfully')
}
