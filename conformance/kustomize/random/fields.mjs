import { gvOf, image, names, pairs, text } from './objects.mjs'
import { PLUGINS } from './plugins.mjs'
import { replacement } from './replacement.mjs'
import { Raw, write } from './write.mjs'

const WORKLOADS = new Set(['Deployment', 'StatefulSet', 'DaemonSet', 'Job'])
const SCALED = new Set(['Deployment', 'StatefulSet'])

const target = (object) => ({ kind: object.kind, name: object.metadata.name })
const identity = (object) => ({
  apiVersion: object.apiVersion,
  kind: object.kind,
  metadata: {
    name: object.metadata.name,
    ...(object.metadata.namespace ? { namespace: object.metadata.namespace } : {}),
  },
})

function containerPatch(chance, object) {
  const containers = object.spec.template.spec.containers
  const name = chance.oneIn(5) ? 'added' : chance.pick(containers).name
  const first = chance.pick([
    { image: image(chance) },
    {
      env: [
        { name: 'VAR_0', value: text(chance) },
        { name: 'NEW', value: 'n' },
      ],
    },
    { ports: [{ containerPort: 8080, name: 'web' }] },
    { args: ['only'] },
    { volumeMounts: [{ mountPath: '/etc/vol', name: 'other' }] },
    { $patch: 'delete' },
    { $patch: 'replace', image: 'only' },
    { envFrom: [{ secretRef: { name: names(chance) } }, { $patch: 'replace' }] },
    {
      env: [
        { name: 'VAR_0', $patch: 'delete' },
        { name: 'VAR_1', value: null },
      ],
    },
    { '$setElementOrder/env': [{ name: 'NEW' }, { name: 'VAR_0' }], env: [{ name: 'NEW', value: 'n' }] },
    {
      ports: [
        { containerPort: 8080, protocol: 'UDP' },
        { containerPort: 8080, protocol: 'TCP', name: 'tcp' },
      ],
    },
    { command: [], livenessProbe: { httpGet: { path: '/', port: 80 } } },
    { resources: { limits: { cpu: null, memory: '1Gi' } } },
  ])
  return {
    template: {
      spec: {
        containers: [{ name, ...first }],
        ...(chance.oneIn(4)
          ? { volumes: [{ name: 'vol', $patch: chance.pick(['delete', 'replace']), emptyDir: {} }] }
          : {}),
      },
    },
  }
}

/** What a strategic merge patch changes. */
function change(chance, object) {
  const anywhere = [
    { metadata: { labels: pairs(chance) } },
    { metadata: { annotations: { ...pairs(chance), gone: null } } },
    { metadata: { labels: null } },
    { metadata: { annotations: chance.oneIn(3) ? null : { $patch: 'replace', fresh: 'x' } } },
    { extra: { list: ['a', 'b'], map: { $patch: 'replace', k: 'v' } } },
    { metadata: { finalizers: ['a', 'b'], ownerReferences: [{ uid: 'u', name: 'o', kind: 'K', apiVersion: 'v1' }] } },
    { extra: { $retainKeys: ['kept'], kept: 1 } },
    { metadata: { annotations: { 'config.kubernetes.io/local-config': chance.pick(['true', 'false']) } } },
  ]
  if (WORKLOADS.has(object.kind)) {
    return chance.pick([
      ...anywhere,
      { spec: containerPatch(chance, object) },
      { spec: containerPatch(chance, object) },
      { spec: { replicas: 7 } },
      { spec: { strategy: { type: 'Recreate', rollingUpdate: null } } },
    ])
  }
  if (object.kind === 'Service')
    return chance.pick([
      ...anywhere,
      { spec: { ports: [{ port: 80, targetPort: 9 }, { port: 90 }] } },
      { spec: { selector: { $patch: 'replace', only: 'x' } } },
    ])
  if (object.kind === 'ConfigMap')
    return chance.pick([...anywhere, { data: { k0: text(chance), new: 'x' } }, { data: { k0: null } }])
  if (object.kind === 'Thing')
    return chance.pick([
      ...anywhere,
      { spec: { list: [{ name: 'a' }] } },
      { spec: { empty: { now: 'full' }, float: new Raw('2.50') } },
    ])
  return chance.pick(anywhere)
}

function merged(object, more) {
  const base = identity(object)
  return { ...base, ...more, metadata: { ...base.metadata, ...more.metadata } }
}

function mergePatch(chance, object) {
  if (chance.oneIn(25)) return { ...identity(object), $patch: 'delete' }
  return merged(object, change(chance, object))
}

function operations(chance, object) {
  const list = [
    [{ op: 'add', path: '/metadata/annotations', value: { patched: 'yes' } }],
    [{ op: 'add', path: '/metadata/labels', value: pairs(chance) }],
    ...(object.metadata.annotations || chance.oneIn(6)
      ? [[{ op: 'add', path: '/metadata/annotations/new', value: 'x' }]]
      : []),
    [
      { op: 'add', path: '/added', value: [1, 'two', { three: null }] },
      { op: 'add', path: '/added/-', value: 4.5 },
      { op: 'remove', path: '/added/0' },
    ],
    [
      { op: 'test', path: '/kind', value: object.kind },
      { op: 'copy', from: '/metadata/name', path: '/copied' },
    ],
    [
      { op: 'add', path: '/metadata/annotations', value: {} },
      { op: 'add', path: '/metadata/annotations/a~1b', value: text(chance) },
    ],
  ]
  if (WORKLOADS.has(object.kind)) {
    list.push([{ op: 'replace', path: '/spec/template/spec/containers/0/image', value: image(chance) }])
    list.push([
      { op: 'add', path: '/spec/template/spec/containers/0/args', value: ['x'] },
      { op: 'add', path: '/spec/template/spec/containers/0/args/0', value: 'first' },
    ])
    list.push([
      { op: 'move', from: '/spec/template/spec/containers/0/image', path: '/spec/image' },
      { op: 'add', path: '/spec/replicas', value: 9 },
    ])
  }
  return chance.pick(list)
}

const listText = (chance, list) => (chance.oneIn(3) ? JSON.stringify(list) : write(list, chance))

/** Puts a text where an entry wants it: inline or in a file. */
function place(layer, chance, content, name) {
  if (chance.oneIn(2)) return { patch: content }
  const path = `${name}-${layer.count++}.yaml`
  layer.files[path] = content
  return { path }
}

function selector(chance, object) {
  return chance.pick([
    target(object),
    { kind: object.kind },
    { kind: object.kind, name: `${object.metadata.name.slice(0, 1)}.*` },
    { name: object.metadata.name, version: object.apiVersion.split('/').at(-1) },
    { kind: 'Deployment|StatefulSet' },
    { namespace: object.metadata.namespace ?? chance.pick(['one', 'default', 'space']) },
    { group: 'apps|', kind: object.kind },
    { labelSelector: chance.pick(['app=web', 'app in (web,db)', '!tier', 'app!=db']) },
    { labelSelector: chance.pick(['app', '!env']), kind: object.kind },
    { labelSelector: chance.pick(['app notin (x)', 'tier']), kind: object.kind },
    { annotationSelector: 'env=x', kind: object.kind },
    { annotationSelector: '!env', namespace: '.*', kind: object.kind },
    { annotationSelector: '!nothing', namespace: object.metadata.namespace ?? 'none', name: object.metadata.name },
  ])
}

const patchOf = (layer, chance) => {
  const object = chance.pick(layer.objects)
  const roll = chance.below(3)
  if (roll === 0) return place(layer, chance, write(mergePatch(chance, object), chance), 'merge')
  if (roll === 1) {
    const more = change(chance, object)
    const options = chance.oneIn(3)
      ? { options: chance.pick([{ allowNameChange: chance.oneIn(2) }, { allowKindChange: chance.oneIn(2) }]) }
      : {}
    const goal = { ...target(object), ...(chance.oneIn(3) ? gvOf(object) : {}) }
    return { ...place(layer, chance, write(merged(object, more), chance), 'merge'), target: goal, ...options }
  }
  return {
    ...place(layer, chance, listText(chance, operations(chance, object)), 'json'),
    target: chance.oneIn(2)
      ? target(object)
      : selector(chance, chance.pick(layer.objects.filter((each) => each.kind === object.kind))),
  }
}

function generator(layer, chance, kind) {
  const made = [...layer.generated].filter((key) => key.startsWith(`${kind}/`)).map((key) => key.split('/')[1])
  const name = made.length > 0 && chance.oneIn(3) ? chance.pick(made) : chance.pick(['web', 'settings', 'gen', 'db'])
  const literals = chance.times(1 + chance.below(2), (at) => `k${at}=${text(chance)}`)
  const options = chance.pick([
    undefined,
    undefined,
    { disableNameSuffixHash: true },
    { labels: pairs(chance) },
    { annotations: pairs(chance), immutable: true },
  ])
  const entry = { name, ...(chance.oneIn(4) ? { namespace: chance.pick(['one', 'two']) } : {}), literals }
  if (options !== undefined) entry.options = options
  if (kind === 'Secret' && chance.oneIn(3)) entry.type = 'kubernetes.io/tls'
  if (chance.oneIn(3)) {
    layer.files['file.txt'] = chance.pick(['content\n', '\u00e4\n\ttab\n', 'no end', ''])
    entry.files = [chance.pick(['file.txt', 'renamed=file.txt'])]
  }
  if (chance.oneIn(4)) {
    layer.files['vars.env'] = 'A=1\n# comment\nB=two words\n\nC\n'
    if (chance.oneIn(2)) entry.env = 'vars.env'
    else entry.envs = ['vars.env']
  }
  const key = `${kind}/${name}/${entry.namespace ?? ''}`
  if (layer.generated.has(key)) entry.behavior = chance.pick(['merge', 'replace'])
  else if (layer.taken.has(`${kind}/${name}`)) return undefined
  layer.generated.add(key)
  layer.taken.add(`${kind}/${name}`)
  return entry
}

/** Makers of fields: each gives a value or undefined where the layer has nothing to apply it to. */
export const FIELDS = {
  namePrefix: (_layer, chance) => chance.pick(['pre-', 'x', 'dev-']),
  nameSuffix: (_layer, chance) => chance.pick(['-suf', '-v2', '1']),
  namespace: (_layer, chance) => chance.pick(['space', 'one', 'default']),
  commonLabels: (_layer, chance) => pairs(chance),
  commonAnnotations: (_layer, chance) => pairs(chance),
  labels: (_layer, chance) =>
    chance.times(1 + chance.below(2), () => ({
      pairs: pairs(chance),
      ...chance.pick([
        {},
        { includeSelectors: true },
        { includeTemplates: true },
        { includeVolumeClaimTemplates: true, includeTemplates: true },
        { fields: [{ path: 'spec/extra/labels', create: true, kind: 'Deployment' }] },
        {
          fields: [{ group: 'apps', version: 'v1', kind: 'Deployment|StatefulSet', path: 'spec/extra', create: true }],
        },
        { fields: [{ group: 'apps', version: 'v1', path: 'spec/selector/matchLabels' }] },
      ]),
    })),
  images: (_layer, chance) => imageEntries(chance),
  imageTags: (_layer, chance) => imageEntries(chance),
  replicas: (layer, chance) => {
    const scaled = layer.objects.filter((each) => SCALED.has(each.kind))
    return scaled.length === 0 ? undefined : [{ name: chance.pick(scaled).metadata.name, count: chance.below(9) }]
  },
  patches: (layer, chance) => chance.times(1 + chance.below(2), () => patchOf(layer, chance)),
  patchesStrategicMerge: (layer, chance) => {
    const object = chance.pick(layer.objects)
    const { patch, path } = place(layer, chance, write(merged(object, change(chance, object)), chance), 'old')
    return [patch ?? path]
  },
  patchesJson6902: (layer, chance) => {
    const object = chance.pick(layer.objects)
    return [
      {
        target: { ...gvOf(object), ...target(object), ...also(chance, object) },
        ...(chance.oneIn(3) ? { options: { [chance.pick(['allowNameChange', 'allowKindChange'])]: true } } : {}),
        ...place(layer, chance, listText(chance, operations(chance, object)), 'json'),
      },
    ]
  },
  configMapGenerator: (layer, chance) =>
    nonEmpty(chance.times(1 + chance.below(2), () => generator(layer, chance, 'ConfigMap'))),
  secretGenerator: (layer, chance) => nonEmpty([generator(layer, chance, 'Secret')]),
  generatorOptions: (_layer, chance) =>
    chance.pick([
      { labels: pairs(chance) },
      { disableNameSuffixHash: true },
      { annotations: pairs(chance) },
      { immutable: true },
    ]),
  replacements: (layer, chance) => [replacement(layer, chance)],
  vars: (layer, chance) => {
    if (layer.hasVars) return undefined
    layer.hasVars = true
    const object = chance.pick(layer.objects)
    return [
      {
        name: 'WEB_NAME',
        objref: {
          ...(chance.oneIn(3) ? gvOf(object) : { apiVersion: object.apiVersion }),
          ...target(object),
          ...(object.metadata.namespace ? { namespace: object.metadata.namespace } : {}),
        },
        ...(chance.oneIn(2) ? { fieldref: { [chance.pick(['fieldpath', 'fieldPath'])]: 'metadata.name' } } : {}),
      },
    ]
  },
  transformers: (layer, chance) =>
    chance.times(1 + chance.below(4), (at) => {
      const config = chance.pick(PLUGINS)(chance, chance.pick(layer.objects))
      layer.plugins.push(config.kind)
      config.metadata.name += `-${layer.count++}`
      const content = write(config, chance)
      if (chance.oneIn(2)) return content
      layer.files[`plugin-${at}.yaml`] = content
      return `plugin-${at}.yaml`
    }),
  generators: (layer, chance) => {
    const made = generator(layer, chance, chance.pick(['ConfigMap', 'Secret']))
    if (made === undefined) return undefined
    const { name, options, ...rest } = made
    const kind = made.type !== undefined ? 'SecretGenerator' : chance.pick(['ConfigMapGenerator', 'SecretGenerator'])
    return [
      write(
        {
          apiVersion: 'builtin',
          kind,
          metadata: { name: `g-${layer.count++}` },
          name: `${name}-plugged-${layer.count}`,
          ...rest,
          behavior: 'create',
          ...(options ? { options } : {}),
        },
        chance,
      ),
    ]
  },
  // What a validator may change is not compared: it depends on how the library happens to have built its nodes.
  validators: (_layer, chance) => [
    `apiVersion: builtin\nkind: ImageTagTransformer\nmetadata:\n  name: v\nimageTag:\n  name: ${chance.pick(['absent', 'nothing'])}\n  newTag: x\n`,
  ],
  crds: (layer, chance) => {
    layer.files['crd.json'] = JSON.stringify({
      'example.com/v1.Thing': {
        Schema: {
          properties: {
            apiVersion: { type: 'string' },
            kind: { type: 'string' },
            metadata: { type: 'object' },
            spec: { $ref: 'example.com/v1.ThingSpec' },
          },
        },
      },
      'example.com/v1.ThingSpec': {
        Schema: {
          properties: {
            ref: {
              'x-kubernetes-object-ref-api-version': 'v1',
              'x-kubernetes-object-ref-kind': 'ConfigMap',
              ...(chance.oneIn(2) ? { 'x-kubernetes-object-ref-name-key': 'name' } : {}),
            },
            labels: { 'x-kubernetes-label-selector': '' },
            notes: { 'x-kubernetes-annotation': '' },
          },
        },
      },
    })
    return ['crd.json']
  },
  openapi: (layer, chance) => {
    if (chance.oneIn(3)) return { version: 'v1.21.2' }
    const list = {
      type: 'array',
      items: { type: 'object', properties: { name: { type: 'string' } } },
      'x-kubernetes-patch-merge-key': 'name',
      'x-kubernetes-patch-strategy': 'merge',
    }
    layer.files['schema.json'] = JSON.stringify({
      definitions: {
        Thing: {
          type: 'object',
          properties: { spec: { type: 'object', properties: { list } } },
          'x-kubernetes-group-version-kind': [{ group: 'example.com', version: 'v1', kind: 'Thing' }],
        },
      },
    })
    return { path: 'schema.json' }
  },
  buildMetadata: (_layer, chance) => chance.some(['originAnnotations', 'transformerAnnotations', 'managedByLabel'], 2),
  sortOptions: (_layer, chance) =>
    chance.pick([
      { order: 'fifo' },
      { order: 'legacy' },
      { order: 'legacy', legacySortOptions: { orderFirst: ['Service', 'Deployment'], orderLast: ['ConfigMap'] } },
    ]),
  configurations: (layer, chance) => {
    layer.files['config.yaml'] = write(
      chance.pick([
        {
          nameReference: [{ kind: 'ConfigMap', version: 'v1', fieldSpecs: [{ kind: 'Thing', path: 'spec/ref/name' }] }],
        },
        { images: [{ path: 'spec/image', kind: 'Thing' }] },
        { commonLabels: [{ path: 'spec/labels', create: true, kind: 'Thing' }] },
        { namespace: [{ path: 'spec/ns', create: true, kind: 'Thing' }] },
        { replicas: [{ path: 'spec/count', create: true, kind: 'Thing' }] },
        { varReference: [{ path: 'spec/list/value', kind: 'Thing' }] },
      ]),
      chance,
    )
    return ['config.yaml']
  },
}

// What an old target may say besides; selectors are read and not heeded.
function also(chance, { metadata: { namespace } }) {
  if (namespace) return { namespace }
  return chance.oneIn(2) ? { [chance.pick(['labelSelector', 'annotationSelector'])]: 'app=web' } : {}
}

function imageEntries(chance) {
  return chance.times(1 + chance.below(2), () => ({
    name: chance.pick(['nginx', 'redis', 'ghcr.io/acme/web', 'busybox', 'gcr.io/a/b/c', 'none']),
    ...chance.pick([
      { newTag: 'new' },
      { newName: 'other/name' },
      { digest: 'sha256:fff' },
      { newName: 'n', newTag: '2' },
      { newTag: '3', digest: 'sha256:eee' },
      { tagSuffix: '-x' },
    ]),
  }))
}

function nonEmpty(list) {
  const found = list.filter((each) => each !== undefined)
  return found.length === 0 ? undefined : found
}
