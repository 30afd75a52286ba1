import type { KubeObject } from '@slipway/objects'
import { textAt, valueAt } from '../../read.ts'
import { health, type Health, type HealthCode } from '../status.ts'
import { conditionsOf } from './conditions.ts'

/** Databases, snapshots and metrics that operators run: CloudNativePG, VolumeSnapshots, Prometheus, Kafka, RabbitMQ. */
export const STORES: Readonly<Record<string, (object: KubeObject) => Health>> = {
  'postgresql.cnpg.io/Cluster': postgresHealth,
  'snapshot.storage.k8s.io/VolumeSnapshot': snapshotHealth,
  'snapshot.storage.k8s.io/VolumeSnapshotContent': snapshotHealth,
  'monitoring.coreos.com/Prometheus': prometheusHealth,
  'kafka.strimzi.io/Kafka': kafkaHealth,
  'rabbitmq.com/RabbitmqCluster': rabbitHealth,
}

const POSTGRES: Readonly<Record<string, HealthCode>> = {
  'Cluster in healthy state': 'Healthy',
  'Setting up primary': 'Progressing',
  'Creating a new replica': 'Progressing',
  'Upgrading cluster': 'Progressing',
  'Waiting for the instances to become active': 'Progressing',
  'Promoting to primary cluster': 'Progressing',
  'Switchover in progress': 'Degraded',
  'Failing over': 'Degraded',
  'Upgrading Postgres major version': 'Degraded',
  'Cluster upgrade delayed': 'Degraded',
  'Waiting for user action': 'Degraded',
  'Primary instance is being restarted in-place': 'Degraded',
  'Primary instance is being restarted without a switchover': 'Degraded',
  'Cluster cannot execute instance online upgrade due to missing architecture binary': 'Degraded',
  'Online upgrade in progress': 'Degraded',
  'Applying configuration': 'Degraded',
  'Unable to create required cluster objects': 'Suspended',
  'Cluster cannot proceed to reconciliation due to an unknown plugin being required': 'Suspended',
  'Cluster has incomplete or invalid image catalog': 'Suspended',
  'Cluster is unrecoverable and needs manual intervention': 'Suspended',
}

function postgresHealth(object: KubeObject): Health {
  if (object.metadata.annotations?.['cnpg.io/reconciliationLoop'] === 'disabled')
    return health('Suspended', 'Cluster reconciliation is suspended')
  // The script of Argo CD fails on an object without a status.
  if (valueAt(object, 'status') === undefined) return health('Unknown')
  const reason = textAt(object, 'status', 'phaseReason')
  if (valueAt(object, 'status', 'conditions') === undefined) return health('Progressing', reason)
  const sleeps = conditionsOf(object).find(({ type }) => type === 'cnpg.io/hibernation')
  if (sleeps !== undefined)
    return health(sleeps['status'] === 'True' ? 'Suspended' : 'Degraded', textAt(sleeps, 'message'))
  return health(POSTGRES[textAt(object, 'status', 'phase')] ?? 'Unknown', reason)
}

function snapshotHealth(object: KubeObject): Health {
  if (valueAt(object, 'status', 'readyToUse') === true) return health('Healthy', 'Ready to use')
  if (valueAt(object, 'status', 'error') !== undefined)
    return health('Degraded', textAt(object, 'status', 'error', 'message'))
  return health('Progressing', 'Waiting for status')
}

function prometheusHealth(object: KubeObject): Health {
  const available = conditionsOf(object).findLast(({ type }) => type === 'Available')
  if (available === undefined) return health('Progressing', 'Waiting for initialization')
  if (available['status'] === 'True') return health('Healthy', 'All instances are available')
  const message = textAt(available, 'message') || textAt(available, 'reason')
  return health(available['reason'] === 'SomePodsNotReady' ? 'Progressing' : 'Degraded', message)
}

function kafkaHealth(object: KubeObject): Health {
  const told = conditionsOf(object).find(
    ({ type, status, reason }) =>
      status === 'True' && (type === 'Ready' || (type === 'NotReady' && reason !== 'Creating')),
  )
  if (told === undefined) return health('Progressing', 'Waiting for Kafka Cluster')
  return told['type'] === 'Ready' ? health('Healthy') : health('Degraded', textAt(told, 'message'))
}

function rabbitHealth(object: KubeObject): Health {
  const conditions = conditionsOf(object)
  const failed = conditions.find(({ type, status }) => type === 'ReconcileSuccess' && status === 'False')
  if (failed !== undefined) return health('Degraded', textAt(failed, 'message'))
  const last = (type: string): unknown =>
    valueAt(
      conditions.findLast((condition) => condition['type'] === type),
      'status',
    )
  const [available, ready] = [last('ClusterAvailable'), last('AllReplicasReady')]
  if (available === 'Unknown' || ready === 'Unknown')
    return health('Progressing', 'Waiting for RabbitMQ cluster readiness (conditions unknown)')
  if (available === 'False') return health('Progressing', 'Waiting for RabbitMQ cluster formation')
  if (ready === 'False') return health('Progressing', 'Waiting for RabbitMQ instances ready')
  if (available === 'True' && ready === 'True') return health('Healthy', 'RabbitMQ cluster ready')
  return health('Progressing', 'Waiting for RabbitMQ Operator')
}
