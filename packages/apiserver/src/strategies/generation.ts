// Whose `metadata.generation` counts changes: the kinds whose strategy in k8s.io/kubernetes/pkg/registry sets it. Services, nodes, namespaces, volumes, quotas,
// autoscalers and signing requests have a status, and no generation.
const COUNTED = new Set([
  'Pod',
  'PodTemplate',
  'ReplicationController',
  'admissionregistration.k8s.io MutatingAdmissionPolicy',
  'admissionregistration.k8s.io MutatingAdmissionPolicyBinding',
  'admissionregistration.k8s.io MutatingWebhookConfiguration',
  'admissionregistration.k8s.io ValidatingAdmissionPolicy',
  'admissionregistration.k8s.io ValidatingAdmissionPolicyBinding',
  'admissionregistration.k8s.io ValidatingWebhookConfiguration',
  'apiextensions.k8s.io CustomResourceDefinition',
  'apps DaemonSet',
  'apps Deployment',
  'apps ReplicaSet',
  'apps StatefulSet',
  'batch CronJob',
  'batch Job',
  'discovery.k8s.io EndpointSlice',
  'flowcontrol.apiserver.k8s.io FlowSchema',
  'flowcontrol.apiserver.k8s.io PriorityLevelConfiguration',
  'networking.k8s.io Ingress',
  'networking.k8s.io IngressClass',
  'networking.k8s.io NetworkPolicy',
  'policy PodDisruptionBudget',
  'resource.k8s.io DeviceClass',
  'resource.k8s.io ResourceSlice',
  'scheduling.k8s.io PriorityClass',
])

/** Whether a built-in kind has a generation. */
export function isCounted(group: string, kind: string): boolean {
  return COUNTED.has(group === '' ? kind : `${group} ${kind}`)
}
