import { isRecord } from '../equal.ts'
import { gvkOf, type KubeObject } from '../object.ts'
import { leadsTo } from '../reach.ts'
import { typeOfKind, type TypeInfo } from '../schema.ts'
import type { Json } from '../defaults/fields.ts'
import { validateHorizontalPodAutoscaler } from './autoscaler.ts'
import { validatePodDisruptionBudget } from './budget.ts'
import { type Cause, Causes } from './causes.ts'
import { validatePersistentVolumeClaim } from './claim.ts'
import { validateIngressClass, validateRuntimeClass } from './classes.ts'
import { validateConfigMap } from './config-map.ts'
import { validateCronJob } from './cron-job.ts'
import { validateDaemonSet } from './daemon-set.ts'
import { validateDeployment, validateReplicaSet } from './deployment.ts'
import { validateEndpointSlice } from './endpoint-slice.ts'
import { validateIngress } from './ingress.ts'
import { validateJob } from './job.ts'
import { validateLease } from './lease.ts'
import { validateLimitRange } from './limit-range.ts'
import { validateMetadata, validateMetadataUpdate } from './metadata.ts'
import { validateNamespace } from './namespace.ts'
import { validateNetworkPolicy } from './network-policy.ts'
import { Place } from './place.ts'
import { validatePod, validatePodTemplate } from './pod/pod.ts'
import { validatePriorityClass } from './priority-class.ts'
import { validateResourceQuota } from './quota.ts'
import { validateReplicationController } from './replication-controller.ts'
import { validateControllerRevision } from './revision.ts'
import { validateClusterRoleBinding, validateRoleBinding } from './role-binding.ts'
import { validateClusterRole, validateRole } from './role.ts'
import { validateSecret } from './secret.ts'
import { validateService } from './service.ts'
import { validateStatefulSet } from './stateful-set.ts'
import { validateStorageClass } from './storage-class.ts'
import { validatePersistentVolume } from './volume.ts'

type Rule = (object: Json, old: Json | undefined, root: Place) => void

const BY_KIND: Readonly<Record<string, Rule>> = {
  ConfigMap: validateConfigMap,
  LimitRange: validateLimitRange,
  Namespace: validateNamespace,
  PersistentVolume: validatePersistentVolume,
  PersistentVolumeClaim: validatePersistentVolumeClaim,
  Pod: validatePod,
  PodTemplate: validatePodTemplate,
  ReplicationController: validateReplicationController,
  ResourceQuota: validateResourceQuota,
  Secret: validateSecret,
  Service: validateService,
  'apps ControllerRevision': validateControllerRevision,
  'apps DaemonSet': validateDaemonSet,
  'apps Deployment': validateDeployment,
  'apps ReplicaSet': validateReplicaSet,
  'apps StatefulSet': validateStatefulSet,
  'autoscaling HorizontalPodAutoscaler': validateHorizontalPodAutoscaler,
  'batch CronJob': validateCronJob,
  'batch Job': validateJob,
  'coordination.k8s.io Lease': validateLease,
  'discovery.k8s.io EndpointSlice': validateEndpointSlice,
  'networking.k8s.io Ingress': validateIngress,
  'networking.k8s.io IngressClass': validateIngressClass,
  'networking.k8s.io NetworkPolicy': validateNetworkPolicy,
  'node.k8s.io RuntimeClass': validateRuntimeClass,
  'policy PodDisruptionBudget': validatePodDisruptionBudget,
  'rbac.authorization.k8s.io ClusterRole': validateClusterRole,
  'rbac.authorization.k8s.io ClusterRoleBinding': validateClusterRoleBinding,
  'rbac.authorization.k8s.io Role': validateRole,
  'rbac.authorization.k8s.io RoleBinding': validateRoleBinding,
  'scheduling.k8s.io PriorityClass': validatePriorityClass,
  'storage.k8s.io StorageClass': validateStorageClass,
}

/**
 * Checks a defaulted object as the API server does before it stores it: metadata, the rules of its kind, or values out of a list of supported ones where a kind
 * has no rules. `old` is the stored object of an update; an update of the status is asked for its metadata only, as what it cannot change was checked before.
 * Custom kinds get the metadata checks only.
 */
export function validateObject(object: KubeObject, old?: KubeObject, subresource = ''): readonly Cause[] {
  const causes = new Causes()
  const root = new Place('', causes)
  validateMetadata(object, root.at('metadata'))
  if (old !== undefined) validateMetadataUpdate(object, old, root.at('metadata'))
  if (subresource !== 'status') validateKind(object, old, root)
  return causes.distinct()
}

function validateKind(object: KubeObject, old: KubeObject | undefined, root: Place): void {
  const { group, kind } = gvkOf(object)
  const rule = BY_KIND[group === '' ? kind : `${group} ${kind}`]
  const type = typeOfKind(gvkOf(object))
  if (rule !== undefined) rule(object, old, root)
  else if (type !== undefined) validateEnums(type, object, root)
}

const enumsOf = leadsTo((field) => field.enum !== undefined)

function validateEnums(type: TypeInfo, value: Json, place: Place): void {
  for (const { name, field: info, below } of enumsOf(type)) {
    const member = value[name]
    if (member === undefined || member === null || name === 'status') continue
    const at = place.at(name)
    if (info.enum !== undefined && !info.enum.includes(member) && member !== '')
      at.unsupported(member, [...info.enum].map(String).sort())
    if (below === undefined) continue
    if (Array.isArray(member)) {
      for (const [index, item] of member.entries()) if (isRecord(item)) validateEnums(below, item, at.nth(index))
    } else if (isRecord(member) && !info.type.startsWith('{}')) validateEnums(below, member, at)
  }
}
