import { compareBytes } from '@slipway/diag'
import { gvkOf, type KubeObject } from '@slipway/objects'
import { textAt } from '../read.ts'
import type { SyncTask } from './task.ts'

const PHASES = ['PreSync', 'Sync', 'PostSync', 'SyncFail']

// Helm's order of installation, without what Argo CD leaves out; kinds that are not listed come last.
const KINDS = [
  'Namespace',
  'NetworkPolicy',
  'ResourceQuota',
  'LimitRange',
  'PodSecurityPolicy',
  'PodDisruptionBudget',
  'ServiceAccount',
  'Secret',
  'SecretList',
  'ConfigMap',
  'StorageClass',
  'PersistentVolume',
  'PersistentVolumeClaim',
  'CustomResourceDefinition',
  'ClusterRole',
  'ClusterRoleList',
  'ClusterRoleBinding',
  'ClusterRoleBindingList',
  'Role',
  'RoleList',
  'RoleBinding',
  'RoleBindingList',
  'Service',
  'DaemonSet',
  'Pod',
  'ReplicationController',
  'ReplicaSet',
  'Deployment',
  'HorizontalPodAutoscaler',
  'StatefulSet',
  'Job',
  'CronJob',
  'IngressClass',
  'Ingress',
  'APIService',
]

/** Tasks in the order in which they run: phase, wave, kind, name; namespaces and definitions before what needs them. */
export function inSyncOrder(tasks: readonly SyncTask[]): readonly SyncTask[] {
  const sorted = [...tasks].sort(compareTasks)
  const namespaces = liftDependencies(sorted, {
    provides: (object) =>
      object.kind === 'Namespace' && gvkOf(object).group === '' ? object.metadata.name : undefined,
    needs: (object) => object.metadata.namespace || undefined,
  })
  return liftDependencies(namespaces, {
    provides: (object) =>
      object.kind === 'CustomResourceDefinition'
        ? `${textAt(object, 'spec', 'group')}/${textAt(object, 'spec', 'names', 'kind')}`
        : undefined,
    needs: (object) => `${gvkOf(object).group}/${object.kind}`,
  })
}

/** Order by phase alone, then wave. */
export function compareTasks(a: SyncTask, b: SyncTask): number {
  return (
    PHASES.indexOf(a.phase) - PHASES.indexOf(b.phase) ||
    a.wave - b.wave ||
    rank(a.object) - rank(b.object) ||
    compareBytes(a.object.metadata.name ?? '', b.object.metadata.name ?? '')
  )
}

function rank(object: KubeObject): number {
  const index = KINDS.indexOf(object.kind)
  return index < 0 ? KINDS.length : index
}

interface Dependency {
  readonly provides: (object: KubeObject) => string | undefined
  readonly needs: (object: KubeObject) => string | undefined
}

// A provider takes phase and wave of the first task that needs it, and its place.
function liftDependencies(tasks: readonly SyncTask[], dependency: Dependency): SyncTask[] {
  const result: SyncTask[] = []
  for (const task of tasks) {
    const provided = task.target === undefined ? undefined : dependency.provides(task.target)
    const index = provided === undefined ? -1 : result.findIndex((other) => needsIt(other, provided, dependency))
    const first = result[index]
    if (first === undefined) {
      result.push(task)
      continue
    }
    task.wave = first.wave
    task.phase = first.phase
    result.splice(index, 0, task)
  }
  return result
}

function needsIt(task: SyncTask, provided: string, { provides, needs }: Dependency): boolean {
  return task.target !== undefined && provides(task.target) === undefined && needs(task.target) === provided
}
