import type { KubeObject, Transport } from '@slipway/objects'

const NAMESPACES = ['default', 'kube-system', 'kube-public', 'kube-node-lease']
const RBAC = 'rbac.authorization.k8s.io/v1'
const everything = [
  { apiGroups: ['*'], resources: ['*'], verbs: ['*'] },
  { nonResourceURLs: ['*'], verbs: ['*'] },
]
const read = ['get', 'list', 'watch']
const write = ['create', 'delete', 'deletecollection', 'patch', 'update']
const WORKLOADS = [
  {
    apiGroups: [''],
    resources: [
      'configmaps',
      'endpoints',
      'events',
      'persistentvolumeclaims',
      'pods',
      'pods/log',
      'replicationcontrollers',
      'services',
      'serviceaccounts',
      'limitranges',
      'resourcequotas',
      'namespaces',
    ],
  },
  {
    apiGroups: ['apps'],
    resources: [
      'controllerrevisions',
      'daemonsets',
      'deployments',
      'deployments/scale',
      'replicasets',
      'replicasets/scale',
      'statefulsets',
      'statefulsets/scale',
    ],
  },
  { apiGroups: ['autoscaling'], resources: ['horizontalpodautoscalers'] },
  { apiGroups: ['batch'], resources: ['cronjobs', 'jobs'] },
  { apiGroups: ['networking.k8s.io'], resources: ['ingresses', 'networkpolicies'] },
  { apiGroups: ['policy'], resources: ['poddisruptionbudgets'] },
  { apiGroups: ['discovery.k8s.io'], resources: ['endpointslices'] },
]

/** The roles that every cluster has and that people bind: cluster-admin, admin, edit, view. */
const ROLES: Readonly<Record<string, readonly object[]>> = {
  'cluster-admin': everything,
  admin: [
    ...WORKLOADS.map((rule) => ({ ...rule, verbs: [...read, ...write] })),
    { apiGroups: [''], resources: ['secrets'], verbs: [...read, ...write] },
    { apiGroups: ['rbac.authorization.k8s.io'], resources: ['roles', 'rolebindings'], verbs: [...read, ...write] },
  ],
  edit: [
    ...WORKLOADS.map((rule) => ({ ...rule, verbs: [...read, ...write] })),
    {
      apiGroups: [''],
      resources: ['secrets', 'pods/exec', 'pods/portforward', 'pods/attach'],
      verbs: [...read, ...write],
    },
  ],
  view: WORKLOADS.map((rule) => ({ ...rule, verbs: read })),
}

const HEALTH = ['/healthz', '/livez', '/readyz', '/version', '/version/']
const KEYS = ['/.well-known/openid-configuration', '/openid/v1/jwks']
const DISCOVERY = ['/api', '/api/*', '/apis', '/apis/*', '/openapi', '/openapi/*', ...HEALTH]

/** What everybody of a group may do: the rules, and the groups. */
const COMMON: Readonly<Record<string, { readonly rules: readonly object[]; readonly groups: readonly string[] }>> = {
  'system:basic-user': {
    rules: [
      {
        apiGroups: ['authorization.k8s.io'],
        resources: ['selfsubjectaccessreviews', 'selfsubjectrulesreviews'],
        verbs: ['create'],
      },
      { apiGroups: ['authentication.k8s.io'], resources: ['selfsubjectreviews'], verbs: ['create'] },
    ],
    groups: ['system:authenticated'],
  },
  'system:discovery': {
    rules: [{ nonResourceURLs: DISCOVERY, verbs: ['get'] }],
    groups: ['system:authenticated'],
  },
  'system:public-info-viewer': {
    rules: [{ nonResourceURLs: HEALTH, verbs: ['get'] }],
    groups: ['system:authenticated', 'system:unauthenticated'],
  },
  'system:service-account-issuer-discovery': {
    rules: [{ nonResourceURLs: KEYS.flatMap((path) => [path, `${path}/`]), verbs: ['get'] }],
    groups: ['system:serviceaccounts'],
  },
}

function commonRoles(labels: Record<string, string>): KubeObject[] {
  const apiGroup = 'rbac.authorization.k8s.io'
  return Object.entries(COMMON).flatMap(([name, { rules, groups }]): KubeObject[] => [
    { apiVersion: RBAC, kind: 'ClusterRole', metadata: { name, labels }, rules },
    {
      apiVersion: RBAC,
      kind: 'ClusterRoleBinding',
      metadata: { name, labels },
      roleRef: { apiGroup, kind: 'ClusterRole', name },
      subjects: groups.map((group) => ({ kind: 'Group', apiGroup, name: group })),
    },
  ])
}

/** Creates what every cluster starts with: namespaces, roles, the `kubernetes` Service, system priority classes. What exists is left alone. */
export async function bootstrap(handle: Transport, now: string): Promise<void> {
  for (const object of bootstrapObjects(now)) {
    const existing = await handle({ method: 'GET', path: `${pathOf(object)}/${object.metadata.name ?? ''}` })
    if (existing.status === 200) continue
    const response = await handle({
      method: 'POST',
      path: pathOf(object),
      contentType: 'application/json',
      body: object,
      userAgent: 'slipway',
    })
    if (response.status >= 400 && response.status !== 409)
      throw new Error(`cannot create ${object.kind} ${object.metadata.name ?? ''}: ${JSON.stringify(response.object)}`)
    if (object['status'] !== undefined)
      await handle({
        method: 'PATCH',
        path: `${pathOf(object)}/${object.metadata.name ?? ''}/status`,
        contentType: 'application/merge-patch+json',
        body: { status: object['status'] },
        userAgent: 'slipway',
      })
  }
}

function bootstrapObjects(now: string): KubeObject[] {
  const labels = { 'kubernetes.io/bootstrapping': 'rbac-defaults' }
  return [
    ...NAMESPACES.map((name): KubeObject => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } })),
    ...Object.entries(ROLES).map(
      ([name, rules]): KubeObject => ({ apiVersion: RBAC, kind: 'ClusterRole', metadata: { name, labels }, rules }),
    ),
    {
      apiVersion: RBAC,
      kind: 'ClusterRoleBinding',
      metadata: { name: 'cluster-admin', labels },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' },
      subjects: [{ kind: 'Group', apiGroup: 'rbac.authorization.k8s.io', name: 'system:masters' }],
    },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: {
        name: 'kubernetes',
        namespace: 'default',
        labels: { component: 'apiserver', provider: 'kubernetes' },
      },
      spec: { clusterIP: '10.96.0.1', ports: [{ name: 'https', port: 443, protocol: 'TCP', targetPort: 6443 }] },
    },
    {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'ServiceCIDR',
      metadata: { name: 'kubernetes', finalizers: ['networking.k8s.io/service-cidr-finalizer'] },
      spec: { cidrs: ['10.96.0.0/16'] },
      status: { conditions: [{ ...SERVICE_CIDR_READY, lastTransitionTime: now }] },
    },
    ...commonRoles(labels),
    priorityClass('system-cluster-critical', 2_000_000_000),
    priorityClass('system-node-critical', 2_000_001_000),
  ]
}

// k8s.io/kubernetes/pkg/controlplane/controller/defaultservicecidr.
const SERVICE_CIDR_READY = {
  type: 'Ready',
  status: 'True',
  reason: '',
  message: 'Kubernetes default Service CIDR is ready',
}

function priorityClass(name: string, value: number): KubeObject {
  return {
    apiVersion: 'scheduling.k8s.io/v1',
    kind: 'PriorityClass',
    metadata: { name },
    value,
    description: 'Used for system critical pods.',
  }
}

const PLURALS: Readonly<Record<string, string>> = {
  Namespace: '/api/v1/namespaces',
  ClusterRole: `/apis/${RBAC}/clusterroles`,
  ClusterRoleBinding: `/apis/${RBAC}/clusterrolebindings`,
  Service: '/api/v1/namespaces/default/services',
  ServiceCIDR: '/apis/networking.k8s.io/v1/servicecidrs',
  PriorityClass: '/apis/scheduling.k8s.io/v1/priorityclasses',
}

function pathOf(object: KubeObject): string {
  return PLURALS[object.kind] ?? ''
}
