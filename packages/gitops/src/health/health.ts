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
  serviceHealth,
  workflowHealth,
} from './others.ts'
import { CROSSPLANE, managedHealth } from './custom/crossplane.ts'
import { FLUX } from './custom/flux.ts'
import { GATEWAY } from './custom/gateway.ts'
import { KEDA } from './custom/keda.ts'
import { KNATIVE } from './custom/knative.ts'
import { ROLLOUTS } from './custom/rollouts.ts'
import { SECRETS } from './custom/secrets.ts'
import { STORES } from './custom/stores.ts'
import { isUnjudged } from './custom/unjudged.ts'
import { podHealth } from './pod.ts'
import { health, type Health } from './status.ts'
import { daemonSetHealth, deploymentHealth, replicaSetHealth, statefulSetHealth } from './workloads.ts'

/** Tells the health of live objects, as {@link healthOf} does. */
export type Judge = (object: KubeObject) => Health | undefined

const RULES: Readonly<Record<string, Judge>> = {
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
  'argoproj.io/Workflow': workflowHealth,
  ...SECRETS,
  ...KEDA,
  ...GATEWAY,
  ...KNATIVE,
  ...FLUX,
  ...ROLLOUTS,
  ...CROSSPLANE,
  ...STORES,
}

/**
 * The health of a live object in Argo CD's words; undefined for kinds that have none, such as ConfigMap. An object that is being deleted is Progressing, but a
 * hook, which Argo CD itself keeps until it has seen its end, is judged by its kind.
 */
export function healthOf(object: KubeObject): Health | undefined {
  if (object.metadata.deletionTimestamp !== undefined && object.metadata.finalizers?.includes(HOOK_FINALIZER) !== true)
    return health('Progressing', 'Pending deletion')
  const { group, kind } = gvkOf(object)
  if (isUnjudged(object)) return undefined
  return (RULES[`${group}/${kind}`] ?? managedHealth(group))?.(object)
}
