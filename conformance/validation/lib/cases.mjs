const RESOURCES = {
  ConfigMap: ['v1', 'configmaps', true],
  ControllerRevision: ['apps/v1', 'controllerrevisions', true],
  CronJob: ['batch/v1', 'cronjobs', true],
  DaemonSet: ['apps/v1', 'daemonsets', true],
  Deployment: ['apps/v1', 'deployments', true],
  EndpointSlice: ['discovery.k8s.io/v1', 'endpointslices', true],
  HorizontalPodAutoscaler: ['autoscaling/v2', 'horizontalpodautoscalers', true],
  Ingress: ['networking.k8s.io/v1', 'ingresses', true],
  IngressClass: ['networking.k8s.io/v1', 'ingressclasses', false],
  Job: ['batch/v1', 'jobs', true],
  Lease: ['coordination.k8s.io/v1', 'leases', true],
  LimitRange: ['v1', 'limitranges', true],
  Namespace: ['v1', 'namespaces', false],
  NetworkPolicy: ['networking.k8s.io/v1', 'networkpolicies', true],
  PodTemplate: ['v1', 'podtemplates', true],
  PersistentVolume: ['v1', 'persistentvolumes', false],
  PersistentVolumeClaim: ['v1', 'persistentvolumeclaims', true],
  Pod: ['v1', 'pods', true],
  PodDisruptionBudget: ['policy/v1', 'poddisruptionbudgets', true],
  PriorityClass: ['scheduling.k8s.io/v1', 'priorityclasses', false],
  ReplicaSet: ['apps/v1', 'replicasets', true],
  ReplicationController: ['v1', 'replicationcontrollers', true],
  ResourceQuota: ['v1', 'resourcequotas', true],
  ClusterRole: ['rbac.authorization.k8s.io/v1', 'clusterroles', false],
  ClusterRoleBinding: ['rbac.authorization.k8s.io/v1', 'clusterrolebindings', false],
  Role: ['rbac.authorization.k8s.io/v1', 'roles', true],
  RoleBinding: ['rbac.authorization.k8s.io/v1', 'rolebindings', true],
  RuntimeClass: ['node.k8s.io/v1', 'runtimeclasses', false],
  Secret: ['v1', 'secrets', true],
  Service: ['v1', 'services', true],
  ServiceAccount: ['v1', 'serviceaccounts', true],
  StatefulSet: ['apps/v1', 'statefulsets', true],
  StorageClass: ['storage.k8s.io/v1', 'storageclasses', false],
}

const DRY = '?dryRun=All'

/** The path of a kind's collection, in the namespace `default` where it has one. */
export function collectionOf(kind) {
  const [version, plural, namespaced] = RESOURCES[kind]
  const root = version.includes('/') ? `/apis/${version}` : `/api/${version}`
  return `${root}${namespaced ? '/namespaces/default' : ''}/${plural}`
}

/** Cases of one kind: `make` is a create that changes nothing, `change` a merge patch of an object that is created before. */
export function casesOf(kind, { spec: base = {} } = {}) {
  const path = collectionOf(kind)
  const apiVersion = RESOURCES[kind][0]
  const bodyOf = ({ metadata = {}, ...rest }) => ({
    apiVersion,
    kind,
    metadata: { name: 'a', ...metadata },
    ...rest,
  })
  const make = (name, members) => ({ name, steps: [{ method: 'POST', path: path + DRY, body: bodyOf(members) }] })
  // Some things are only looked at when they are given out.
  const really = (name, members) => {
    const body = bodyOf(members)
    const after = [{ method: 'DELETE', path: `${path}/${body.metadata.name}` }]
    return { name, steps: [{ method: 'POST', path, body }], after }
  }
  let changed = 0
  const change = (name, members, patch) => {
    const body = bodyOf({ ...members, metadata: { name: `change-${changed++}`, ...members.metadata } })
    const at = `${path}/${body.metadata.name}`
    const last = { method: 'PATCH', path: at + DRY, type: 'application/merge-patch+json', body: patch }
    return { name, steps: [{ method: 'POST', path, body }, last], after: [{ method: 'DELETE', path: at }] }
  }
  return {
    make,
    really,
    change,
    /** The same for kinds whose rules are about `spec`. */
    spec: (name, spec) => make(name, { spec: { ...base, ...spec } }),
    changeSpec: (name, before, after) => change(name, { spec: { ...base, ...before } }, { spec: after }),
  }
}
