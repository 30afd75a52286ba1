import { expect, test } from 'vitest'
import { type ChartRequest, type FunctionRequest, renderObjects } from '../src/index.ts'
import { build, configMap, deployment, failureOf, result, single } from './build.ts'

function withTransformer(config: string, ...documents: readonly string[]): string {
  return build({
    ...single('transformers: [t.yaml]\n', ...documents),
    't.yaml': `apiVersion: builtin\nmetadata: {name: t}\n${config}`,
  })
}

test.each([
  ['kind: PrefixTransformer\nprefix: p-\nfieldSpecs: [{path: metadata/name}]\n', 'name: p-map\n'],
  ['kind: SuffixTransformer\nsuffix: -s\nfieldSpecs: [{path: metadata/name}]\n', 'name: map-s\n'],
  [
    'kind: LabelTransformer\nlabels: {a: "1"}\nfieldSpecs: [{path: metadata/labels, create: true}]\n',
    '  labels:\n    a: "1"\n',
  ],
  [
    'kind: AnnotationsTransformer\nannotations: {a: b}\nfieldSpecs: [{path: metadata/annotations, create: true}]\n',
    '  annotations:\n    a: b\n',
  ],
  ['kind: PatchTransformer\ntarget: {kind: ConfigMap}\npatch: "data: {key: patched}"\n', 'unable to parse'],
  ['kind: ValueAddTransformer\nvalue: mid\ntargets: [{fieldPath: data/key, filePathPosition: 2}]\n', '  key: v/mid\n'],
  [
    'kind: ReplacementTransformer\nreplacements: [{sourceValue: x, targets: [{select: {kind: ConfigMap}, fieldPaths: [data.key]}]}]\n',
    '  key: x\n',
  ],
])('%j works from a file of its own', (config, wanted) => {
  const run = (): string => withTransformer(config, configMap('map'))
  if (wanted.startsWith('unable')) expect(run).toThrow(wanted)
  else expect(run()).toContain(wanted)
})

test('a namespace transformer may leave namespaces that are set', () => {
  const set = configMap('set').replace('name: set', 'name: set\n  namespace: own')
  const text = build({
    ...single('transformers: [t.yaml]\n', configMap('unset'), set),
    't.yaml':
      'apiVersion: builtin\nkind: NamespaceTransformer\nmetadata: {name: t, namespace: space}\nunsetOnly: true\n',
  })
  expect(text.match(/namespace: .*/g)).toEqual(['namespace: own', 'namespace: space'])
})

test('replicas and images have configurations too', () => {
  const replicas =
    'kind: ReplicaCountTransformer\nreplica: {name: web, count: 4}\nfieldSpecs: [{path: spec/replicas, create: true, kind: Deployment}]\n'
  expect(withTransformer(replicas, deployment('web'))).toContain('  replicas: 4\n')
  expect(
    withTransformer('kind: ImageTagTransformer\nimageTag: {name: nginx, newTag: "9"}\n', deployment('web')),
  ).toContain('image: nginx:9\n')
})

test('generators stand inline or in files', () => {
  const generator =
    'apiVersion: builtin\nkind: SecretGenerator\nmetadata: {name: s}\nliterals: [a=b]\noptions: {disableNameSuffixHash: true}\n'
  const inline = `generators:\n- |-\n${generator.replace(/^(?=.)/gm, '  ')}`
  const text = 'apiVersion: v1\ndata:\n  a: Yg==\nkind: Secret\nmetadata:\n  name: s\ntype: Opaque\n'
  expect(build({ 'kustomization.yaml': inline })).toBe(text)
  expect(build({ 'kustomization.yaml': 'generators: [g.yaml]\n', 'g.yaml': generator })).toBe(text)
})

test('a generator is no transformer', () => {
  const config = 'apiVersion: builtin\nkind: SecretGenerator\nmetadata: {name: s}\n'
  expect(failureOf({ 'kustomization.yaml': 'transformers: [t.yaml]\n', 't.yaml': config }).message).toContain(
    'plugin SecretGenerator.builtin.[noGrp]/s.[noNs] not a transformer',
  )
})

test('origins and transformations are noted where buildMetadata asks for them', () => {
  const files = single('buildMetadata: [originAnnotations, transformerAnnotations]\nnamePrefix: p-\n', configMap('map'))
  expect(build(files)).toContain(
    [
      '  annotations:',
      '    alpha.config.kubernetes.io/transformations: |',
      '      - configuredIn: kustomization.yaml',
      '        configuredBy:',
      '          apiVersion: builtin',
      '          kind: PrefixTransformer',
      '    config.kubernetes.io/origin: |',
      '      path: all.yaml',
      '',
    ].join('\n'),
  )
})

test('a function gets the resources and gives them back', () => {
  const asked: { request: FunctionRequest; input: string }[] = []
  const runFunction = (request: FunctionRequest, input: string): string => {
    asked.push({ request, input })
    return 'apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nitems:\n- apiVersion: v1\n  kind: ConfigMap\n  metadata: {name: map}\n  data: {key: changed}\n'
  }
  const config =
    'apiVersion: x/v1\nkind: Mine\nmetadata:\n  name: m\n  annotations:\n    config.kubernetes.io/function: "exec: {path: ./run, args: [a]}"\n'
  const files = { ...single('transformers: [t.yaml]\n', configMap('map'), configMap('gone')), 't.yaml': config }
  expect(renderObjects(result(files, '', { plugins: true, runFunction }).objects)).toBe(
    'apiVersion: v1\ndata:\n  key: changed\nkind: ConfigMap\nmetadata:\n  name: map\n',
  )
  expect(asked[0]?.request).toMatchObject({ path: './run', args: ['a'], directory: '/' })
  expect(asked[0]?.input).toContain('functionConfig:\n  apiVersion: x/v1\n')
})

test('a chart is rendered by what was handed in, with its values merged', () => {
  const asked: ChartRequest[] = []
  const renderChart = (request: ChartRequest): string => {
    asked.push(request)
    return configMap('inflated')
  }
  const files = {
    'kustomization.yaml':
      'namespace: space\nhelmCharts:\n- name: app\n  releaseName: rel\n  valuesInline: {a: inline}\n',
    'charts/app/Chart.yaml': 'name: app\n',
    'charts/app/values.yaml': 'a: own\nb: own\n',
  }
  expect(failureOf(files).message).toContain('must specify --enable-helm')
  expect(renderObjects(result(files, '', { helm: true, renderChart }).objects)).not.toContain('namespace')
  expect(asked).toMatchObject([
    { directory: 'charts/app', chart: { namespace: 'space', releaseName: 'rel' }, values: ['a: inline\nb: own\n'] },
  ])
})

test('crds and configurations tell where references are', () => {
  const thing = 'apiVersion: x/v1\nkind: Thing\nmetadata: {name: t}\nspec: {ref: {name: map}, other: map}\n'
  const properties = { apiVersion: {}, kind: {}, metadata: {}, spec: { $ref: 'Spec' } }
  const reference = { 'x-kubernetes-object-ref-api-version': 'v1', 'x-kubernetes-object-ref-kind': 'ConfigMap' }
  const definitions = { 'x/v1.Thing': { Schema: { properties } }, Spec: { Schema: { properties: { ref: reference } } } }
  const config = 'nameReference:\n- kind: ConfigMap\n  version: v1\n  fieldSpecs: [{kind: Thing, path: spec/other}]\n'
  const files = {
    ...single('namePrefix: p-\ncrds: [crd.json]\nconfigurations: [c.yaml]\n', thing, configMap('map')),
    'crd.json': JSON.stringify(definitions),
    'c.yaml': config,
  }
  expect(build(files)).toContain('spec:\n  other: p-map\n  ref:\n    name: p-map\n')
})

test('a schema of its own makes lists of other kinds merge', () => {
  const list = {
    type: 'array',
    items: { type: 'object' },
    'x-kubernetes-patch-merge-key': 'name',
    'x-kubernetes-patch-strategy': 'merge',
  }
  const kind = {
    type: 'object',
    properties: { list },
    'x-kubernetes-group-version-kind': [{ group: 'x', version: 'v1', kind: 'Thing' }],
  }
  const head = 'apiVersion: x/v1\nkind: Thing\nmetadata: {name: t}\n'
  const patches = `patches:\n- path: p.yaml\n`
  const files: Record<string, string> = {
    ...single(patches, `${head}list: [{name: a, v: 1}]\n`),
    'p.yaml': `${head}list: [{name: b}]\n`,
    's.json': JSON.stringify({ definitions: { Thing: kind } }),
  }
  const withSchema = { ...files, 'kustomization.yaml': `${files['kustomization.yaml'] ?? ''}openapi: {path: s.json}\n` }
  expect(build(files)).toContain('list:\n- name: b\n')
  expect(renderObjects(result(withSchema).objects)).toContain('list:\n- name: b\n- name: a\n  v: 1\n')
})

test('the old `env` is read in a kustomization and not in a configuration', () => {
  const files = { 'vars.env': 'A=1\n' }
  const entry = 'name: m\n  env: vars.env\n  literals: [k=v]\n'
  expect(build({ ...files, 'kustomization.yaml': `configMapGenerator:\n- ${entry}` })).toContain('A: "1"\n')
  const config = `apiVersion: builtin\nkind: ConfigMapGenerator\nmetadata: {name: m}\n${entry.replaceAll('  ', '')}`
  const text = build({ ...files, 'kustomization.yaml': 'generators: [g.yaml]\n', 'g.yaml': config })
  expect(text).toContain('data:\n  k: v\nkind')
})
