import { child, existing, fill, items, type Json } from './fields.ts'

/** k8s.io/kubernetes/pkg/apis/core/v1/defaults.go, SetDefaults_Service; addresses are given by the API server. */
export function defaultService(object: Json): void {
  const spec = child(object, 'spec')
  fill(spec, { sessionAffinity: 'None', type: 'ClusterIP' })
  if (spec['sessionAffinity'] === 'ClientIP')
    fill(child(child(spec, 'sessionAffinityConfig'), 'clientIP'), { timeoutSeconds: 10800 })
  if (spec['sessionAffinity'] === 'None') delete spec['sessionAffinityConfig']
  for (const port of items(spec, 'ports')) {
    fill(port, { protocol: 'TCP' })
    if (port['targetPort'] === undefined || port['targetPort'] === 0 || port['targetPort'] === '')
      port['targetPort'] = port['port']
  }
  const hasOuter = Array.isArray(spec['externalIPs']) && spec['externalIPs'].length > 0
  const external =
    spec['type'] === 'NodePort' || spec['type'] === 'LoadBalancer' || (spec['type'] === 'ClusterIP' && hasOuter)
  if (external) fill(spec, { externalTrafficPolicy: 'Cluster' })
  if (spec['type'] === 'LoadBalancer') fill(spec, { allocateLoadBalancerNodePorts: true })
  if (spec['type'] !== 'ExternalName') fill(spec, { internalTrafficPolicy: 'Cluster' })
}

export function defaultSecret(object: Json): void {
  fill(object, { type: 'Opaque' })
}

export function defaultNamespace(object: Json): void {
  const metadata = child(object, 'metadata')
  const labels = child(metadata, 'labels')
  if (typeof metadata['name'] === 'string' && metadata['name'] !== '')
    labels['kubernetes.io/metadata.name'] = metadata['name']
}

/** Requests default to limits, limits of a container to its maximum. */
export function defaultLimitRange(object: Json): void {
  for (const limit of items(existing(object, 'spec'), 'limits')) {
    if (limit['type'] !== 'Container') continue
    const defaults = child(limit, 'default')
    fill(defaults, existing(limit, 'max') ?? {})
    const requests = child(limit, 'defaultRequest')
    fill(requests, defaults)
    fill(requests, existing(limit, 'min') ?? {})
    for (const name of ['default', 'defaultRequest'])
      if (Object.keys(existing(limit, name) ?? {}).length === 0) delete limit[name]
  }
}

export function defaultPersistentVolume(object: Json): void {
  fill(child(object, 'spec'), { persistentVolumeReclaimPolicy: 'Retain', volumeMode: 'Filesystem' })
  fill(child(object, 'status'), { phase: 'Pending' })
}

/** k8s.io/kubernetes/pkg/apis/autoscaling/v2/defaults.go. */
export function defaultHorizontalPodAutoscaler(object: Json): void {
  const spec = child(object, 'spec')
  fill(spec, { minReplicas: 1 })
  if (object['apiVersion'] === 'autoscaling/v1') return
  if (items(spec, 'metrics').length === 0) {
    spec['metrics'] = [
      { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 80 } } },
    ]
  }
  const behavior = existing(spec, 'behavior')
  if (behavior === undefined) return
  const up = child(behavior, 'scaleUp')
  fill(up, {
    stabilizationWindowSeconds: 0,
    selectPolicy: 'Max',
    policies: [
      { type: 'Pods', value: 4, periodSeconds: 15 },
      { type: 'Percent', value: 100, periodSeconds: 15 },
    ],
  })
  fill(child(behavior, 'scaleDown'), {
    selectPolicy: 'Max',
    policies: [{ type: 'Percent', value: 100, periodSeconds: 15 }],
  })
}

export function defaultNetworkPolicy(object: Json): void {
  const spec = child(object, 'spec')
  for (const rule of [...items(spec, 'ingress'), ...items(spec, 'egress')])
    for (const port of items(rule, 'ports')) fill(port, { protocol: 'TCP' })
  if (items(spec, 'policyTypes').length === 0 && !Array.isArray(spec['policyTypes'])) {
    spec['policyTypes'] = items(spec, 'egress').length === 0 ? ['Ingress'] : ['Ingress', 'Egress']
  }
}

/** k8s.io/kubernetes/pkg/apis/networking/v1/defaults.go. */
export function defaultIngressClass(object: Json): void {
  const parameters = existing(existing(object, 'spec'), 'parameters')
  if (parameters !== undefined) fill(parameters, { scope: 'Cluster' })
}

const RBAC_GROUP = 'rbac.authorization.k8s.io'

/** k8s.io/kubernetes/pkg/apis/rbac/v1/defaults.go: the group of users and groups, not of service accounts. */
export function defaultRoleBinding(object: Json): void {
  const roleRef = existing(object, 'roleRef')
  if (roleRef !== undefined && (roleRef['apiGroup'] ?? '') === '') roleRef['apiGroup'] = RBAC_GROUP
  for (const subject of items(object, 'subjects')) {
    if ((subject['kind'] === 'User' || subject['kind'] === 'Group') && (subject['apiGroup'] ?? '') === '')
      subject['apiGroup'] = RBAC_GROUP
  }
}

export function defaultStorageClass(object: Json): void {
  fill(object, { reclaimPolicy: 'Delete', volumeBindingMode: 'Immediate' })
}

export function defaultPriorityClass(object: Json): void {
  fill(object, { preemptionPolicy: 'PreemptLowerPriority' })
}

/** k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1/defaults.go. */
export function defaultCustomResourceDefinition(object: Json): void {
  const spec = child(object, 'spec')
  const names = child(spec, 'names')
  const kind = typeof names['kind'] === 'string' ? names['kind'] : ''
  fill(names, { singular: kind.toLowerCase(), listKind: `${kind}List` })
  fill(child(spec, 'conversion'), { strategy: 'None' })
}
