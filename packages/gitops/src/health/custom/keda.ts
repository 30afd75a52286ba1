import type { KubeObject } from '@slipway/objects'
import { textAt } from '../../read.ts'
import { health, type Health } from '../status.ts'
import { conditionsOf } from './conditions.ts'

/** KEDA's scalers. */
export const KEDA: Readonly<Record<string, (object: KubeObject) => Health>> = {
  'keda.sh/ScaledObject': (object) =>
    scalerHealth(object, { bad: ['Ready False', 'Fallback True'], waiting: 'Creating HorizontalPodAutoscaler Object' }),
  'keda.sh/ScaledJob': (object) =>
    scalerHealth(object, { bad: ['Ready False', 'Ready Unknown'], waiting: 'Waiting for ScaledJob' }),
}

// The last condition that says anything gives the words.
function scalerHealth(object: KubeObject, of: { readonly bad: readonly string[]; readonly waiting: string }): Health {
  const told = conditionsOf(object).map((condition) => ({
    said: `${String(condition['type'])} ${String(condition['status'])}`,
    message: textAt(condition, 'message'),
  }))
  const counted = told.filter(({ said }) => [...of.bad, 'Ready True', 'Paused True'].includes(said))
  const message = counted.at(-1)?.message ?? ''
  const has = (wanted: string): boolean => counted.some(({ said }) => said === wanted)
  if (of.bad.some(has)) return health('Degraded', message)
  if (!has('Ready True')) return health('Progressing', of.waiting)
  return health(has('Paused True') ? 'Suspended' : 'Healthy', message)
}
