import { gvkOf, type KubeObject } from '@slipway/objects'
import { HOOK_FINALIZER } from '../annotations.ts'
import { cronJobHealth, jobHealth } from './batch.ts'
import {
  apiServiceHealth,
  autoscalerHealth,
  budgetHealth,
  claimHealth,
  definitionHealth,
  ingressHealth,
  readyHealth,
  serviceHealth,
  workflowHealth,
} from './others.ts'
import { podHealth } from './pod.ts'
import { health, type Health } from './status.ts'
import { daemonSetHealth, deploymentHealth, replicaSetHealth, statefulSetHealth } from './workloads.ts'

const RULES: Readonly<Record<string, (object: KubeObject) => Health>> = {
  'apps/Deployment': deploymentHealth,
  'apps/ReplicaSet': replicaSetHealth,
  'apps/StatefulSet': statefulSetHealth,
  'apps/DaemonSet': daemonSetHealth,
  '/Pod': podHealth,
  '/Service': serviceHealth,
  '/PersistentVolumeClaim': claimHealth,
  'batch/Job': jobHealth,
  'batch/CronJob': cronJobHealth,
  'networking.k8s.io/Ingress': ingressHealth,
  'extensions/Ingress': ingressHealth,
  'autoscaling/HorizontalPodAutoscaler': autoscalerHealth,
  'policy/PodDisruptionBudget': budgetHealth,
  'apiregistration.k8s.io/APIService': apiServiceHealth,
  'apiextensions.k8s.io/CustomResourceDefinition': definitionHealth,
  'external-secrets.io/ExternalSecret': readyHealth,
  'external-secrets.io/SecretStore': readyHealth,
  'external-secrets.io/ClusterSecretStore': readyHealth,
  'argoproj.io/Workflow': workflowHealth,
}

/**
 * The health of a live object in Argo CD's words; undefined for kinds that have none, such as ConfigMap. An object that is being deleted is Progressing, but a
 * hook, which Argo CD itself keeps until it has seen its end, is judged by its kind.
 */
export function healthOf(object: KubeObject): Health | undefined {
  if (object.metadata.deletionTimestamp !== undefined && object.metadata.finalizers?.includes(HOOK_FINALIZER) !== true)
    return health('Progressing', 'Pending deletion')
  const { group, kind } = gvkOf(object)
  return RULES[`${group}/${kind}`]?.(object)
}
