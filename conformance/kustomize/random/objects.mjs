import { Raw, write } from './write.mjs'

const NAMES = ['web', 'db', 'api', 'cache', 'job-runner', 'a', 'b.c', 'x1']
const IMAGES = [
  'nginx',
  'nginx:1.25',
  'ghcr.io/acme/web:v1',
  'localhost:5000/api@sha256:abc',
  'redis:7@sha256:0123',
  'busybox',
  'gcr.io/a/b/c:tag.1',
]
const ODD = [
  'yes',
  '~',
  '0777',
  '1e3',
  '0x1f',
  '.inf',
  '2001-01-01',
  '1_000',
  'null',
  '12345678901234567890',
  '"quoted"',
  "'1'",
  '1.10',
  'True',
  '-',
  '|-\n  x',
]
const VALUES = [
  'plain',
  'two words',
  'true',
  '8080',
  '',
  'a: b',
  '# no',
  'line\nbreak\n',
  'trailing ',
  '$(WEB_NAME)',
  'é',
  '<&>',
  'no',
  '1.0',
  'tab\there',
  '{"a":{"b":"c"}}',
  'x: 1\ny:\n  z: two\n',
  'first\n  indented\n\nlast\n\n',
  'a\nb \nc',
  '  lead\nx\n',
]

/** What objects may refer to: names by kind. */
export function names(chance) {
  return chance.pick(NAMES)
}

const meta = (chance, name, more = {}) => ({
  name,
  ...(chance.oneIn(4) ? { namespace: chance.pick(['default', 'one', 'two']) } : {}),
  ...(chance.oneIn(3) ? { labels: pairs(chance) } : {}),
  ...(chance.oneIn(5) ? { annotations: pairs(chance) } : {}),
  ...more,
})

/** Labels or annotations. */
export function pairs(chance) {
  return Object.fromEntries(
    chance.times(1 + chance.below(2), () => [
      chance.pick(['app', 'tier', 'example.com/x', 'env']),
      chance.pick(['web', 'db', 'yes', '1', 'true', 'x']),
    ]),
  )
}

/** A value of a literal or of data. */
export function text(chance) {
  return chance.pick(VALUES)
}

/** An image. */
export function image(chance) {
  return chance.pick(IMAGES)
}

function odd(chance) {
  return chance.oneIn(6) ? new Raw(chance.pick(ODD.slice(0, -2))) : text(chance)
}

function container(chance, at) {
  return {
    name: ['main', 'side', 'log'][at] ?? 'more',
    image: image(chance),
    ...(chance.oneIn(2) ? { env: env(chance) } : {}),
    ...(chance.oneIn(3)
      ? {
          envFrom: [
            chance.oneIn(2) ? { configMapRef: { name: names(chance) } } : { secretRef: { name: names(chance) } },
          ],
        }
      : {}),
    ...(chance.oneIn(3)
      ? {
          ports: chance.times(1 + chance.below(2), (port) => ({
            containerPort: 8080 + port,
            ...(chance.oneIn(2) ? { name: `p${port}`, protocol: 'TCP' } : {}),
          })),
        }
      : {}),
    ...(chance.oneIn(3) ? { args: ['--flag', text(chance), '$(WEB_NAME)'] } : {}),
    ...(chance.oneIn(4) ? { volumeMounts: [{ name: 'vol', mountPath: '/etc/vol' }] } : {}),
    ...(chance.oneIn(4) ? { resources: { limits: { cpu: new Raw('1'), memory: '128Mi' } } } : {}),
  }
}

function env(chance) {
  return chance.times(1 + chance.below(3), (at) => {
    const name = `VAR_${at}`
    if (chance.oneIn(4)) return { name, valueFrom: { configMapKeyRef: { name: names(chance), key: 'k' } } }
    if (chance.oneIn(4)) return { name, valueFrom: { secretKeyRef: { name: names(chance), key: 'k' } } }
    return { name, value: text(chance) }
  })
}

function podSpec(chance) {
  return {
    ...(chance.oneIn(3) ? { serviceAccountName: names(chance) } : {}),
    ...(chance.oneIn(5) ? { initContainers: [container(chance, 0)] } : {}),
    containers: chance.times(1 + chance.below(2), (at) => container(chance, at)),
    ...(chance.oneIn(2) ? { volumes: [volume(chance)] } : {}),
    ...(chance.oneIn(8) ? { imagePullSecrets: [{ name: names(chance) }] } : {}),
    ...(chance.oneIn(8)
      ? {
          affinity: {
            podAntiAffinity: {
              requiredDuringSchedulingIgnoredDuringExecution: [
                { topologyKey: 'h', labelSelector: { matchLabels: pairs(chance) } },
              ],
            },
          },
        }
      : {}),
    ...(chance.oneIn(8) ? { tolerations: [{ key: 'k', operator: 'Exists' }] } : {}),
  }
}

function volume(chance) {
  const name = 'vol'
  const kinds = [
    { configMap: { name: names(chance) } },
    { secret: { secretName: names(chance) } },
    { persistentVolumeClaim: { claimName: names(chance) } },
    { projected: { sources: [{ configMap: { name: names(chance) } }, { secret: { name: names(chance) } }] } },
    { emptyDir: {} },
  ]
  return { name, ...chance.pick(kinds) }
}

const template = (chance) => ({
  ...(chance.oneIn(6)
    ? {}
    : {
        metadata: {
          ...(chance.oneIn(6) ? {} : { labels: pairs(chance) }),
          ...(chance.oneIn(5) ? { annotations: pairs(chance) } : {}),
        },
      }),
  spec: podSpec(chance),
})
const workload = (apiVersion, kind) => (chance, name) => ({
  apiVersion,
  kind,
  metadata: meta(chance, name),
  spec: {
    ...(chance.oneIn(2) ? { replicas: 1 + chance.below(4) } : {}),
    ...(chance.oneIn(5) ? {} : { selector: { matchLabels: pairs(chance) } }),
    ...(kind === 'StatefulSet'
      ? {
          serviceName: names(chance),
          volumeClaimTemplates: [{ metadata: { name: 'data' }, spec: { storageClassName: names(chance) } }],
        }
      : {}),
    template: template(chance),
  },
})
const rules = [{ apiGroups: [''], resources: ['pods'], resourceNames: ['web', 'db'], verbs: ['get'] }]
const binding = (kind) => (chance, name) => ({
  apiVersion: 'rbac.authorization.k8s.io/v1',
  kind,
  metadata: meta(chance, name),
  roleRef: {
    apiGroup: 'rbac.authorization.k8s.io',
    kind: chance.oneIn(2) ? 'ClusterRole' : 'Role',
    name: names(chance),
  },
  subjects: [
    {
      kind: 'ServiceAccount',
      name: chance.oneIn(3) ? 'default' : names(chance),
      ...(chance.oneIn(2) ? { namespace: chance.pick(['default', 'one']) } : {}),
    },
    ...(chance.oneIn(3) ? [{ kind: 'User', name: 'u', apiGroup: 'rbac.authorization.k8s.io' }] : []),
  ],
})
const webhook = (kind) => (chance, name) => ({
  apiVersion: 'admissionregistration.k8s.io/v1',
  kind,
  metadata: meta(chance, name),
  webhooks: [{ name: 'one.example.com', clientConfig: { service: { name: names(chance), namespace: 'default' } } }],
})
const data = (chance) => ({
  ...Object.fromEntries(chance.times(1 + chance.below(3), (at) => [`k${at}`, odd(chance)])),
  ...(chance.oneIn(4) ? { 'settings.yaml': write(settings(chance), chance, { comments: 5 }) } : {}),
  ...(chance.oneIn(8)
    ? { 'settings.json': JSON.stringify(plain(settings(chance)), undefined, chance.pick([0, 2])) }
    : {}),
})

// What a text inside of a text holds: replacements lead into it.
function settings(chance) {
  const values = () => chance.pick([text(chance), odd(chance), chance.below(9), true, 'two words', "it's", ''])
  const all = {
    zone: values(),
    a: values(),
    list: chance.times(1 + chance.below(3), values),
    items: chance.times(1 + chance.below(2), () => ({ name: chance.pick(['x', 'y']), value: values() })),
    deep: { 'b c': values(), b: values(), empty: chance.pick([{}, []]) },
  }
  if (chance.oneIn(4)) {
    all.list[0] = new Raw('&x one')
    all.deep.b = new Raw(chance.pick(['*x', '!!str 1', '!own text']))
  }
  return Object.fromEntries(chance.some(Object.entries(all), 4))
}

function plain(value) {
  return JSON.parse(JSON.stringify(value, (_, each) => (each instanceof Raw ? each.text : each)))
}

/** Makers of objects by kind. */
export const MAKERS = {
  Deployment: workload('apps/v1', 'Deployment'),
  StatefulSet: workload('apps/v1', 'StatefulSet'),
  DaemonSet: workload('apps/v1', 'DaemonSet'),
  Job: (chance, name) => ({
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: meta(chance, name),
    spec: { template: template(chance) },
  }),
  CronJob: (chance, name) => ({
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    metadata: meta(chance, name),
    spec: { schedule: '* * * * *', jobTemplate: { spec: { template: template(chance) } } },
  }),
  Pod: (chance, name) => ({ apiVersion: 'v1', kind: 'Pod', metadata: meta(chance, name), spec: podSpec(chance) }),
  Service: (chance, name) => ({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: meta(chance, name),
    spec: {
      ...(chance.oneIn(4) ? {} : { selector: pairs(chance) }),
      ports: [{ port: 80, targetPort: 'http' }, ...(chance.oneIn(2) ? [{ port: 81, name: 'b' }] : [])],
    },
  }),
  ConfigMap: (chance, name) => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: meta(chance, name),
    data: data(chance),
  }),
  Secret: (chance, name) => ({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: meta(chance, name),
    type: 'Opaque',
    ...(chance.oneIn(2) ? { stringData: { k: 'v' } } : { data: { k: 'dg==' } }),
  }),
  ServiceAccount: (chance, name) => ({
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: meta(chance, name),
    ...(chance.oneIn(3) ? { secrets: [{ name: names(chance) }] } : {}),
  }),
  Role: (chance, name) => ({
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'Role',
    metadata: meta(chance, name),
    rules,
  }),
  ClusterRole: (chance, name) => ({
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRole',
    metadata: { name },
    rules,
  }),
  RoleBinding: binding('RoleBinding'),
  ClusterRoleBinding: binding('ClusterRoleBinding'),
  Ingress: (chance, name) => ({
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: meta(chance, name),
    spec: {
      tls: [{ secretName: names(chance), hosts: ['h'] }],
      rules: [
        {
          host: 'h',
          http: {
            paths: [
              { path: '/', pathType: 'Prefix', backend: { service: { name: names(chance), port: { number: 80 } } } },
            ],
          },
        },
      ],
    },
  }),
  HorizontalPodAutoscaler: (chance, name) => ({
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: meta(chance, name),
    spec: {
      scaleTargetRef: { apiVersion: 'apps/v1', kind: chance.pick(['Deployment', 'StatefulSet']), name: names(chance) },
      minReplicas: 1,
      maxReplicas: 3,
    },
  }),
  PodDisruptionBudget: (chance, name) => ({
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: meta(chance, name),
    spec: { minAvailable: 1, selector: { matchLabels: pairs(chance) } },
  }),
  NetworkPolicy: (chance, name) => ({
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: meta(chance, name),
    spec: {
      podSelector: { matchLabels: pairs(chance) },
      ingress: [{ from: [{ podSelector: { matchLabels: pairs(chance) } }] }],
    },
  }),
  PersistentVolumeClaim: (chance, name) => ({
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: meta(chance, name),
    spec: { volumeName: names(chance), storageClassName: names(chance) },
  }),
  PersistentVolume: (chance, name) => ({
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: { name },
    spec: { capacity: { storage: '1Gi' } },
  }),
  StorageClass: (chance, name) => ({
    apiVersion: 'storage.k8s.io/v1',
    kind: 'StorageClass',
    metadata: { name },
    provisioner: 'p',
  }),
  Namespace: (chance, name) => ({
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name, ...(chance.oneIn(3) ? { labels: pairs(chance) } : {}) },
  }),
  CustomResourceDefinition: (chance, name) => ({
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${name}.example.com` },
    spec: {
      group: 'example.com',
      names: { kind: 'Thing', plural: 'things' },
      scope: 'Namespaced',
      ...(chance.oneIn(2)
        ? {
            conversion: {
              strategy: 'Webhook',
              webhook: { clientConfig: { service: { name: names(chance), namespace: 'default' } } },
            },
          }
        : {}),
    },
  }),
  Thing: (chance, name) => ({
    apiVersion: 'example.com/v1',
    kind: 'Thing',
    metadata: meta(chance, name),
    spec: {
      image: image(chance),
      list: [
        { name: 'a', value: odd(chance) },
        { name: 'b', value: 2 },
      ],
      ref: { kind: 'ConfigMap', name: names(chance) },
      empty: new Raw('null'),
      float: new Raw(chance.pick(['1.5', '1e10', '3.0', '0.1', '1e-7'])),
      big: new Raw('123456789012'),
    },
  }),
  APIService: (chance, name) => ({
    apiVersion: 'apiregistration.k8s.io/v1',
    kind: 'APIService',
    metadata: { name: `v1.${name}` },
    spec: { service: { name: names(chance), namespace: 'default' } },
  }),
  MutatingWebhookConfiguration: webhook('MutatingWebhookConfiguration'),
  ValidatingWebhookConfiguration: webhook('ValidatingWebhookConfiguration'),
}

const COMMON = [
  'Deployment',
  'StatefulSet',
  'Service',
  'ConfigMap',
  'Secret',
  'ServiceAccount',
  'Deployment',
  'Thing',
  'RoleBinding',
  'Ingress',
]

/** A new object that is none of those of the identities given. */
export function newObject(chance, taken) {
  for (let tries = 0; tries < 20; tries++) {
    const kind = chance.oneIn(2) ? chance.pick(COMMON) : chance.pick(Object.keys(MAKERS))
    const name = names(chance)
    if (taken.has(`${kind}/${name}`)) continue
    taken.add(`${kind}/${name}`)
    return MAKERS[kind](chance, name)
  }
  return undefined
}

/** Group and version of an object, as selectors name them. */
export function gvOf({ apiVersion }) {
  const [group, version] = apiVersion.includes('/') ? apiVersion.split('/') : ['', apiVersion]
  return { ...(group === '' ? {} : { group }), version }
}
