import { gvOf, pairs } from './objects.mjs'

const identity = ({ apiVersion, kind, metadata: { name, namespace } }) => ({
  apiVersion,
  kind,
  metadata: { name, ...(namespace ? { namespace } : {}) },
})

const FIELD_SPECS = [{ path: 'metadata/labels', create: true }]
/** Makers of configurations of the built-in transformers, each for a chance and an object that is there. */
export const PLUGINS = [
  () => ({
    apiVersion: 'builtin',
    kind: 'PrefixTransformer',
    metadata: { name: 'p' },
    prefix: 'plug-',
    fieldSpecs: [{ path: 'metadata/name' }],
  }),
  (chance) => ({
    apiVersion: 'builtin',
    kind: 'LabelTransformer',
    metadata: { name: 'l' },
    labels: pairs(chance),
    fieldSpecs: FIELD_SPECS,
  }),
  (chance) => ({
    apiVersion: 'builtin',
    kind: 'AnnotationsTransformer',
    metadata: { name: 'a' },
    annotations: pairs(chance),
    fieldSpecs: [{ path: 'metadata/annotations', create: true }],
  }),
  () => ({
    apiVersion: 'builtin',
    kind: 'NamespaceTransformer',
    metadata: { name: 'n', namespace: 'plugged' },
    unsetOnly: true,
    setRoleBindingSubjects: 'allServiceAccounts',
  }),
  () => ({
    apiVersion: 'builtin',
    kind: 'ImageTagTransformer',
    metadata: { name: 'i' },
    imageTag: { name: 'nginx', newTag: 'plug' },
  }),
  () => ({
    apiVersion: 'builtin',
    kind: 'ValueAddTransformer',
    metadata: { name: 'v' },
    value: 'added',
    targets: [
      { selector: { kind: 'Deployment' }, fieldPath: 'metadata/annotations/added' },
      { selector: { kind: 'Service' }, fieldPath: 'metadata/namespace' },
    ],
  }),
  (_chance, object) => ({
    apiVersion: 'builtin',
    kind: 'ReplicaCountTransformer',
    metadata: { name: 'r' },
    replica: { name: object.metadata.name, count: 5 },
    fieldSpecs: [{ path: 'spec/replicas', create: true }],
  }),
  (chance) => ({
    apiVersion: 'builtin',
    kind: 'PatchTransformer',
    metadata: { name: 'pt' },
    target: { kind: chance.pick(['Deployment', 'ConfigMap', 'Service']) },
    patch: '- op: add\n  path: /metadata/labels\n  value: {patched: "1"}\n',
  }),
  () => ({
    apiVersion: 'builtin',
    kind: 'SuffixTransformer',
    metadata: { name: 's' },
    suffix: '-plug',
    fieldSpecs: [{ path: 'metadata/name' }],
  }),
  (chance, object) => ({
    apiVersion: 'builtin',
    kind: 'PatchJson6902Transformer',
    metadata: { name: 'pj' },
    target: { ...gvOf(object), kind: object.kind, name: object.metadata.name },
    jsonOp: '[{"op": "add", "path": "/metadata/annotations", "value": {"plugged": "json"}}]',
  }),
  (chance, object) => ({
    apiVersion: 'builtin',
    kind: 'PatchStrategicMergeTransformer',
    metadata: { name: 'ps' },
    patches: `${JSON.stringify({ ...identity(object), metadata: { ...identity(object).metadata, labels: pairs(chance) } })}\n`,
  }),
  (chance, object) => ({
    apiVersion: 'builtin',
    kind: 'ReplacementTransformer',
    metadata: { name: 're' },
    replacements: [
      {
        source: { kind: object.kind, name: object.metadata.name },
        targets: [
          {
            select: { kind: object.kind },
            fieldPaths: [chance.pick(['metadata.annotations.source', 'metadata.labels.app'])],
            options: { create: true },
          },
        ],
      },
    ],
  }),
  () => ({
    apiVersion: 'builtin',
    kind: 'PrefixSuffixTransformer',
    metadata: { name: 'px' },
    prefix: 'both-',
    suffix: '-ends',
    fieldSpecs: [{ path: 'metadata/name' }],
  }),
  () => ({ apiVersion: 'builtin', kind: 'HashTransformer', metadata: { name: 'h' } }),
]
