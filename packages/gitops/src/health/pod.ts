import type { KubeObject } from '@slipway/objects'
import { isHook } from '../annotations.ts'
import { numberAt, recordsAt, textAt, valueAt } from '../read.ts'
import { health, type Health } from './status.ts'

/** Health of a Pod: one that restarts for ever is well when ready, one that ends is well when it succeeded. */
export function podHealth(object: KubeObject): Health {
  const longRunning = isLongRunning(object)
  const broken = longRunning ? waitingProblems(object) : []
  if (broken.length > 0) return health('Degraded', broken.join(', '))
  const message = textAt(object, 'status', 'message')
  switch (textAt(object, 'status', 'phase')) {
    case 'Pending':
      return health('Progressing', message)
    case 'Succeeded':
      return health('Healthy', message)
    case 'Failed':
      return health('Degraded', message === '' ? failureOf(object) : message)
    case 'Running':
      return longRunning ? runningHealth(object, message) : health('Progressing', message)
    default:
      return health('Unknown', message)
  }
}

function isLongRunning(object: KubeObject): boolean {
  const ignored = object.metadata.annotations?.['argocd.argoproj.io/ignore-restart-policy'] === 'true'
  const policy = textAt(object, 'spec', 'restartPolicy')
  return policy === '' || policy === 'Always' || (ignored && !isHook(object))
}

function waitingProblems(object: KubeObject): string[] {
  return recordsAt(object, 'status', 'containerStatuses').flatMap((status) => {
    const reason = textAt(status, 'state', 'waiting', 'reason')
    const broken = reason.startsWith('Err') || reason.endsWith('Error') || reason.endsWith('BackOff')
    return broken ? [textAt(status, 'state', 'waiting', 'message')] : []
  })
}

function runningHealth(object: KubeObject, message: string): Health {
  const ready = recordsAt(object, 'status', 'conditions').find((condition) => condition['type'] === 'Ready')
  if (ready?.['status'] === 'True') return health('Healthy', message)
  const ended = recordsAt(object, 'status', 'containerStatuses').some(
    (status) => valueAt(status, 'lastState', 'terminated') !== undefined,
  )
  return health(ended ? 'Degraded' : 'Progressing', message)
}

function failureOf(object: KubeObject): string {
  const statuses = [
    ...recordsAt(object, 'status', 'initContainerStatuses'),
    ...recordsAt(object, 'status', 'containerStatuses'),
  ]
  for (const status of statuses) {
    const message = textAt(status, 'state', 'terminated', 'message')
    if (message !== '') return message
    if (textAt(status, 'state', 'terminated', 'reason') === 'OOMKilled') return 'OOMKilled'
    const code = numberAt(status, 'state', 'terminated', 'exitCode')
    if (code !== 0) return `container "${textAt(status, 'name')}" failed with exit code ${code}`
  }
  return ''
}
