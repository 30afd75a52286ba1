import { casesOf } from '../lib/cases.mjs'

const container = { name: 'c', image: 'i' }
const pod = casesOf('Pod', { spec: { automountServiceAccountToken: false, containers: [container] } })
const one = (name, member) => pod.spec(name, { containers: [{ ...container, ...member }] })
const two = (name, ...members) =>
  pod.spec(name, { containers: members.map((member, at) => ({ ...container, name: `c${at}`, ...member })) })
const volume = (name, member) => pod.spec(name, { volumes: [{ name: 'v', ...member }] })
const field = (fieldPath) => ({ env: [{ name: 'A', valueFrom: { fieldRef: { fieldPath } } }] })
const resource = (resourceFieldRef) => ({ env: [{ name: 'A', valueFrom: { resourceFieldRef } }] })
const probe = (livenessProbe) => ({ livenessProbe })
const init = (member) => ({ initContainers: [{ name: 'i', image: 'i', ...member }] })
const toleration = (...tolerations) => ({ tolerations })
const term = { labelSelector: {}, topologyKey: 'a' }
const required = 'requiredDuringSchedulingIgnoredDuringExecution'
const preferred = 'preferredDuringSchedulingIgnoredDuringExecution'
const node = (expression) => ({ affinity: { nodeAffinity: { [required]: { nodeSelectorTerms: [expression] } } } })
const spread = { maxSkew: 1, topologyKey: 'a', whenUnsatisfiable: 'DoNotSchedule', labelSelector: {} }
const projected = (...sources) => ({ projected: { sources } })

export const cases = [
  pod.spec('a pod', {}),
  pod.make('a pod of nothing', { spec: {} }),
  pod.spec('a container of nothing', { containers: [{}] }),
  two('names twice', { name: 'c' }, { name: 'c' }),
  one('a bad name', { name: 'A_b' }),
  one('an image with spaces', { image: ' i' }),
  one('an unknown pull policy', { imagePullPolicy: 'X' }),
  one('an unknown message policy', { terminationMessagePolicy: 'X' }),

  one('an unknown field', field('spec.foo')),
  one('a field of an unknown kind', field('spec.containers')),
  one('a label', field("metadata.labels['a']")),
  one('a label of a bad name', field("metadata.labels['a b']")),
  one('labels', field('metadata.labels')),
  one('no field', field('')),
  one('an unknown resource', resource({ resource: 'limits.foo' })),
  one('no resource', resource({ resource: '' })),
  one('a bad divisor', resource({ resource: 'limits.cpu', divisor: '7' })),
  one('a bad divisor of memory', resource({ resource: 'limits.memory', divisor: '7' })),
  one('a variable without a name', { env: [{ name: '', value: 'x' }] }),
  one('a variable of a bad name', { env: [{ name: 'a=b', value: 'x' }] }),
  one('a variable from nothing', { env: [{ name: 'A', valueFrom: {} }] }),
  one('a variable of both', { env: [{ name: 'A', value: 'x', valueFrom: { secretKeyRef: { name: 'a', key: 'b' } } }] }),
  one('a variable from two', {
    env: [
      { name: 'A', valueFrom: { secretKeyRef: { name: 'a', key: 'b' }, configMapKeyRef: { name: 'a', key: 'b' } } },
    ],
  }),
  one('a variable from no key', { env: [{ name: 'A', valueFrom: { secretKeyRef: { name: '', key: '' } } }] }),
  one('a variable from a bad key', {
    env: [{ name: 'A', valueFrom: { configMapKeyRef: { name: 'A_b', key: 'a/b' } } }],
  }),
  one('variables from nothing', { envFrom: [{}] }),
  one('variables from two', { envFrom: [{ prefix: 'a=', secretRef: { name: 'a' }, configMapRef: { name: 'A_b' } }] }),
  one('variables from no name', { envFrom: [{ secretRef: { name: '' } }] }),

  one('a port out of range', { ports: [{ containerPort: 99999, hostPort: 99999 }] }),
  one('no port', { ports: [{ hostPort: 80 }] }),
  one('an unknown protocol', { ports: [{ containerPort: 80, protocol: 'X' }] }),
  one('port names twice', {
    ports: [
      { containerPort: 80, name: 'a' },
      { containerPort: 81, name: 'a' },
    ],
  }),
  one('bad port names', {
    ports: [
      { containerPort: 80, name: 'A_b' },
      { containerPort: 81, name: 'a--b' },
    ],
  }),
  one('a long port name', { ports: [{ containerPort: 80, name: 'abcdefghijklmnop' }] }),
  one('a port name of digits', { ports: [{ containerPort: 80, name: '123' }] }),
  one('a port name with hyphens around', { ports: [{ containerPort: 80, name: '-a-' }] }),
  one('host ports twice', {
    ports: [
      { containerPort: 80, hostPort: 80 },
      { containerPort: 81, hostPort: 80 },
    ],
  }),
  two(
    'host ports twice in two containers',
    { ports: [{ containerPort: 80, hostPort: 80 }] },
    { ports: [{ containerPort: 81, hostPort: 80 }] },
  ),
  pod.spec('a host port on the host', {
    hostNetwork: true,
    containers: [{ ...container, ports: [{ containerPort: 80, hostPort: 81 }] }],
  }),

  one('negative resources', { resources: { requests: { cpu: '-1' }, limits: { memory: '-1' } } }),
  one('unknown resources', { resources: { requests: { foo: '1' } } }),
  one('resources of a bad name', { resources: { limits: { 'a b': '1' } } }),
  one('a request above the limit', { resources: { requests: { cpu: '2' }, limits: { cpu: '1' } } }),
  one('half a device', { resources: { limits: { 'a.b/gpu': '500m' } } }),
  one('a device without a limit', { resources: { requests: { 'a.b/gpu': '1' } } }),
  one('fewer devices than the limit', { resources: { requests: { 'a.b/gpu': '1' }, limits: { 'a.b/gpu': '2' } } }),
  one('a device', { resources: { limits: { 'a.b/gpu': '1' } } }),
  one('a device of kubernetes', { resources: { limits: { 'kubernetes.io/gpu': '1' } } }),
  one('storage of a container', { resources: { requests: { storage: '1' } } }),
  one('huge pages only', { resources: { limits: { 'hugepages-2Mi': '2Mi' } } }),
  one('claims of nothing', { resources: { claims: [{ name: 'x' }] } }),
  one('a resize policy', { resizePolicy: [{ resourceName: 'cpu', restartPolicy: 'NotRequired' }] }),
  one('an unknown resize policy', { resizePolicy: [{ resourceName: 'foo', restartPolicy: 'X' }] }),

  one('a relative probe', probe({ httpGet: { path: 'x', port: 0 } })),
  one('a probe of nothing', probe({})),
  one('a probe of two', probe({ httpGet: { port: 80 }, tcpSocket: { port: 80 } })),
  one(
    'a probe of an unknown scheme',
    probe({ httpGet: { port: 80, scheme: 'X', httpHeaders: [{ name: 'a b', value: 'c' }] } }),
  ),
  one('a probe of a bad port', probe({ tcpSocket: { port: 'a--b' } })),
  one('a probe of a port out of range', probe({ grpc: { port: 99999 } })),
  one('a probe without a command', probe({ exec: { command: [] } })),
  one('a probe that must succeed twice', probe({ tcpSocket: { port: 1 }, successThreshold: 2 })),
  one(
    'a probe of negative times',
    probe({
      tcpSocket: { port: 1 },
      initialDelaySeconds: -1,
      timeoutSeconds: -1,
      periodSeconds: -1,
      failureThreshold: -1,
    }),
  ),
  one('a probe of no grace', probe({ tcpSocket: { port: 1 }, terminationGracePeriodSeconds: 0 })),
  one('a readiness probe with a grace', {
    readinessProbe: { tcpSocket: { port: 1 }, terminationGracePeriodSeconds: 5 },
  }),
  pod.spec('a sleep longer than the grace', {
    terminationGracePeriodSeconds: 5,
    containers: [{ ...container, lifecycle: { preStop: { sleep: { seconds: 50 } } } }],
  }),
  one('a hook of nothing', { lifecycle: { postStart: {} } }),
  one('a signal without a system', { lifecycle: { stopSignal: 'SIGINT' } }),
  pod.spec('an unknown signal', {
    os: { name: 'linux' },
    containers: [{ ...container, lifecycle: { stopSignal: 'X' } }],
  }),
  pod.spec('an unknown system', { os: { name: 'x' } }),
  pod.spec('a system of nothing', { os: { name: '' } }),

  pod.spec(
    'an init container with a probe',
    init({ readinessProbe: { tcpSocket: { port: 1 } }, lifecycle: { preStop: { exec: { command: ['x'] } } } }),
  ),
  pod.spec('a sidecar with a probe', init({ restartPolicy: 'Always', readinessProbe: { tcpSocket: { port: 1 } } })),
  pod.spec('an init container of the same name', init({ name: 'c' })),
  pod.spec('an init container with an unknown policy', init({ restartPolicy: 'X' })),
  one('an unknown restart policy of a container', { restartPolicy: 'X' }),
  one('rules without a policy', {
    restartPolicyRules: [{ action: 'Restart', exitCodes: { operator: 'In', values: [1] } }],
  }),
  one('bad rules', {
    restartPolicy: 'Never',
    restartPolicyRules: [{ action: 'X', exitCodes: { operator: 'X', values: [1] } }, { action: 'Restart' }],
  }),
  pod.spec('an ephemeral container', { ephemeralContainers: [{ name: 'e', image: 'i' }] }),

  pod.spec('a bad host name', { hostname: 'Foo_Bar', subdomain: 'Foo_Bar' }),
  pod.spec('a long host name', { hostname: 'a'.repeat(64) }),
  pod.spec('a bad node name', { nodeName: 'A_b' }),
  pod.spec('a bad account', { serviceAccountName: 'A_b' }),
  pod.spec('a bad node selector', { nodeSelector: { 'a b': 'c' } }),
  pod.spec('a negative deadline', { activeDeadlineSeconds: 0 }),
  pod.spec('an unknown restart policy', { restartPolicy: 'X' }),
  pod.spec('a bad class', { priorityClassName: 'A_b' }),
  pod.spec('an unknown preemption', { preemptionPolicy: 'X' }),
  pod.spec('a priority of its own', { priority: 5 }),
  pod.spec('the priority that it has', { priority: 0 }),
  pod.spec('a system class', { priorityClassName: 'system-node-critical' }),
  pod.spec('a class and another priority', { priorityClassName: 'system-node-critical', priority: 5 }),
  pod.spec('no class', { priorityClassName: 'none' }),
  pod.spec('a bad runtime class', { runtimeClassName: 'A_b' }),
  pod.spec('a bad alias', { hostAliases: [{ ip: 'x', hostnames: ['A_b'] }] }),
  pod.spec('a bad gate', {
    schedulingGates: [{ name: 'a b' }, { name: 'c' }, { name: 'c' }],
    readinessGates: [{ conditionType: 'a b' }],
  }),
  pod.spec('a gate and a node', { schedulingGates: [{ name: 'c' }], nodeName: 'n' }),
  pod.spec('unknown name servers', { dnsPolicy: 'None' }),
  pod.spec('no name servers', { dnsPolicy: 'None', dnsConfig: {} }),
  pod.spec('an unknown policy of names', { dnsPolicy: 'X' }),
  pod.spec('bad name servers', {
    dnsConfig: { nameservers: ['x', '1.1.1.1', '1.1.1.2', '1.1.1.3'], searches: ['A b'], options: [{ name: '' }] },
  }),
  pod.spec('users of the host', {
    securityContext: { runAsUser: -1, runAsGroup: -1, fsGroup: -1, supplementalGroups: [-1] },
  }),
  pod.spec('an unknown change of owner', { securityContext: { fsGroupChangePolicy: 'X' } }),
  pod.spec('an unknown filter', { securityContext: { seccompProfile: { type: 'X' } } }),
  pod.spec('a filter of nothing', { securityContext: { seccompProfile: { type: 'Localhost' } } }),
  pod.spec('a profile of the default', {
    securityContext: { seccompProfile: { type: 'RuntimeDefault', localhostProfile: 'x' } },
  }),
  one('a privileged container that must not be', {
    securityContext: { privileged: true, allowPrivilegeEscalation: false },
  }),
  one('a container of a bad user', { securityContext: { runAsUser: -1, procMount: 'X' } }),
  pod.spec('shared processes on the host', { hostPID: true, shareProcessNamespace: true }),

  pod.spec('an unknown operator of a toleration', toleration({ key: 'a', operator: 'X' })),
  pod.spec('a toleration of everything with a value', toleration({ key: '', operator: 'Equal' })),
  pod.spec('a toleration with a value that exists', toleration({ key: 'a', operator: 'Exists', value: 'x' })),
  pod.spec('a toleration of a bad value', toleration({ key: 'a b', operator: 'Equal', value: 'x y' })),
  pod.spec('a toleration of an unknown effect', toleration({ key: 'a', operator: 'Exists', effect: 'X' })),
  pod.spec(
    'a toleration for a time',
    toleration({ key: 'a', operator: 'Exists', effect: 'NoSchedule', tolerationSeconds: 5 }),
  ),
  pod.spec('a toleration of numbers', toleration({ key: 'a', operator: 'Gt', value: 'x' })),

  pod.spec('a topology without a key', {
    affinity: { podAntiAffinity: { [required]: [{ ...term, topologyKey: '' }] } },
  }),
  pod.spec('a weight out of range', {
    affinity: { podAffinity: { [preferred]: [{ weight: 0, podAffinityTerm: term }] } },
  }),
  pod.spec('a bad selector of an affinity', {
    affinity: {
      podAffinity: {
        [required]: [
          { ...term, namespaces: ['A_b'], labelSelector: { matchExpressions: [{ key: 'a', operator: 'X' }] } },
        ],
      },
    },
  }),
  pod.spec('keys without a selector', {
    affinity: { podAffinity: { [required]: [{ topologyKey: 'a', matchLabelKeys: ['x'] }] } },
  }),
  pod.spec('no terms', { affinity: { nodeAffinity: { [required]: { nodeSelectorTerms: [] } } } }),
  pod.spec('a node without values', node({ matchExpressions: [{ key: 'a', operator: 'In' }] })),
  pod.spec('a node with values', node({ matchExpressions: [{ key: 'a', operator: 'Exists', values: ['x'] }] })),
  pod.spec('a node greater than two', node({ matchExpressions: [{ key: 'a', operator: 'Gt', values: ['1', '2'] }] })),
  pod.spec(
    'a node of an unknown operator',
    node({ matchExpressions: [{ key: 'a b', operator: 'X', values: ['x y'] }] }),
  ),
  pod.spec('a node of an unknown field', node({ matchFields: [{ key: 'x', operator: 'Exists' }] })),
  pod.spec('a node of a weight out of range', {
    affinity: { nodeAffinity: { [preferred]: [{ weight: 101, preference: {} }] } },
  }),

  pod.spec('a spread', { topologySpreadConstraints: [spread] }),
  pod.spec('a spread of nothing', {
    topologySpreadConstraints: [{ maxSkew: 0, topologyKey: '', whenUnsatisfiable: 'X' }],
  }),
  pod.spec('a spread twice', { topologySpreadConstraints: [spread, spread] }),
  pod.spec('a spread over no domains', {
    topologySpreadConstraints: [{ ...spread, minDomains: 0, whenUnsatisfiable: 'ScheduleAnyway' }],
  }),
  pod.spec('a spread of unknown policies', {
    topologySpreadConstraints: [{ ...spread, nodeAffinityPolicy: 'X', nodeTaintsPolicy: 'X' }],
  }),
  pod.spec('a spread of keys twice', {
    topologySpreadConstraints: [{ ...spread, labelSelector: { matchLabels: { x: 'y' } }, matchLabelKeys: ['x'] }],
  }),

  volume('a volume', { emptyDir: {} }),
  volume('a volume of two kinds', { emptyDir: {}, secret: { secretName: 'x' } }),
  volume('a negative volume', { emptyDir: { sizeLimit: '-1' } }),
  volume('a secret without a name', { secret: {} }),
  volume('a config without a name', { configMap: {} }),
  volume('an item with a path that walks', { configMap: { name: 'x', items: [{ key: 'a', path: '/etc/../x' }] } }),
  volume('an item of nothing', { secret: { secretName: 'x', items: [{ key: '', path: '' }] } }),
  volume('an item with a bad mode', {
    secret: { secretName: 'x', defaultMode: 9999, items: [{ key: 'a', path: '..a', mode: -1 }] },
  }),
  volume('a claim without a name', { persistentVolumeClaim: { claimName: '' } }),
  volume('a path of the host that walks', { hostPath: { path: '/a/../b', type: 'X' } }),
  volume('a file of an unknown field', {
    downwardAPI: { items: [{ path: 'a', fieldRef: { fieldPath: 'spec.nodeName' } }] },
  }),
  volume('a file of nothing', { downwardAPI: { items: [{ path: '' }] } }),
  volume('a file of a resource without a container', {
    downwardAPI: { items: [{ path: 'a', resourceFieldRef: { resource: 'limits.cpu' } }] },
  }),
  volume(
    'paths twice',
    projected(
      { secret: { name: 'a', items: [{ key: 'a', path: 'x' }] } },
      { configMap: { name: 'b', items: [{ key: 'a', path: 'x' }] } },
    ),
  ),
  volume('a projection of two', projected({ secret: { name: 'a' }, configMap: { name: '' } })),
  volume('a short token', projected({ serviceAccountToken: { path: '', expirationSeconds: 5 } })),
  pod.spec('volumes twice', {
    volumes: [
      { name: 'v', emptyDir: {} },
      { name: 'v', emptyDir: {} },
    ],
  }),
  pod.spec('a volume of a bad name', {
    volumes: [
      { name: 'A_b', emptyDir: {} },
      { name: '', emptyDir: {} },
    ],
  }),
  one('a mount of nothing', { volumeMounts: [{ name: 'x', mountPath: '' }] }),
  pod.spec('mounts twice', {
    volumes: [{ name: 'v', emptyDir: {} }],
    containers: [
      {
        ...container,
        volumeMounts: [
          { name: 'v', mountPath: '/a' },
          { name: 'v', mountPath: '/a', subPath: '../x' },
          { name: 'v', mountPath: '/b', subPath: 'a', subPathExpr: '/b' },
        ],
      },
    ],
  }),
  pod.spec('an unknown propagation', {
    volumes: [{ name: 'v', emptyDir: {} }],
    containers: [
      {
        ...container,
        volumeMounts: [
          { name: 'v', mountPath: '/a', mountPropagation: 'X' },
          { name: 'v', mountPath: '/b', mountPropagation: 'Bidirectional' },
        ],
      },
    ],
  }),

  pod.changeSpec('another image', {}, { containers: [{ ...container, image: 'j' }] }),
  pod.changeSpec('another command', {}, { containers: [{ ...container, command: ['x'] }] }),
  pod.changeSpec('another container', {}, { containers: [container, { ...container, name: 'd' }] }),
  pod.changeSpec('a deadline later', {}, { activeDeadlineSeconds: 5 }),
  pod.changeSpec('a longer deadline', { activeDeadlineSeconds: 5 }, { activeDeadlineSeconds: 6 }),
  pod.changeSpec('no deadline any more', { activeDeadlineSeconds: 5 }, { activeDeadlineSeconds: null }),
  pod.changeSpec('a shorter grace', {}, { terminationGracePeriodSeconds: 5 }),
  pod.changeSpec('fewer tolerations', toleration({ key: 'a', operator: 'Exists' }), { tolerations: [] }),
  pod.changeSpec('a node later', {}, { nodeName: 'x' }),
  pod.changeSpec('a node selector of a gated pod', { schedulingGates: [{ name: 'a' }] }, { nodeSelector: { a: 'b' } }),
  pod.changeSpec(
    'another node selector of a gated pod',
    { schedulingGates: [{ name: 'a' }], nodeSelector: { a: 'b' } },
    { nodeSelector: { a: 'c' } },
  ),
  pod.changeSpec(
    'an affinity of a gated pod',
    { schedulingGates: [{ name: 'a' }] },
    node({ matchExpressions: [{ key: 'a', operator: 'Exists' }] }),
  ),
  pod.changeSpec('another class', {}, { priorityClassName: 'system-node-critical' }),
  pod.changeSpec('other labels', {}, { nodeSelector: { a: 'b' } }),
  pod.changeSpec('a gate later', { schedulingGates: [{ name: 'a' }] }, { schedulingGates: [{ name: 'b' }] }),
  pod.changeSpec('no gates any more', { schedulingGates: [{ name: 'a' }] }, { schedulingGates: [] }),
]
