import { isRecord } from '../equal.ts'
import { gvkOf, type KubeObject } from '../object.ts'
import { leadsTo } from '../reach.ts'
import { typeOfKind, type TypeInfo } from '../schema.ts'
import type { Json } from '../defaults/fields.ts'
import { type Cause, Causes } from './causes.ts'
import { validateMetadata, validateMetadataUpdate } from './metadata.ts'
import { validateIngress } from './ingress.ts'
import { validateConfig, validatePod, validateRoleBinding, validateService } from './service.ts'
import {
  validateCronJob,
  validateDaemonSet,
  validateDeployment,
  validateHorizontalPodAutoscaler,
  validateJob,
  validatePodDisruptionBudget,
  validateReplicaSet,
  validateStatefulSet,
} from './workloads.ts'

type Rule = (object: Json, old: Json | undefined, causes: Causes) => void

const BY_KIND: Readonly<Record<string, Rule>> = {
  Pod: validatePod,
  Service: validateService,
  ConfigMap: validateConfig,
  Secret: validateConfig,
  'apps Deployment': validateDeployment,
  'apps ReplicaSet': validateReplicaSet,
  'apps StatefulSet': validateStatefulSet,
  'apps DaemonSet': validateDaemonSet,
  'batch Job': validateJob,
  'batch CronJob': validateCronJob,
  'autoscaling HorizontalPodAutoscaler': validateHorizontalPodAutoscaler,
  'policy PodDisruptionBudget': validatePodDisruptionBudget,
  'networking.k8s.io Ingress': validateIngress,
  'rbac.authorization.k8s.io RoleBinding': validateRoleBinding,
  'rbac.authorization.k8s.io ClusterRoleBinding': validateRoleBinding,
}

/**
 * Checks a defaulted object as the API server does before it stores it: metadata, values out of a list of supported ones, and the rules of its kind.
 * `old` is the stored object of an update. Custom kinds get the metadata checks only.
 */
export function validateObject(object: KubeObject, old?: KubeObject): readonly Cause[] {
  const causes = new Causes()
  validateMetadata(object, causes)
  if (old !== undefined) validateMetadataUpdate(object, old, causes)
  const { group, kind } = gvkOf(object)
  BY_KIND[group === '' ? kind : `${group} ${kind}`]?.(object, old, causes)
  const type = typeOfKind({ ...gvkOf(object) })
  if (type !== undefined) validateEnums(type, object, { field: '', causes })
  return causes.distinct()
}

const enumsOf = leadsTo((field) => field.enum !== undefined)

function validateEnums(type: TypeInfo, value: Json, at: { field: string; causes: Causes }): void {
  for (const { name, field: info, below } of enumsOf(type)) {
    const member = value[name]
    if (member === undefined || member === null || name === 'status') continue
    const field = at.field === '' ? name : `${at.field}.${name}`
    if (info.enum !== undefined && !info.enum.includes(member) && member !== '')
      at.causes.unsupported(field, member, info.enum)
    if (below === undefined) continue
    if (Array.isArray(member)) {
      for (const [index, item] of member.entries())
        if (isRecord(item)) validateEnums(below, item, { field: `${field}[${index}]`, causes: at.causes })
    } else if (isRecord(member) && !info.type.startsWith('{}'))
      validateEnums(below, member, { field, causes: at.causes })
  }
}
