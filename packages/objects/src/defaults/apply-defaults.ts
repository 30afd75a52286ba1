import { canonicalQuantity } from '../quantity.ts'
import type { KubeObject } from '../object.ts'
import { gvkOf } from '../object.ts'
import { elementOf, typeOfKind, type TypeInfo } from '../schema.ts'
import { leadsTo } from '../reach.ts'
import type { Json } from './fields.ts'
import { isRecord } from '../equal.ts'
import {
  defaultCustomResourceDefinition,
  defaultHorizontalPodAutoscaler,
  defaultIngressClass,
  defaultLimitRange,
  defaultNamespace,
  defaultNetworkPolicy,
  defaultPersistentVolume,
  defaultPriorityClass,
  defaultRoleBinding,
  defaultSecret,
  defaultService,
  defaultStorageClass,
} from './others.ts'
import { defaultPod, defaultPodSpec } from './pod.ts'
import {
  defaultCronJob,
  defaultDaemonSet,
  defaultDeployment,
  defaultJob,
  defaultPersistentVolumeClaim,
  defaultReplicaSet,
  defaultReplicationController,
  defaultStatefulSet,
} from './workloads.ts'

const BY_KIND: Readonly<Record<string, (object: Json) => void>> = {
  Pod: defaultPod,
  PodTemplate: (object) => {
    const spec = isRecord(object['template']) ? object['template']['spec'] : undefined
    if (isRecord(spec)) defaultPodSpec(spec)
  },
  Service: defaultService,
  Secret: defaultSecret,
  Namespace: defaultNamespace,
  LimitRange: defaultLimitRange,
  PersistentVolume: defaultPersistentVolume,
  PersistentVolumeClaim: defaultPersistentVolumeClaim,
  ReplicationController: defaultReplicationController,
  'apps Deployment': defaultDeployment,
  'apps ReplicaSet': defaultReplicaSet,
  'apps StatefulSet': defaultStatefulSet,
  'apps DaemonSet': defaultDaemonSet,
  'batch Job': defaultJob,
  'batch CronJob': defaultCronJob,
  'autoscaling HorizontalPodAutoscaler': defaultHorizontalPodAutoscaler,
  'networking.k8s.io IngressClass': defaultIngressClass,
  'networking.k8s.io NetworkPolicy': defaultNetworkPolicy,
  'rbac.authorization.k8s.io RoleBinding': defaultRoleBinding,
  'rbac.authorization.k8s.io ClusterRoleBinding': defaultRoleBinding,
  'storage.k8s.io StorageClass': defaultStorageClass,
  'scheduling.k8s.io PriorityClass': defaultPriorityClass,
  'apiextensions.k8s.io CustomResourceDefinition': defaultCustomResourceDefinition,
}

/**
 * Fills in what the API server fills in before it validates and stores a built-in object: defaults, and quantities in canonical form. Changes the object;
 * custom kinds are left alone (their schema has their defaults).
 */
export function applyDefaults(object: KubeObject): void {
  const { group, kind } = gvkOf(object)
  BY_KIND[group === '' ? kind : `${group} ${kind}`]?.(object)
  const type = typeOfKind(gvkOf(object))
  if (type !== undefined) canonicalizeBelow(type, object)
}

const quantitiesOf = leadsTo(({ type }) => type === 'quantity' || elementOf(type) === 'quantity')

function canonicalizeBelow(type: TypeInfo, owner: unknown): void {
  if (!isRecord(owner)) return
  for (const { name, field, below } of quantitiesOf(type)) {
    canonicalize(owner, name, field.type)
    const member = owner[name]
    if (below === undefined || member === undefined || member === null) continue
    if (elementOf(field.type) === undefined) canonicalizeBelow(below, member)
    else for (const item of Object.values(member)) canonicalizeBelow(below, item)
  }
}

function canonicalize(owner: Json, name: string, type: string): void {
  const value = owner[name]
  if (type === 'quantity' && (typeof value === 'string' || typeof value === 'number'))
    owner[name] = canonicalQuantity(value)
  if (elementOf(type) === 'quantity' && isRecord(value)) {
    for (const [key, quantity] of Object.entries(value)) value[key] = canonicalQuantity(quantity as string | number)
  }
}
