import type { KubeObject } from '@slipway/objects'
import { numberAt, recordsAt, textAt, valueAt } from '../read.ts'
import { health, type Health } from './status.ts'

const WAITING = 'Waiting for rollout to finish:'

/** Health of an `apps/v1` Deployment, by the same rules as `kubectl rollout status`. */
export function deploymentHealth(object: KubeObject): Health {
  const { name = '' } = object.metadata
  if (valueAt(object, 'spec', 'paused') === true) return health('Suspended', 'Deployment is paused')
  if ((object.metadata.generation ?? 0) > numberAt(object, 'status', 'observedGeneration'))
    return health('Progressing', `${WAITING} observed deployment generation less than desired generation`)
  const progressing = recordsAt(object, 'status', 'conditions').find((condition) => condition['type'] === 'Progressing')
  if (progressing?.['reason'] === 'ProgressDeadlineExceeded')
    return health('Degraded', `Deployment "${name}" exceeded its progress deadline`)
  return rolloutHealth(object)
}

function rolloutHealth(object: KubeObject): Health {
  const desired = valueAt(object, 'spec', 'replicas')
  const total = numberAt(object, 'status', 'replicas')
  const updated = numberAt(object, 'status', 'updatedReplicas')
  const available = numberAt(object, 'status', 'availableReplicas')
  if (typeof desired === 'number' && updated < desired)
    return health('Progressing', `${WAITING} ${updated} out of ${desired} new replicas have been updated...`)
  if (total > updated)
    return health('Progressing', `${WAITING} ${total - updated} old replicas are pending termination...`)
  if (available < updated)
    return health('Progressing', `${WAITING} ${available} of ${updated} updated replicas are available...`)
  return health('Healthy')
}

/** Health of an `apps/v1` ReplicaSet. */
export function replicaSetHealth(object: KubeObject): Health {
  if ((object.metadata.generation ?? 0) > numberAt(object, 'status', 'observedGeneration'))
    return health('Progressing', `${WAITING} observed replica set generation less than desired generation`)
  const failure = recordsAt(object, 'status', 'conditions').find((condition) => condition['type'] === 'ReplicaFailure')
  if (failure?.['status'] === 'True') return health('Degraded', textAt(failure, 'message'))
  const desired = valueAt(object, 'spec', 'replicas')
  const available = numberAt(object, 'status', 'availableReplicas')
  if (typeof desired === 'number' && available < desired)
    return health('Progressing', `${WAITING} ${available} out of ${desired} new replicas are available...`)
  return health('Healthy')
}

/** Health of an `apps/v1` DaemonSet. */
export function daemonSetHealth(object: KubeObject): Health {
  const name = `daemon set "${object.metadata.name ?? ''}"`
  if ((object.metadata.generation ?? 0) > numberAt(object, 'status', 'observedGeneration'))
    return health('Progressing', `${WAITING} observed daemon set generation less than desired generation`)
  const desired = numberAt(object, 'status', 'desiredNumberScheduled')
  const updated = numberAt(object, 'status', 'updatedNumberScheduled')
  const available = numberAt(object, 'status', 'numberAvailable')
  if (textAt(object, 'spec', 'updateStrategy', 'type') === 'OnDelete')
    return health('Healthy', `daemon set ${updated} out of ${desired} new pods have been updated`)
  if (updated < desired)
    return health(
      'Progressing',
      `Waiting for ${name} rollout to finish: ${updated} out of ${desired} new pods have been updated...`,
    )
  if (available < desired)
    return health(
      'Progressing',
      `Waiting for ${name} rollout to finish: ${available} of ${desired} updated pods are available...`,
    )
  return health('Healthy')
}

/** Health of an `apps/v1` StatefulSet. */
export function statefulSetHealth(object: KubeObject): Health {
  const observed = numberAt(object, 'status', 'observedGeneration')
  if (observed === 0 || (object.metadata.generation ?? 0) > observed)
    return health('Progressing', 'Waiting for statefulset spec update to be observed...')
  const desired = valueAt(object, 'spec', 'replicas')
  const ready = numberAt(object, 'status', 'readyReplicas')
  if (typeof desired === 'number' && ready < desired)
    return health('Progressing', `Waiting for ${desired - ready} pods to be ready...`)
  return statefulSetRollout(object, typeof desired === 'number' ? desired : undefined)
}

function statefulSetRollout(object: KubeObject, desired: number | undefined): Health {
  const strategy = textAt(object, 'spec', 'updateStrategy', 'type')
  const updated = numberAt(object, 'status', 'updatedReplicas')
  if (strategy === 'RollingUpdate' && valueAt(object, 'spec', 'updateStrategy', 'rollingUpdate') !== undefined) {
    const partition = valueAt(object, 'spec', 'updateStrategy', 'rollingUpdate', 'partition')
    const wanted = desired === undefined || typeof partition !== 'number' ? 0 : desired - partition
    if (updated < wanted)
      return health(
        'Progressing',
        `Waiting for partitioned roll out to finish: ${updated} out of ${wanted} new pods have been updated...`,
      )
    return health('Healthy', `partitioned roll out complete: ${updated} new pods have been updated...`)
  }
  if (strategy === 'OnDelete')
    return health('Healthy', `statefulset has ${numberAt(object, 'status', 'readyReplicas')} ready pods`)
  const target = textAt(object, 'status', 'updateRevision')
  const current = textAt(object, 'status', 'currentRevision')
  if (target !== current)
    return health(
      'Progressing',
      `waiting for statefulset rolling update to complete ${updated} pods at revision ${target}...`,
    )
  const count = numberAt(object, 'status', 'currentReplicas')
  return health('Healthy', `statefulset rolling update complete ${count} pods at revision ${current}...`)
}
