import type { Compat } from '../compat.ts'

const INSTALL_ORDER = [
  'PriorityClass',
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
  'MutatingWebhookConfiguration',
  'ValidatingWebhookConfiguration',
]

const ranks = new Map(INSTALL_ORDER.map((kind, index) => [kind, index]))

/** Kinds that Helm 3 does not know. */
const NEW_KINDS = new Set(['MutatingWebhookConfiguration', 'ValidatingWebhookConfiguration'])

/** Where a kind stands in Helm's order of installation; undefined for kinds that it does not know. */
export function installRank(kind: string, compat: Compat): number | undefined {
  if (compat === 'helm3' && NEW_KINDS.has(kind)) return undefined
  return ranks.get(kind)
}
