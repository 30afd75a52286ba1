import type { KubeObject } from '@slipway/objects'
import { recordsAt, textAt } from '../../read.ts'
import { health, type Health } from '../status.ts'

/** The conditions of an object. */
export const conditionsOf = (object: unknown): readonly Record<string, unknown>[] =>
  recordsAt(object, 'status', 'conditions')

/** A rule by one condition: True is well, False is not, and without either the object is waited for, with these words. */
export function byCondition(type: string, waiting: string): (object: KubeObject) => Health {
  return (object) => {
    const found = conditionsOf(object).find(
      (condition) => condition['type'] === type && (condition['status'] === 'True' || condition['status'] === 'False'),
    )
    if (found === undefined) return health('Progressing', waiting)
    return health(found['status'] === 'True' ? 'Healthy' : 'Degraded', textAt(found, 'message'))
  }
}
