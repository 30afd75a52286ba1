import { isRecord, type KubeObject, type ResourceEntry } from '@slipway/objects'
import { policyStrategy } from '../admission/policy/check.ts'
import type { Strategy } from '../registry/definition.ts'
import { assertNoReferences } from './definition-schema.ts'
import { daemonSetStrategy } from './daemonset.ts'
import { assertEndpoints } from './endpoints.ts'
import { isCounted } from './generation.ts'
import { jobStrategy } from './job.ts'
import { namespaceStrategy } from './namespace.ts'
import { podStrategy } from './pod.ts'
import { serviceStrategy } from './service.ts'
import { signingRequestStrategy } from './signing-request.ts'
import { webhookStrategy } from './webhooks.ts'

type Json = Record<string, unknown>

const text = (owner: unknown, ...path: readonly string[]): string => {
  let value = owner
  for (const name of path) value = isRecord(value) ? value[name] : undefined
  return value === undefined || value === null ? '' : String(value)
}

/** Secrets: `stringData` is written into `data`. */
const secret: Partial<Strategy> = {
  prepareForCreate: moveStringData,
  prepareForUpdate: moveStringData,
  selectableFields: (object) => ({ type: text(object, 'type') }),
}

function moveStringData(object: KubeObject): void {
  const { stringData, data } = object as Json
  if (!isRecord(stringData)) return
  const encoded = Object.fromEntries(
    Object.entries(stringData).map(([key, value]) => [key, Buffer.from(String(value)).toString('base64')]),
  )
  delete object['stringData']
  object['data'] = { ...(isRecord(data) ? data : {}), ...encoded }
}

// Events are kept in the shape of core/v1.
const event: Partial<Strategy> = {
  selectableFields: (object) => ({
    ...eventFields(object, 'involvedObject'),
    reportingComponent: text(object, 'reportingComponent'),
    source: text(object, 'source', 'component') || text(object, 'reportingComponent'),
  }),
}

const groupEvent: Partial<Strategy> = {
  selectableFields: (object) => ({
    ...eventFields(object, 'regarding'),
    reportingController: text(object, 'reportingComponent'),
  }),
}

const INVOLVED = ['kind', 'namespace', 'name', 'uid', 'apiVersion', 'resourceVersion', 'fieldPath']

function eventFields(object: KubeObject, involved: 'involvedObject' | 'regarding'): Record<string, string> {
  const about = INVOLVED.map((name) => [`${involved}.${name}`, text(object, 'involvedObject', name)])
  return { ...Object.fromEntries(about), reason: text(object, 'reason'), type: text(object, 'type') }
}

// A node registers itself with its status.
const node: Partial<Strategy> = {
  keepsStatusOnCreate: true,
  selectableFields: (object) => ({ 'spec.unschedulable': String(text(object, 'spec', 'unschedulable') === 'true') }),
}
const replicas: Partial<Strategy> = {
  selectableFields: (object) => ({ 'status.replicas': text(object, 'status', 'replicas') || '0' }),
}
const budget: Partial<Strategy> = {}

const BY_KIND: Readonly<Record<string, Partial<Strategy>>> = {
  Pod: podStrategy,
  Namespace: namespaceStrategy,
  Service: serviceStrategy,
  Secret: secret,
  Event: event,
  'events.k8s.io Event': groupEvent,
  Node: node,
  'certificates.k8s.io CertificateSigningRequest': signingRequestStrategy,
  'admissionregistration.k8s.io MutatingAdmissionPolicy': policyStrategy,
  'admissionregistration.k8s.io MutatingWebhookConfiguration': webhookStrategy,
  'admissionregistration.k8s.io ValidatingAdmissionPolicy': policyStrategy,
  'admissionregistration.k8s.io ValidatingWebhookConfiguration': webhookStrategy,
  'apps DaemonSet': daemonSetStrategy,
  'apps Deployment': { countsAnnotations: true },
  'apps ReplicaSet': replicas,
  ReplicationController: replicas,
  'batch Job': jobStrategy,
  'policy PodDisruptionBudget': budget,
  'apiextensions.k8s.io CustomResourceDefinition': {
    prepareForCreate: assertNoReferences,
    prepareForUpdate: assertNoReferences,
  },
  Endpoints: { createOnUpdate: true, prepareForCreate: assertEndpoints, prepareForUpdate: assertEndpoints },
  LimitRange: { createOnUpdate: true },
  'coordination.k8s.io Lease': { createOnUpdate: true },
  'rbac.authorization.k8s.io Role': { createOnUpdate: true },
  'rbac.authorization.k8s.io RoleBinding': { createOnUpdate: true },
  'rbac.authorization.k8s.io ClusterRole': { createOnUpdate: true },
  'rbac.authorization.k8s.io ClusterRoleBinding': { createOnUpdate: true },
}

/** The strategy of a built-in resource: kinds with a `status` subresource lose the status of a create and keep it through updates. */
export function strategyOf(entry: ResourceEntry): Strategy {
  const own = BY_KIND[entry.group === '' ? entry.kind : `${entry.group} ${entry.kind}`] ?? {}
  const hasStatus = entry.subresources?.some((sub) => sub.name === 'status') === true
  const hasGeneration = isCounted(entry.group, entry.kind)
  if (!hasStatus) return { hasStatus, hasGeneration, ...own }
  return {
    hasStatus,
    hasGeneration,
    ...own,
    prepareForCreate: (object, context) => {
      if (own.keepsStatusOnCreate !== true) {
        delete object['status']
        if (entry.kind !== 'PersistentVolume') object['status'] = {}
      }
      own.prepareForCreate?.(object, context)
      if (isRecord(object['status']) && Object.keys(object['status']).length === 0 && entry.kind !== 'Namespace')
        object['status'] = emptyStatus(entry.kind)
    },
  }
}

// Go writes these structs with members that have no omitempty.
function emptyStatus(kind: string): Json {
  if (kind === 'Service') return { loadBalancer: {} }
  if (kind === 'Ingress') return { loadBalancer: {} }
  if (kind === 'DaemonSet')
    return { currentNumberScheduled: 0, desiredNumberScheduled: 0, numberMisscheduled: 0, numberReady: 0 }
  if (kind === 'ReplicaSet' || kind === 'ReplicationController') return { replicas: 0 }
  if (kind === 'StatefulSet') return { availableReplicas: 0, replicas: 0 }
  if (kind === 'HorizontalPodAutoscaler') return { currentMetrics: null, desiredReplicas: 0 }
  if (kind === 'PodDisruptionBudget')
    return { currentHealthy: 0, desiredHealthy: 0, disruptionsAllowed: 0, expectedPods: 0 }
  return {}
}
